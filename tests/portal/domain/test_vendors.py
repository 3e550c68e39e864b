"""Whose MAC it is."""

import pytest

from app.portal.domain.vendors import find_vendor


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("00:15:65:A1:2B:3C", "Yealink"),
        ("0004f2000001", "Polycom"),
        ("001b.d400.0004", "Cisco"),
        ("0055DA123456", "KoolPOS"),  # one of 16 holders within 00:55:DA
        ("001BC5000123", "Converging Systems"),  # one of 4096 holders within 00:1B:C5
    ],
)
def test_a_mac_is_told_by_the_holder_of_its_smallest_block(address: str, words: str) -> None:
    assert words in (find_vendor(address) or "")


@pytest.mark.parametrize("address", ["", "0015", "10.0.0.1", "0E0000000000", "a desk phone"])
def test_what_is_no_mac_and_what_nobody_holds_has_no_vendor(address: str) -> None:
    assert find_vendor(address) is None
