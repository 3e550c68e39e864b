"""What counts as a tag in a text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.portal.services.tags.names import names_in, why_malformed

KNOWN = frozenset({"%PORT%", "%a b;c%", "%%"})


def names(text: str) -> list[str]:
    return [found.name for found in names_in(text, KNOWN)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("host=%HOST%:%PORT%", ["%HOST%", "%PORT%"]),
        ("%PORT%%PORT%", ["%PORT%", "%PORT%"]),
        ("%port%", ["%port%"]),
        ("50% of 100% are", []),
        ("%a b;c% %d e%", ["%a b;c%"]),
        ("100%%PORT%", ["%PORT%"]),
        ("100%;%PORT%;", ["%PORT%"]),
        ("20%20%PORT%", ["%PORT%"]),
        ("%UNKNOWN%NEXT%", ["%UNKNOWN%"]),
        ("%two\nlines%", []),
        ("%", []),
        ("%%", []),
        ("", []),
        ("%BWLINEPORT-1% %a.b_c%", ["%BWLINEPORT-1%", "%a.b_c%"]),
        (f"%{'x' * 200}%", []),
    ],
)
def test_tags_are_told_from_other_percent_signs(text: str, found: list[str]) -> None:
    assert names(text) == found


@settings(max_examples=100)
@given(st.text(alphabet="%aP \n1-", max_size=60))
def test_what_is_found_is_where_it_is_said_to_be_one_after_the_other(text: str) -> None:
    at = 0
    for found in names_in(text, KNOWN):
        assert text[found.start : found.end] == found.name
        assert found.start >= at
        assert found.name.count("%") == 2
        at = found.end


def test_a_megabyte_of_signs_is_read_in_one_go() -> None:
    for hostile in ("%" * 1_000_000, "%a" * 500_000, "% " * 500_000, "%" + "a" * 1_000_000 + "%"):
        assert sum(1 for _ in names_in(hostile, KNOWN)) <= 250_000


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("%A%", None),
        ("%<b> \n%", None),
        ("%A", "No closing %: never resolves"),
        ("A%", "No opening %: never resolves"),
        ("A", "No opening %: never resolves"),
        ("%A%B%", "A % inside its name: never resolves"),
        ("%", "Nothing between its signs: never resolves"),
        ("%%", "Nothing between its signs: never resolves"),
        ("", "No name: never resolves"),
    ],
)
def test_a_name_that_no_text_can_hold_says_why(name: str, why: str | None) -> None:
    assert why_malformed(name) == why
    if why is None:
        assert [found.name for found in names_in(f"x{name}y", {name})] == [name]
