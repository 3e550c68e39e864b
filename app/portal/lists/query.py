"""The query parameters of a list."""

from collections.abc import Mapping
from dataclasses import dataclass

SIZES = (25, 50, 100, 200)
DEFAULT_SIZE = 50


@dataclass(frozen=True)
class Query:
    """Invalid parameters have their defaults."""

    q: str
    filters: Mapping[str, str]
    sort: str
    page: int
    size: int


def read_text(args: Mapping[str, str], name: str = "q") -> str:
    """Return what was typed to search for, without spaces around it; NUL counts as one, as no database looks for it."""
    return args.get(name, "").replace("\0", " ").strip()


def read_size(args: Mapping[str, str]) -> int:
    size = int_or_zero(args.get("size", ""))
    return size if size in SIZES else DEFAULT_SIZE


def read_page(args: Mapping[str, str]) -> int:
    return max(1, int_or_zero(args.get("page", "")))


def int_or_zero(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
