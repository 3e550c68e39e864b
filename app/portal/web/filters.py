"""Template filters: how values read on a page."""

from datetime import datetime

import ua_parser

from app.portal.domain.text import replace_unprintable


def utc(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y, %H:%M:%S} UTC"


def clock(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}"


def brief(moment: datetime) -> str:
    return f"{moment.day} {moment:%b, %H:%M}"


def iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def duration(seconds: float) -> str:
    """Return a time as people say it, in its largest unit."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 3600 else f"{round(seconds / 3600)} h"


def browser_name(user_agent: str) -> str:
    browser, system = ua_parser.parse_user_agent(user_agent), ua_parser.parse_os(user_agent)
    name = " ".join(filter(None, (browser.family, browser.major))) if browser else "Unknown browser"
    return f"{name} on {system.family}" if system else name


def finalize(value: object) -> object:
    """Make every text visible that a template prints. Markup is left alone: its texts came through here before."""
    # A page prints thousands of values: most need nothing.
    return replace_unprintable(value) if type(value) is str and not value.isprintable() else value
