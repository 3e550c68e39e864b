"""MAC addresses in the notations that people and stickers use."""

import re

_WHOLE = re.compile(
    r"[0-9A-F]{12}"
    r"|[0-9A-F]{2}([:. -])(?:[0-9A-F]{2}\1){4}[0-9A-F]{2}"
    r"|[0-9A-F]{4}([:.-])[0-9A-F]{4}\2[0-9A-F]{4}"
    r"|[0-9A-F]{6}[:-][0-9A-F]{6}"
)

# What has been typed of one so far: whole groups, of which the last may be unfinished; after colons, which little
# else has, also the first.
_PART = re.compile(
    r"(?=.*[0-9A-F])[0-9A-F]{0,2}:(?:[0-9A-F]{2}:){0,4}[0-9A-F]{0,2}"
    r"|(?=.{3})[0-9A-F]{2}-(?:[0-9A-F]{2}-){0,4}[0-9A-F]{0,2}"
    r"|(?:[0-9A-F]{4}\.){1,2}[0-9A-F]{0,4}"
    r"|[0-9A-F]{1,12}"
)

_SEPARATORS = str.maketrans("", "", ":-. ")


def parse(text: str) -> str | None:
    """The twelve hex digits, upper case, of a MAC written bare, in pairs, in fours or in halves."""
    return _digits(text, _WHOLE)


def with_colons(mac: str) -> str:
    """`AA:BB:…` for a MAC in any notation; any other text as it is."""
    digits = parse(mac)
    return mac if digits is None else bytes.fromhex(digits).hex(":").upper()


def parse_part(text: str) -> str | None:
    """The hex digits, upper case, to look for in a bare MAC, if the text reads as one or as a part of one."""
    return parse(text) or _digits(text, _PART)


def _digits(text: str, notation: re.Pattern[str]) -> str | None:
    typed = text.strip().upper()
    return typed.translate(_SEPARATORS) if notation.fullmatch(typed) else None
