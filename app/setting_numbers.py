"""Numbers as the values of settings. Each parser raises ValueError with what is valid."""

from collections.abc import Callable


def between(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise ValueError(f"it must be a whole number from {low} to {high}")
        return int(text)

    return parse


def positive(text: str) -> float:
    number = _parse(text)
    if not 0 < number < 1e6:
        raise ValueError("it must be a number above 0")
    return number


def not_negative(text: str) -> float:
    number = _parse(text)
    if not 0 <= number < 1e6:
        raise ValueError("it must be a number of at least 0")
    return number


def _parse(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return -1.0
