"""What a list is asked for by its address."""

from collections.abc import Mapping
from dataclasses import dataclass

SIZES = (25, 50, 100, 200)
DEFAULT_SIZE = 50


@dataclass(frozen=True)
class Query:
    """What the address asks for. Whatever makes no sense in it counts as not asked."""

    q: str
    filters: Mapping[str, str]
    sort: str
    page: int
    size: int


def int_or_zero(text: str) -> int:
    """The number that a parameter of an address gives; 0 where it gives none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
