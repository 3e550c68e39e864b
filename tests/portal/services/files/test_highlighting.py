"""The parts of speech of a configuration file."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.portal.services.files.highlighting import Language, language, stretches

SETTINGS, XML = Language.SETTINGS, Language.XML


def told(text: str, spoken: Language) -> list[tuple[str, str]]:
    """Each stretch that has a kind, without the spaces around it."""
    at, found = 0, []
    for stretch in stretches(text, spoken):
        found.append((stretch.kind, text[at : stretch.end].strip()))
        at = stretch.end
    assert at == len(text)
    return [each for each in found if each[0]]


def test_a_setting_is_a_key_and_a_value_and_a_hash_within_a_value_is_part_of_it() -> None:
    text = "#!version:1.0.0.1\n  ; quiet\n[Network]\ndialplan.rule = (9#|*1;x)\na.b==c\n\nno setting\n"
    assert told(text, SETTINGS) == [
        ("c", "#!version:1.0.0.1"),
        ("c", "; quiet"),
        ("h", "[Network]"),
        ("k", "dialplan.rule ="),
        ("s", "(9#|*1;x)"),
        ("k", "a.b="),
        ("s", "=c"),
    ]


def test_xml_has_names_attributes_values_and_comments_over_many_lines() -> None:
    text = '<?xml version="1.0"?>\n<!-- a <b>\n c -->\n<item class="x>y" on=1/>text &amp;</item>\n<![CDATA[<a>]]>'
    assert told(text, XML) == [
        ("c", '<?xml version="1.0"?>'),
        ("c", "<!-- a <b>\n c -->"),
        ("n", "<item"),
        ("k", "class="),
        ("s", '"x>y"'),
        ("k", "on=1"),
        ("n", "/>"),
        ("n", "</item>"),
        ("c", "<![CDATA["),
        ("s", "<a>"),
        ("c", "]]>"),
    ]


@pytest.mark.parametrize(
    ("text", "spoken"), [("<a/>", XML), ("\n  <?xml", XML), ("a = <b>", SETTINGS), ("", SETTINGS), ("# <", SETTINGS)]
)
def test_what_begins_with_an_angle_bracket_is_xml(text: str, spoken: Language) -> None:
    assert language(text) is spoken


@settings(max_examples=150)
@given(st.text(st.sampled_from("a<>!-[]?/=\"'&#; \t\nCDAT\r\u2028\x00"), max_size=60), st.sampled_from(Language))
def test_every_character_of_any_text_is_in_one_stretch(text: str, spoken: Language) -> None:
    ends = [stretch.end for stretch in stretches(text, spoken)]
    assert ends == sorted(set(ends))
    assert (ends or [0])[-1] == len(text)
