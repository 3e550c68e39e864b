"""Checks of typed text: each returns the error as a sentence, or None for a text that will do."""

import ipaddress
import re
from collections.abc import Callable

from app.portal.domain import mac

Check = Callable[[str], str | None]

_LABEL = r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*\.?")


def check_one_line(text: str) -> str | None:
    # What no page can show came as U+FFFD and went back so: saving must not put that in its place.
    if text.isprintable() and "\ufffd" not in text:
        return None
    return "Must be one line without control characters. This text contains a hidden one; type it again."


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
