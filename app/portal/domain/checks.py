"""Checks of typed text: each returns the error as a sentence, or None for a text that will do."""

import ipaddress
import re
import unicodedata
from collections.abc import Callable

from app.portal.domain import mac
from app.portal.domain.text import plural

Check = Callable[[str], str | None]

_LINE_ENDS = "\n\r\u2028\u2029"
_KINDS = {"\t": "a tab", **dict.fromkeys(_LINE_ENDS, "a line break")}
_LABEL = r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*\.?")


def check_one_line(text: str) -> str | None:
    for position, character in enumerate(text, 1):
        if character in _LINE_ENDS or unicodedata.category(character) in {"Cc", "Cs"}:
            kind = _KINDS.get(character, f"a control character (U+{ord(character):04X})")
            return f"Must be one line of text. Character {position:,} is {kind}; remove it."
    return None


def check_length(text: str, most: int) -> str | None:
    excess = len(text) - most
    return None if excess <= 0 else f"{plural(excess, 'character')} too many. Must be at most {most} characters."


def check_host(text: str) -> str | None:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        if not _HOST.fullmatch(text):
            return "Must be an IP address or a host name, e.g. 10.20.1.41 or sbc1.provider.example."
    return None


def check_port(text: str) -> str | None:
    digits = text.isascii() and text.isdigit() and len(text) <= 5
    if digits and 1025 <= int(text) <= 65535:
        return None
    return "Must be between 1025 and 65535. Leave it empty to use the platform’s default."


def check_mac(text: str) -> str | None:
    if mac.parse(text):
        return None
    return "Must be 12 digits 0–9 and A–F in any format, e.g. 00:15:65:A1:2B:3C."
