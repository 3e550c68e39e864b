"""The rules that an order of lines has to keep, and what the API says of one that does not."""

import pytest

from app.portal.api.errors import ApiInvalid
from app.portal.services.lines.rules import (
    LineRules,
    Ordering,
    Proposal,
    Rule,
    Violation,
    explain_refusal,
    find_violations,
)

A, B, C = "ada@acme.example", "bea@acme.example", "cyd@acme.example"
STATIC = LineRules([A, B, C], Ordering.STATIC, 8)
DYNAMIC = LineRules([A, B, C], Ordering.DYNAMIC, 8)
FIXED = LineRules([A, B, C], Ordering.FIXED, None)
UNLIMITED = LineRules([A, B, C], Ordering.STATIC, None)


def broken_rules(proposal: Proposal, rules: LineRules) -> list[tuple[Rule, tuple[str, ...]]]:
    return [(violation.rule, violation.lines) for violation in find_violations(proposal, rules)]


@pytest.mark.parametrize(
    ("proposal", "rules", "expected"),
    [
        ([(A, 1), (B, 2), (C, 8)], STATIC, []),
        ([(A, 3), (B, 1), (C, 2)], DYNAMIC, []),
        ([(A, 1), (B, 2), (C, 4_000)], UNLIMITED, []),
        ([(A, 1), (B, 2), (C, 3)], FIXED, [(Rule.FIXED, ())]),
        ([(A, None), (B, 0), (C, 3)], STATIC, [(Rule.INVALID, (A, B))]),
        ([(A, 1), (A, 2), (C, 3)], STATIC, [(Rule.INVALID, (A, A))]),
        ([(A, 1), (B, 2), (C, 3), ("new", 4)], STATIC, [(Rule.UNKNOWN_LINE, ("new",))]),
        ([(A, 1), (C, 3)], STATIC, [(Rule.MISSING_LINE, (B,))]),
        ([(A, 2), (B, 2), (C, 3)], STATIC, [(Rule.DUPLICATE_PORT, (A, B))]),
        ([(A, 1), (B, 9), (C, 3)], STATIC, [(Rule.ABOVE_MAXIMUM, (B,))]),
        ([(A, 1), (B, 4), (C, 3)], DYNAMIC, [(Rule.GAP, (B,))]),
        ([(A, 1), (B, 9), (C, 3)], DYNAMIC, [(Rule.ABOVE_MAXIMUM, (B,)), (Rule.GAP, (B,))]),
        (
            [("new", 9), (B, 2), (C, 2)],
            STATIC,
            [(Rule.UNKNOWN_LINE, ("new",)), (Rule.MISSING_LINE, (A,)), (Rule.DUPLICATE_PORT, (B, C))],
        ),
    ],
)
def test_broken_rules_name_lines_in_api_order(
    proposal: Proposal, rules: LineRules, expected: list[tuple[Rule, tuple[str, ...]]]
) -> None:
    assert broken_rules(proposal, rules) == expected


def test_violation_has_message_and_api_code() -> None:
    [fixed] = find_violations([(A, 1)], FIXED)
    assert (fixed.code, fixed.platform_message) == (56, "This type of device does not support users reordering")
    assert "cannot be changed here" in fixed.message
    [above] = find_violations([(A, 1), (B, 2), (C, 9)], STATIC)
    assert (above.code, above.message) == (2, "This port does not exist. The device has 8 ports.")


def refuse(*texts: str, code: int = 2) -> list[Violation]:
    error = ApiInvalid("; ".join(texts), messages=texts, code=code, status=400)
    return explain_refusal(error, {A: 1, B: 2, C: 8}, STATIC)


def test_refusal_is_explained_at_its_line() -> None:
    [above] = refuse("A port (order) can not be bigger than the maximum number of ports of the device")
    assert (above.rule, above.lines) == (Rule.ABOVE_MAXIMUM, (C,))
    assert above.platform_message.startswith("A port (order)")
    [named] = refuse(f"The line {B} is in use elsewhere")
    assert named.lines == (B,)


@pytest.mark.parametrize("text", ["ada@acme.example.org is odd", "no luck", ""])
def test_refusal_without_line_is_about_whole_order(text: str) -> None:
    [violation] = refuse(text)
    assert (violation.lines, violation.platform_message) == ((), text)


def test_refusal_is_recognized_in_any_case() -> None:
    [fixed] = refuse("THIS TYPE OF DEVICE DOES NOT SUPPORT USERS REORDERING.", code=56)
    assert (fixed.rule, fixed.code) == (Rule.FIXED, 56)


def test_each_refusal_text_is_a_violation() -> None:
    assert [violation.lines for violation in refuse("no luck", f"and not {A}")] == [(), (A,)]
