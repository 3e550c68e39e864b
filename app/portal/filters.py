"""How values read on a page."""

from datetime import datetime

from app.portal.models.access_device import UNLIMITED


def free_ports(count: int | None) -> str:
    if count is None:
        return ""
    return "Unlimited" if count == UNLIMITED else str(count)


def utc(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y, %H:%M:%S} UTC"


def clock(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}"


def iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def plural(count: int, noun: str, nouns: str = "") -> str:
    """ "1 device", "10,000 devices"; `nouns` where an s is not enough."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"
