"""The platform's rules for an order of lines: its checks, in its sequence, and the lines that break them."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.portal.api.errors import ApiError


class Ordering(StrEnum):
    """The lines of a device may be reordered not at all, without gaps, or to any port."""

    FIXED = "fixed"
    DYNAMIC = "dynamic"
    STATIC = "static"


class Rule(StrEnum):
    FIXED = "fixed"
    INVALID = "invalid"
    UNKNOWN_LINE = "unknown line"
    MISSING_LINE = "missing line"
    DUPLICATE_PORT = "duplicate port"
    ABOVE_MAXIMUM = "above the maximum"
    GAP = "gap"


@dataclass(frozen=True)
class LineRules:
    """The linePorts that are there, how they may be ordered, and the number of ports (None: no limit)."""

    lines: Collection[str]
    ordering: Ordering
    ports: int | None


@dataclass(frozen=True)
class Violation:
    """A rule that an order breaks. Without lines it is about the order as a whole.

    `platform_message` is how the API puts it, `message` how the portal does.
    """

    rule: Rule
    code: int
    platform_message: str
    message: str
    lines: tuple[str, ...] = ()


Proposal = Sequence[tuple[str, int | None]]  # linePort and port, which is None for what is no whole number

MAX_LINE_PORT_LENGTH = 161
FIXED_ORDER = "The platform sets the line order for this device type. It cannot be changed here."
_NOT_TAKEN = "The platform rejected this order."

# The API's codes and texts, documented to the letter. It has no single text for an invalid list.
_OF_PLATFORM = {
    Rule.FIXED: (56, "This type of device does not support users reordering"),
    Rule.INVALID: (2, ""),
    Rule.UNKNOWN_LINE: (2, "All linePorts in the new values mmust be present in the old values"),
    Rule.MISSING_LINE: (2, "All connected users must he provided in the PUT, no partial update allowed"),
    Rule.DUPLICATE_PORT: (2, "Each port (order) can only be present once"),
    Rule.ABOVE_MAXIMUM: (2, "A port (order) can not be bigger than the maximum number of ports of the device"),
    Rule.GAP: (2, "Gaps between ports are not allowed for this type of device"),
}
_RULES_OF_ORDER = (Rule.UNKNOWN_LINE, Rule.MISSING_LINE, Rule.DUPLICATE_PORT, Rule.ABOVE_MAXIMUM, Rule.GAP)


def find_violations(proposal: Proposal, rules: LineRules) -> list[Violation]:
    """Return every rule that an order breaks; the first is the one that the API refuses it for."""
    return [
        Violation(rule, *_OF_PLATFORM[rule], _describe(rule, rules), lines)
        for rule, lines in _find_broken_rules(proposal, rules)
    ]


def _find_broken_rules(proposal: Proposal, rules: LineRules) -> Iterator[tuple[Rule, tuple[str, ...]]]:
    if rules.ordering is Ordering.FIXED:
        yield Rule.FIXED, ()
        return
    if invalid := tuple(_find_invalid_lines(proposal)):
        yield Rule.INVALID, invalid
        return
    order = {line: port for line, port in proposal if port is not None}
    for rule in _RULES_OF_ORDER:
        if lines := _find_lines_against(rule, order, rules):
            yield rule, lines
            if rule is Rule.DUPLICATE_PORT:
                return  # where one port is held twice, another is a gap only by that


def _find_invalid_lines(proposal: Proposal) -> Iterator[str]:
    times = Counter(line for line, _ in proposal)
    for line, port in proposal:
        is_valid_line = 1 <= len(line) <= MAX_LINE_PORT_LENGTH and "\0" not in line and times[line] == 1
        if port is None or port < 1 or not is_valid_line:
            yield line


def _find_lines_against(rule: Rule, order: Mapping[str, int], rules: LineRules) -> tuple[str, ...]:
    match rule:
        case Rule.UNKNOWN_LINE:
            return tuple(line for line in order if line not in rules.lines)
        case Rule.MISSING_LINE:
            return tuple(line for line in rules.lines if line not in order)
        case Rule.DUPLICATE_PORT:
            times = Counter(order.values())
            return tuple(line for line, port in order.items() if times[port] > 1)
        case Rule.ABOVE_MAXIMUM:
            return tuple(line for line, port in order.items() if rules.ports is not None and port > rules.ports)
        case Rule.GAP if rules.ordering is Ordering.DYNAMIC:
            return tuple(line for line, port in order.items() if port > len(order))
        case _:
            return ()


def _describe(rule: Rule, rules: LineRules) -> str:
    return {
        Rule.FIXED: FIXED_ORDER,
        Rule.INVALID: "Enter a whole number, 1 or higher.",
        Rule.UNKNOWN_LINE: "This line is no longer on the device.",
        Rule.MISSING_LINE: "This line is on the device but missing from the order.",
        Rule.DUPLICATE_PORT: "Two lines cannot use the same port. Enter another port for one of them.",
        Rule.ABOVE_MAXIMUM: f"This port does not exist. The device has {rules.ports} ports.",
        Rule.GAP: f"This device type does not allow gaps. The highest possible port is {len(rules.lines)}.",
    }[rule]


def explain_refusal(error: ApiError, order: Mapping[str, int], rules: LineRules) -> list[Violation]:
    """Return what the API refused an order for, text by text, with the lines as far as they can be told."""
    return [_explain(text, error.code or 2, order, rules) for text in error.messages or (error.message,)]


def _explain(text: str, code: int, order: Mapping[str, int], rules: LineRules) -> Violation:
    for rule, (_, platform_message) in _OF_PLATFORM.items():
        if platform_message and platform_message.casefold() in text.casefold():
            lines = _find_lines_against(rule, order, rules)
            if lines or rule is Rule.FIXED:
                return Violation(rule, code, text, _describe(rule, rules), lines)
            return Violation(rule, code, text, *_explain_by_platform(rule, order))
    named = tuple(line for line in order if re.search(rf"(?<![\w.@-]){re.escape(line)}(?![\w.@-])", text))
    return Violation(Rule.INVALID, code, text, _NOT_TAKEN, named)


def _explain_by_platform(rule: Rule, order: Mapping[str, int]) -> tuple[str, tuple[str, ...]]:
    """Return message and lines for a rule that nothing breaks here: the platform knows the device otherwise."""
    if rule is Rule.ABOVE_MAXIMUM:
        highest = max(order.values())
        lines = tuple(line for line, port in order.items() if port == highest)
        return "The platform does not have a port this high.", lines
    if rule in {Rule.UNKNOWN_LINE, Rule.MISSING_LINE}:
        return "The lines on the platform differ from those shown here. Refresh to see them.", ()
    return _NOT_TAKEN, ()
