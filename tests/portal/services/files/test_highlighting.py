"""The syntax highlighting of a configuration file."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.portal.services.files.highlighting import Language, detect_language, highlight
from tests.support.cases import record_case, requires_cases

SETTINGS, XML = Language.SETTINGS, Language.XML


def highlighted(text: str, language: Language) -> list[tuple[str, str]]:
    """Return each span that has a kind, without the spaces around it."""
    start, spans = 0, []
    for span in highlight(text, language):
        spans.append((span.kind, text[start : span.end].strip()))
        start = span.end
    assert start == len(text)
    return [(kind, words) for kind, words in spans if kind]


def test_setting_is_highlighted_as_key_and_value() -> None:
    text = "#!version:1.0.0.1\n  ; quiet\n[Network]\ndialplan.rule = (9#|*1;x)\na.b==c\n\nno setting\n"
    assert highlighted(text, SETTINGS) == [
        ("c", "#!version:1.0.0.1"),
        ("c", "; quiet"),
        ("h", "[Network]"),
        ("k", "dialplan.rule ="),
        ("s", "(9#|*1;x)"),
        ("k", "a.b="),
        ("s", "=c"),
    ]


def test_key_ends_with_its_own_sign() -> None:
    text = "sip digits: 9#=1;x\nurl:port = a: b\ndial plan:9=1\nhttp://x/#a\ntime: 10:30\nempty:\nlast:1"
    assert highlighted(text, SETTINGS) == [
        ("k", "sip digits:"), ("s", "9#=1;x"), ("k", "url:port ="), ("s", "a: b"), ("k", "dial plan:9="), ("s", "1"),
        ("k", "time:"), ("s", "10:30"), ("k", "empty:"), ("k", "last:"), ("s", "1"),
    ]  # fmt: skip


def test_xml_is_highlighted_over_many_lines() -> None:
    text = '<?xml version="1.0"?>\n<!-- a <b>\n c -->\n<item class="x>y" on=1/>text &amp;</item>\n<![CDATA[<a>]]>'
    assert highlighted(text, XML) == [
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
    ("text", "language"), [("<a/>", XML), ("\n  <?xml", XML), ("a = <b>", SETTINGS), ("", SETTINGS), ("# <", SETTINGS)]
)
def test_text_beginning_with_angle_bracket_is_xml(text: str, language: Language) -> None:
    assert detect_language(text) is language


@requires_cases(*Language, "several kinds")
@settings(max_examples=150)
@given(st.text(st.sampled_from("a<>!-[]?/=:\"'&#; \t\nCDAT\r\u2028\x00"), max_size=60), st.sampled_from(Language))
def test_highlight_covers_every_character_once(text: str, language: Language) -> None:
    ends = [span.end for span in highlight(text, language)]
    record_case(language)
    record_case("several kinds", len({span.kind for span in highlight(text, language)}) > 1)
    assert ends == sorted(set(ends))
    assert (ends or [0])[-1] == len(text)
