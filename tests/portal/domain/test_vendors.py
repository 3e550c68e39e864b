"""The vendor of a MAC."""

import pytest

from app.portal.domain.vendors import find_vendor


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("00:15:65:A1:2B:3C", "Yealink"),
        ("0004f2000001", "Polycom"),
        ("001b.d400.0004", "Cisco"),
        ("0055DA123456", "KoolPOS"),  # one of 16 holders within 00:55:DA
        ("001BC5000123", "Converging Systems"),  # one of 4096 holders within 00:1B:C5
    ],
)
def test_vendor_is_holder_of_smallest_block(address: str, name: str) -> None:
    assert name in (find_vendor(address) or "")


@pytest.mark.parametrize("address", ["", "0015", "10.0.0.1", "0E0000000000", "a desk phone"])
def test_unknown_mac_has_no_vendor(address: str) -> None:
    assert find_vendor(address) is None
