"""How values read on a page."""

import re
from datetime import datetime

from app.portal.models.access_device import UNLIMITED

_NOT_FOR_PAGES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def free_ports(count: int | None) -> str:
    if count is None:
        return ""
    return "Unlimited" if count == UNLIMITED else str(count)


def utc(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y, %H:%M:%S} UTC"


def clock(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}"


def brief(moment: datetime) -> str:
    return f"{moment.day} {moment:%b, %H:%M}"


def iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def plural(count: int, noun: str, nouns: str = "") -> str:
    """ "1 device", "10,000 devices"; `nouns` where an s is not enough."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"


def sentence(words: str) -> str:
    """With one full stop behind it, for what others say comes with or without."""
    return f"{words.strip().removesuffix('.')}."


def cut(text: str, length: int) -> str:
    """Its beginning, where it is longer, with the number of characters that there are."""
    return text if len(text) <= length else f"{text[:length]}… ({len(text):,} characters)"


def visible(text: str) -> str:
    """Text or markup as HTML can hold it: what no page may contain, such as a NUL, is seen as U+FFFD."""
    return text if text.isprintable() else type(text)(_NOT_FOR_PAGES.sub("\ufffd", text))


def finalize(value: object) -> object:
    """What a template puts out. Markup is left alone: it is made of what came through here before."""
    # Thousands of values a page: what needs nothing is let through here and now.
    return visible(value) if type(value) is str and not value.isprintable() else value
