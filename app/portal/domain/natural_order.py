"""The order of texts as people count: 2 before 10, whatever the case."""

import re
from functools import lru_cache

_NUMBER = re.compile("0*([0-9]+)")


@lru_cache(1 << 15)  # lists are sorted again and again, by texts of which many are equal
def natural_key(text: str) -> str:
    """Return a sort key by which numbers within texts are compared as numbers; it ignores case."""
    return _NUMBER.sub(_with_length, text.casefold())


def exact_natural_key(text: str) -> str:
    """Return a natural key that is another for each text: equal ones are compared by code point."""
    return f"{natural_key(text)}\0{text}"


def _with_length(number: re.Match[str]) -> str:
    """Put the number of digits before the digits, themselves written so that they are compared as numbers."""
    digits = number[1]
    nines, rest = divmod(len(digits), 9)
    return f"{'9' * nines}{rest}{digits}"
