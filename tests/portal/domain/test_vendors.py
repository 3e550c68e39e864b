"""The vendor of a MAC."""

from itertools import pairwise

import pytest

from app.portal.domain.vendors import _read_blocks, find_other_vendor, find_vendor


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


def test_table_is_sorted() -> None:
    """As the search in it expects."""
    blocks = _read_blocks()
    assert len(blocks) > 50_000
    assert all(first < second for first, second in pairwise(block for block in blocks if block[:1] not in b"#"))


@pytest.mark.parametrize("address", ["FFFFFFFFFFFF", "000000000000"])
def test_ends_of_the_table_are_searched(address: str) -> None:
    assert find_vendor(address) in {None, "Officially Xerox, but 0:0:0:0:0:0 is more common"}


@pytest.mark.parametrize("address", ["", "0015", "10.0.0.1", "0E0000000000", "a desk phone"])
def test_unknown_mac_has_no_vendor(address: str) -> None:
    assert find_vendor(address) is None


@pytest.mark.parametrize(
    ("device_type", "address", "name"),
    [
        ("Yealink-T46G", "00:15:65:A1:2B:3C", None),
        ("Yealink-T46G", "001BD4000004", "Cisco"),
        ("Polycom-VVX450", "001565A12B3C", "Yealink"),
        ("Polycom_VVX450", "0004f2000001", None),
        ("Cisco-ATA191", "001BD4000004", None),
        ("Generic SIP Phone", "001565A12B3C", None),
        ("Yealink-T46G", "0E0000000000", None),
        ("", "001565A12B3C", None),
    ],
)
def test_vendor_that_makes_no_such_type_is_told(device_type: str, address: str, name: str | None) -> None:
    vendor = find_other_vendor(device_type, address)
    assert (name or "") in (vendor or "")
    assert (vendor is None) == (name is None)
