"""MAC addresses in the notations that people and stickers use."""

import re

_WHOLE = re.compile(
    r"[0-9A-F]{12}"
    r"|[0-9A-F]{2}([:. -])(?:[0-9A-F]{2}\1){4}[0-9A-F]{2}"
    r"|[0-9A-F]{4}([:.-])[0-9A-F]{4}\2[0-9A-F]{4}"
    r"|[0-9A-F]{6}[:-][0-9A-F]{6}"
)

# What has been typed of one so far: whole groups, of which the last may be unfinished.
_PART = re.compile(
    r"(?=.{3})(?:[0-9A-F]{2}([:-]))(?:[0-9A-F]{2}\1){0,4}[0-9A-F]{0,2}"
    r"|(?:[0-9A-F]{4}\.){1,2}[0-9A-F]{0,4}"
    r"|[0-9A-F]{1,12}"
)

_SEPARATORS = str.maketrans("", "", ":-. ")


def parse(text: str) -> str | None:
    """The twelve hex digits, upper case, of a MAC written bare, in pairs, in fours or in halves."""
    return _digits(text, _WHOLE)


def grouped(mac: str) -> str:
    """`AA:BB:…` for a MAC in any notation; any other text as it is."""
    digits = parse(mac)
    return mac if digits is None else bytes.fromhex(digits).hex(":").upper()


def fragment(text: str) -> list[str]:
    """The hex digits to look for in a bare MAC, if the text reads as a part of one; else nothing."""
    digits = _digits(text, _PART)
    return [] if digits is None else [digits]


def _digits(text: str, notation: re.Pattern[str]) -> str | None:
    typed = text.strip().upper()
    return typed.translate(_SEPARATORS) if notation.fullmatch(typed) else None
