"""What counts as a tag in a text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.portal.services.tags.names import find_tags, malformed_reason
from tests.support.cases import record_case, requires_cases

KNOWN = frozenset({"%PORT%", "%a b;c%", "%%"})


def find_names(text: str) -> list[str]:
    return [match.name for match in find_tags(text, KNOWN)]


@pytest.mark.parametrize(
    ("text", "names"),
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
def test_find_tags_ignores_other_percent_signs(text: str, names: list[str]) -> None:
    assert find_names(text) == names


@requires_cases("no tag", "several tags")
@settings(max_examples=100)
@given(
    st.lists(st.sampled_from(["%PORT%", "%a b;c%", "%a-1%", "%%", "%", "a", " ", "\n"]), max_size=12).map("".join)
    | st.text(alphabet="%aP \n1-", max_size=60)
)
def test_find_tags_yields_true_positions_in_order(text: str) -> None:
    position = 0
    record_case("no tag", not find_names(text))
    record_case("several tags", len(find_names(text)) > 1)
    for match in find_tags(text, KNOWN):
        assert text[match.start : match.end] == match.name
        assert match.line == 1 + text[: match.start].count("\n")
        assert match.start >= position
        assert match.name.count("%") == 2
        position = match.end


@pytest.mark.no_cover
def test_find_tags_reads_a_megabyte_of_signs() -> None:
    for hostile in ("%" * 1_000_000, "%a" * 500_000, "% " * 500_000, "%" + "a" * 1_000_000 + "%"):
        assert sum(1 for _ in find_tags(hostile, KNOWN)) <= 250_000


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("%A%", None),
        ("%<b> \n%", None),
        ("%A", "Invalid name: no closing %"),
        ("A%", "Invalid name: no opening %"),
        ("A", "Invalid name: no opening %"),
        ("%A%B%", "Invalid name: % inside the name"),
        ("%", "Invalid name: nothing between the % signs"),
        ("%%", "Invalid name: nothing between the % signs"),
        ("", "Invalid name: empty"),
    ],
)
def test_malformed_reason_names_what_is_wrong(name: str, reason: str | None) -> None:
    assert malformed_reason(name) == reason
    if reason is None:
        assert [match.name for match in find_tags(f"x{name}y", {name})] == [name]
