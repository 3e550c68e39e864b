"""Which orders of lines the platform takes: its own checks, in its own sequence, and the lines each is about."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.portal.api.errors import ApiError


class Ordering(StrEnum):
    """How the lines of a device may be re-ordered: not at all, without gaps, or to any port."""

    FIXED = "fixed"
    DYNAMIC = "dynamic"
    STATIC = "static"


class Rule(StrEnum):
    FIXED = "fixed"
    SHAPE = "shape"
    UNKNOWN = "unknown line"
    MISSING = "missing line"
    TWICE = "port twice"
    ABOVE = "above the maximum"
    GAP = "gap"


@dataclass(frozen=True)
class Device:
    """What decides on an order: the linePorts that are there, and the number of ports (None: no limit)."""

    lines: Collection[str]
    ordering: Ordering
    ports: int | None


@dataclass(frozen=True)
class Verdict:
    """A rule that an order breaks; no lines: it is about the order as a whole. `said` is how the API puts it."""

    rule: Rule
    code: int
    said: str
    words: str
    lines: tuple[str, ...] = ()


Proposal = Sequence[tuple[str, int | None]]  # linePort and port, which is None for what is no whole number

LONGEST_LINE_PORT = 161
KEPT_BY_THE_PLATFORM = "The platform keeps the order of this type itself; it cannot be changed here."

# The API's codes and texts, documented to the letter. It has no single text for a wrong shape.
_SAID = {
    Rule.FIXED: (56, "This type of device does not support users reordering"),
    Rule.SHAPE: (2, ""),
    Rule.UNKNOWN: (2, "All linePorts in the new values mmust be present in the old values"),
    Rule.MISSING: (2, "All connected users must he provided in the PUT, no partial update allowed"),
    Rule.TWICE: (2, "Each port (order) can only be present once"),
    Rule.ABOVE: (2, "A port (order) can not be bigger than the maximum number of ports of the device"),
    Rule.GAP: (2, "Gaps between ports are not allowed for this type of device"),
}


def verdicts(proposal: Proposal, device: Device) -> list[Verdict]:
    """Every rule that an order breaks; the first is the one that the API refuses it for."""
    return list(_broken(proposal, device))


def _broken(proposal: Proposal, device: Device) -> Iterator[Verdict]:
    if device.ordering is Ordering.FIXED:
        yield _verdict(Rule.FIXED, device)
        return
    if misshapen := tuple(_misshapen(proposal)):
        yield _verdict(Rule.SHAPE, device, misshapen)
        return
    order = {line: port for line, port in proposal if port is not None}
    for rule in (Rule.UNKNOWN, Rule.MISSING, Rule.TWICE, Rule.ABOVE, Rule.GAP):
        if lines := _lines_against(rule, order, device):
            yield _verdict(rule, device, lines)
            if rule is Rule.TWICE:
                return  # where one port is held twice, another is a gap only by that


def _misshapen(proposal: Proposal) -> Iterator[str]:
    times = Counter(line for line, _ in proposal)
    for line, port in proposal:
        if port is None or port < 1 or times[line] > 1 or not 1 <= len(line) <= LONGEST_LINE_PORT or "\0" in line:
            yield line


def _lines_against(rule: Rule, order: Mapping[str, int], device: Device) -> tuple[str, ...]:
    match rule:
        case Rule.UNKNOWN:
            return tuple(line for line in order if line not in device.lines)
        case Rule.MISSING:
            return tuple(line for line in device.lines if line not in order)
        case Rule.TWICE:
            times = Counter(order.values())
            return tuple(line for line, port in order.items() if times[port] > 1)
        case Rule.ABOVE:
            return tuple(line for line, port in order.items() if device.ports is not None and port > device.ports)
        case Rule.GAP if device.ordering is Ordering.DYNAMIC:
            return tuple(line for line, port in order.items() if port > len(order))
        case _:
            return ()


def _verdict(rule: Rule, device: Device, lines: tuple[str, ...] = ()) -> Verdict:
    code, said = _SAID[rule]
    return Verdict(rule, code, said, _words(rule, device), lines)


def _words(rule: Rule, device: Device) -> str:
    match rule:
        case Rule.FIXED:
            return KEPT_BY_THE_PLATFORM
        case Rule.SHAPE:
            return "Type a whole number, from 1."
        case Rule.UNKNOWN:
            return "This line is no longer on the device."
        case Rule.MISSING:
            return "This line is on the device, and the order leaves it out."
        case Rule.TWICE:
            return "Two lines cannot be on one port. Give one of them another."
        case Rule.ABOVE:
            return f"There is no such port; this device has {device.ports}."
        case Rule.GAP:
            return f"Lines of this type close up, so the last port in use is {len(device.lines)}."


def refusal(error: ApiError, order: Mapping[str, int], device: Device) -> list[Verdict]:
    """What the API refused an order for, text by text, at the lines that it is about as far as that can be told."""
    return [_told(said, error, order, device) for said in error.messages or (error.message,)]


def _told(said: str, error: ApiError, order: Mapping[str, int], device: Device) -> Verdict:
    code = error.code or 2
    for rule, (_, text) in _SAID.items():
        if text and text.casefold() in said.casefold():
            lines = _lines_against(rule, order, device)
            if lines or rule is Rule.FIXED:
                return Verdict(rule, code, said, _words(rule, device), lines)
            return _unlike_here(rule, code, said, order)
    named = tuple(line for line in order if re.search(rf"(?<![\w.@-]){re.escape(line)}(?![\w.@-])", said))
    return Verdict(Rule.SHAPE, code, said, "The platform did not take this order.", named)


def _unlike_here(rule: Rule, code: int, said: str, order: Mapping[str, int]) -> Verdict:
    """A rule that nothing breaks as far as is known here: the platform knows the device otherwise."""
    if rule is Rule.ABOVE:
        highest = max(order.values())
        lines = tuple(line for line, port in order.items() if port == highest)
        return Verdict(rule, code, said, "The platform has no port as high as this one.", lines)
    if rule in {Rule.UNKNOWN, Rule.MISSING}:
        return Verdict(
            rule, code, said, "The platform has other lines on this device than those here. Read them again."
        )
    return Verdict(rule, code, said, "The platform did not take this order.")
