"""What tags may grow to: each limit is reached, and not passed."""

import pytest

from app.portal.models.tag import Tag
from app.portal.services.tags.expansion import ExpansionFailure, expand_values
from app.portal.services.tags.names import TagNames, find_tags
from app.portal.services.tags.native import NativeTags
from app.portal.services.tags.resolver import resolve_tags
from app.portal.services.tags.text import split_text

LONGEST_VALUE = 16_384
LONGEST_TEXT = 4_194_304
HALF = "x" * (LONGEST_VALUE // 2)


def test_tags_nest_ten_deep() -> None:
    values = {"%T0%": "end"} | {f"%T{depth}%": f"%T{depth - 1}%" for depth in range(1, 13)}
    expansions = expand_values(values, {}, TagNames(values))
    assert [name for name in values if expansions[name].text == "end"] == [f"%T{depth}%" for depth in range(11)]
    assert {expansions[f"%T{depth}%"].failure for depth in (11, 12)} == {ExpansionFailure.TOO_DEEP}


@pytest.mark.parametrize(("more", "failure"), [("", None), ("x", ExpansionFailure.TOO_LARGE)])
def test_value_grows_to_its_limit(more: str, failure: ExpansionFailure | None) -> None:
    for value in (f"%HALF%%HALF%{more}", f"{more}%HALF%%HALF%"):
        expansion = expand_values({"%LONG%": value}, {"%HALF%": HALF}, TagNames({"%HALF%"}))["%LONG%"]
        assert expansion.failure is failure
        assert len(expansion.text or "") == (0 if failure else LONGEST_VALUE)


def test_all_values_grow_to_their_limit_together() -> None:
    most = LONGEST_TEXT // LONGEST_VALUE
    names = [f"%N{number:03}%" for number in range(most + 1)]
    expansions = expand_values(dict.fromkeys(names, "%HALF%%HALF%"), {"%HALF%": HALF}, TagNames({"%HALF%"}))
    assert [name for name in names if expansions[name].text is None] == names[most:]


@pytest.mark.parametrize(("letters", "found"), [(98, True), (99, False)])
def test_undefined_name_has_100_characters_at_most(letters: int, found: bool) -> None:
    name = f"%{'x' * letters}%"
    assert bool(list(find_tags(name, TagNames()))) is found
    assert list(find_tags(name, TagNames({name})))


@pytest.mark.parametrize("more", [0, 1])
def test_text_grows_to_its_limit(more: int) -> None:
    resolution = resolve_tags([Tag(name="%A%", value=HALF, level="DeviceProfile")], NativeTags())
    text = "y" * (LONGEST_TEXT - len(HALF) + more) + "%A%"
    *_, piece = split_text(text, resolution)
    assert piece.rendered == ("%A%" if more else HALF)
    assert bool(piece.unresolved) is bool(more)
