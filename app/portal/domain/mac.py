"""MAC addresses in the notations that people use."""

import re

_WHOLE = re.compile(
    r"[0-9A-F]{12}"
    r"|[0-9A-F]{2}([:. -])(?:[0-9A-F]{2}\1){4}[0-9A-F]{2}"
    r"|[0-9A-F]{4}([:.-])[0-9A-F]{4}\2[0-9A-F]{4}"
    r"|[0-9A-F]{6}[:-][0-9A-F]{6}"
)

# A part as it is typed: whole groups, of which the last may be incomplete; with colons, which little else has, also
# the first.
_PART = re.compile(
    r"(?=.*[0-9A-F])[0-9A-F]{0,2}:(?:[0-9A-F]{2}:){0,4}[0-9A-F]{0,2}"
    r"|(?=.{3})[0-9A-F]{2}-(?:[0-9A-F]{2}-){0,4}[0-9A-F]{0,2}"
    r"|(?:[0-9A-F]{4}\.){1,2}[0-9A-F]{0,4}"
    r"|[0-9A-F]{1,12}"
)

_SEPARATORS = str.maketrans("", "", ":-. ")


def parse(text: str) -> str | None:
    """Return twelve upper-case hex digits from a MAC written bare, in pairs, in fours or in halves; else None."""
    return _digits(text, _WHOLE)


def with_colons(mac: str) -> str:
    """Return `AA:BB:…` for a MAC in any notation, and any other text as it is."""
    digits = parse(mac)
    return mac if digits is None else bytes.fromhex(digits).hex(":").upper()


def parse_part(text: str) -> str | None:
    """Return the upper-case hex digits of a MAC or a part of one; else None."""
    return parse(text) or _digits(text, _PART)


def _digits(text: str, notation: re.Pattern[str]) -> str | None:
    typed = text.strip().upper()
    return typed.translate(_SEPARATORS) if notation.fullmatch(typed) else None
