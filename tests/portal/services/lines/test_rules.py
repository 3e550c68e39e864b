import pytest

from app.portal.api.errors import ApiInvalid
from app.portal.services.lines.rules import Device, Ordering, Proposal, Rule, Verdict, refusal, verdicts

A, B, C = "ada@acme.example", "bea@acme.example", "cyd@acme.example"
STATIC = Device([A, B, C], Ordering.STATIC, 8)
DYNAMIC = Device([A, B, C], Ordering.DYNAMIC, 8)
FIXED = Device([A, B, C], Ordering.FIXED, None)
UNLIMITED = Device([A, B, C], Ordering.STATIC, None)


def rules(proposal: Proposal, device: Device) -> list[tuple[Rule, tuple[str, ...]]]:
    return [(verdict.rule, verdict.lines) for verdict in verdicts(proposal, device)]


@pytest.mark.parametrize(
    ("proposal", "device", "expected"),
    [
        ([(A, 1), (B, 2), (C, 8)], STATIC, []),
        ([(A, 3), (B, 1), (C, 2)], DYNAMIC, []),
        ([(A, 1), (B, 2), (C, 4_000)], UNLIMITED, []),
        ([(A, 1), (B, 2), (C, 3)], FIXED, [(Rule.FIXED, ())]),
        ([(A, None), (B, 0), (C, 3)], STATIC, [(Rule.SHAPE, (A, B))]),
        ([(A, 1), (A, 2), (C, 3)], STATIC, [(Rule.SHAPE, (A, A))]),
        ([(A, 1), (B, 2), (C, 3), ("new", 4)], STATIC, [(Rule.UNKNOWN, ("new",))]),
        ([(A, 1), (C, 3)], STATIC, [(Rule.MISSING, (B,))]),
        ([(A, 2), (B, 2), (C, 3)], STATIC, [(Rule.TWICE, (A, B))]),
        ([(A, 1), (B, 9), (C, 3)], STATIC, [(Rule.ABOVE, (B,))]),
        ([(A, 1), (B, 4), (C, 3)], DYNAMIC, [(Rule.GAP, (B,))]),
        ([(A, 1), (B, 9), (C, 3)], DYNAMIC, [(Rule.ABOVE, (B,)), (Rule.GAP, (B,))]),
        ([("new", 9), (B, 2), (C, 2)], STATIC, [(Rule.UNKNOWN, ("new",)), (Rule.MISSING, (A,)), (Rule.TWICE, (B, C))]),
    ],
)
def test_each_rule_names_the_lines_that_break_it_in_the_sequence_of_the_api(
    proposal: Proposal, device: Device, expected: list[tuple[Rule, tuple[str, ...]]]
) -> None:
    assert rules(proposal, device) == expected


def test_every_verdict_has_words_for_people_and_the_code_of_the_api() -> None:
    [fixed] = verdicts([(A, 1)], FIXED)
    assert (fixed.code, fixed.said) == (56, "This type of device does not support users reordering")
    assert "cannot be changed here" in fixed.words
    [above] = verdicts([(A, 1), (B, 2), (C, 9)], STATIC)
    assert (above.code, above.words) == (2, "There is no such port; this device has 8.")


def said(*texts: str, code: int = 2) -> list[Verdict]:
    error = ApiInvalid("; ".join(texts), messages=texts, code=code, status=400)
    return refusal(error, {A: 1, B: 2, C: 8}, STATIC)


def test_what_the_api_says_is_put_at_the_line_with_its_own_words_beside() -> None:
    [above] = said("A port (order) can not be bigger than the maximum number of ports of the device")
    assert (above.rule, above.lines) == (Rule.ABOVE, (C,))
    assert above.said.startswith("A port (order)")
    [named] = said(f"The line {B} is in use elsewhere")
    assert named.lines == (B,)


@pytest.mark.parametrize("text", ["ada@acme.example.org is odd", "no luck", ""])
def test_what_names_no_line_is_about_the_whole(text: str) -> None:
    [verdict] = said(text)
    assert (verdict.lines, verdict.said) == ((), text)


def test_a_refusal_in_other_letters_is_known_all_the_same() -> None:
    [fixed] = said("THIS TYPE OF DEVICE DOES NOT SUPPORT USERS REORDERING.", code=56)
    assert (fixed.rule, fixed.code) == (Rule.FIXED, 56)


def test_each_of_several_things_said_is_a_verdict() -> None:
    assert [verdict.lines for verdict in said("no luck", f"and not {A}")] == [(), (A,)]
