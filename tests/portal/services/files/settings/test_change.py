"""One setting of a config file is changed or added; every other byte of the file stays."""

import re
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.portal.services.files.settings.change import SettingChange, change_setting
from app.portal.services.files.settings.places import SettingError
from app.portal.services.files.text import ConfigText, read_text
from tests.support.cases import record_case, requires_cases

LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])
# Blanks of all kinds, signs that end a key, quotes, comments: but no letter of the key.
OTHER_LINES = st.lists(st.tuples(st.text("bd=:#;\"'% \t\x0c\xa0\u2028é[", max_size=6), LINE_ENDS), max_size=5)
BLANKS = st.text(" \t\xa0", max_size=2)
CODECS = {"utf-8": b"", "utf-8-sig": b"", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}


def text_of(content: str | bytes) -> ConfigText:
    text = read_text(content.encode() if isinstance(content, str) else content)
    assert text is not None
    return text


def changed(content: str, key: str, value: str) -> str:
    return change_setting(text_of(content), key, value).text.to_bytes().decode()


def join_lines(lines: list[tuple[str, str]]) -> str:
    """Return the text; what a CR and an LF beside each other would be is not what is tested."""
    return "".join(line + end for line, end in lines).replace("\r\n", "\r\r\n").replace("\r\r\n", "\r\n")


@requires_cases("CR, LF and CRLF", "a quoted value", "UTF-16", "a key with a colon")
@given(
    OTHER_LINES, BLANKS, BLANKS, st.sampled_from("=:"), BLANKS, st.sampled_from(["", '"', "'"]), BLANKS, LINE_ENDS,
    OTHER_LINES, st.sampled_from(list(CODECS)),
)  # fmt: skip
@settings(max_examples=100)
def test_line_setting_keeps_every_other_byte(
    before: list[tuple[str, str]], lead: str, left: str, sign: str, right: str, quote: str, trail: str, end: str,
    after: list[tuple[str, str]], codec: str,
) -> None:  # fmt: skip
    head = f"{join_lines(before)}{lead}account.1{left}{sign}{right or ' '}{quote}"
    tail = f"{quote}{trail}{end}x{join_lines(after)}"
    content, expected = (CODECS[codec] + f"{head}{value}{tail}".encode(codec) for value in ("old", "new # = : 1"))
    text = text_of(content)
    record_case("CR, LF and CRLF", len(set(text.ends) - {""}) == 3)
    record_case("a quoted value", bool(quote))
    record_case("UTF-16", "utf-16" in codec)
    record_case("a key with a colon", sign == ":")
    change = change_setting(text, "account.1", "new # = : 1")
    assert change.text.to_bytes() == expected
    assert not change.was_added
    assert change.text.lines[change.line - 1].lstrip().startswith("account.1")


@requires_cases("a comment", "several lines")
@given(OTHER_LINES, st.sampled_from(["<b>account 1</b>", "<!-- <account.1>old</account.1> -->", "<b/>", ""]), LINE_ENDS)
@settings(max_examples=100)
def test_xml_setting_keeps_every_other_byte(others: list[tuple[str, str]], element: str, end: str) -> None:
    noise = join_lines(others)
    record_case("a comment", "<!--" in element)
    record_case("several lines", len(others) > 1)
    for pattern in (
        "<account.1 idx='1'>{}</account.1>",
        '<c account.1="{}" d="old"/>',
        "<account.1>\n {} \r\n</account.1 >",
    ):
        head, tail = f"<a>{noise}{element}{end}", f"{noise}{element}</a>"
        old, new = (head + pattern.replace("{}", value) + tail for value in ("old", "a&lt;b&gt;&amp;"))
        assert changed(old, "account.1", "a<b>&") == new


@pytest.mark.parametrize(
    ("content", "key", "value", "expected"),
    [
        ("a =\n", "a", "1", "a = 1\n"),
        ("a=\nb=2", "a", "1", "a=1\nb=2"),
        ("a: x\n", "a", "", "a: \n"),
        ("sip proxy ip: old\r\n", "sip proxy ip", "10.0.0.1", "sip proxy ip: 10.0.0.1\r\n"),
        ('A="x" # old\n', "A", "y", 'A="y" # old\n'),
        ('A="x"\n', "A", '"y"', 'A="y"\n'),
        ("a = b # c; d\n", "a", "e", "a = e\n"),
        ("#a = 1\na = 2\nab = 3\n", "a", "4", "#a = 1\na = 4\nab = 3\n"),
        ("a:1\n", "a", "2", "a:2\n"),
        ("a:b = 1\na: 2\n", "a", "3", "a:b = 1\na: 3\n"),
        ("a1b = 1\na.b = 2\n", "a.b", "3", "a1b = 1\na.b = 3\n"),
        ("http://a = 1\n", "http://a", "2", "http://a = 2\n"),
        ("<r><a/></r>", "a", "1", "<r><a>1</a></r>"),
        ("<r><a></a></r>", "a", "1", "<r><a>1</a></r>"),
        ("<r><x b='1' a='2'/></r>", "a", "it's", "<r><x b='1' a='it&apos;s'/></r>"),
        ('{"a": {"b": "x"}, "c": [1]}', "b", 'y"', '{"a": {"b": "y\\""}, "c": [1]}'),
        ('{"a": 1, "b": "\\"a\\": 2"}', "a", "3", '{"a": 3, "b": "\\"a\\": 2"}'),
        ('{"a": true}', "a", "yes", '{"a": "yes"}'),
    ],
)
def test_value_is_replaced_as_the_file_writes_it(content: str, key: str, value: str, expected: str) -> None:
    assert changed(content, key, value) == expected


@pytest.mark.parametrize(
    ("content", "expected", "line"),
    [
        ("", "new = 1\n", 1),
        ("a: x\r\n", "a: x\r\nnew: 1\r\n", 2),
        ("a=x\nb=y", "a=x\nb=y\nnew=1", 3),
        ('A="x"\r', 'A="x"\rnew="1"\r', 2),
        ("<r>\n  <a>1</a>\n  <!-- </r> -->\n</r>\n", "<r>\n  <a>1</a>\n  <!-- </r> -->\n  <new>1</new>\n</r>\n", 4),
        ("<r><p><a>1</a><b>2</b></p><c>3</c></r>", "<r><p><a>1</a><b>2</b><new>1</new></p><c>3</c></r>", 1),
    ],
)
def test_missing_setting_is_added_like_the_others(content: str, expected: str, line: int) -> None:
    change = change_setting(text_of(content), "new", "1")
    assert (change.text.to_bytes().decode(), change.line, change.was_added) == (expected, line, True)


def test_equal_value_is_reported() -> None:
    text = text_of("a = 1\n")
    assert change_setting(text, "a", "1") == SettingChange(text, 1, is_same=True)


@pytest.mark.parametrize(
    ("content", "key", "value", "words"),
    [
        ("a = 1\n[s]\na = 2\n", "a", "3", "a is set on lines 1 and 3."),
        ("a=1\n" * 1234, "a", "3", "a is set on 1,234 lines, first on 1, 2, 3, 4, 5."),
        ("a = 1\n", "", "3", "Enter the key of the setting."),
        ("a = 1\n", "#b", "3", "A line that begins with # is not a setting."),
        ("a = 1\n", "a", "x\ny", "Must be one line"),
        ('a = "1"\n', "a", 'x"y', 'The file has this value between " signs'),
        ("<r><a><b>1</b></a></r>", "a", "3", "a holds more than a value."),
        ("<r><a>1<!-- c --></a></r>", "a", "3", "a holds more than a value."),
        ("<r><b>1</b></r>", "a b", "3", "cannot be the name of an XML element."),
        ("<r><x a='1'/></r>", "b", "3", "which has no settings like <key>value</key>."),
        ('{"a": [1]}', "a", "3", "a holds more than a value."),
        ('{"a": 1}', "b", "3", "b is not in this file."),
    ],
)
def test_unclear_setting_is_refused(content: str, key: str, value: str, words: str) -> None:
    with pytest.raises(SettingError, match=re.escape(words)):
        change_setting(text_of(content), key, value)


@pytest.mark.parametrize(
    ("start", "repeated"),
    [("a", " "), ("<", "a"), ("<!--", "<!--"), ("<a ", "b"), ("<a ", '<a "'), ('{"', '\\"')],
)
def test_hostile_text_is_read_once(start: str, repeated: str) -> None:
    with suppress(SettingError):  # where it took the square of its length, this would not end
        change_setting(text_of(start + repeated * (200_000 // len(repeated))), "key", "1")
