"""Texts of files: whatever the bytes, they come back; whatever is typed, the rest of the file stays as it was."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.portal.services.files.text import EMPTY_TEXT, MOST_LINES, UnwritableError, has_too_many_lines, read_text
from tests.support.cases import record_case, requires_cases

LINES = st.lists(st.tuples(st.text("abé%_ \t", max_size=4), st.sampled_from(["\n", "\r\n", "\r"])), max_size=6)
ENCODINGS = {
    "UTF-8": b"a\xc3\xa9\n",
    "UTF-8 with a mark": b"\xef\xbb\xbfa\n",
    "UTF-16 LE": b"\xff\xfea\0\n\0",
    "UTF-16 BE": b"\xfe\xff\0a\0\n",
    "Latin-1": b"caf\xe9\n",
    "Windows-1252": b"10 \x80\n",
}
BINARY_CONTENTS = {
    "every byte": bytes(range(256)),
    "NUL": b"a\0b",
    "UTF-16 without a mark": "a\n".encode("utf-16-le"),
    "half a UTF-16 character": b"\xff\xfea",
    "half a surrogate pair": b"\xff\xfe\x00\xd8",
    "broken UTF-8 after its mark": b"\xef\xbb\xbf\xff",
    "a JPEG": b"\xff\xd8\xff\xe0\x10JFIF\x01",
    "not of Windows-1252": b"caf\x8d",
}


def as_sent(text: str) -> str:
    """Return what a browser sends of a textarea that was filled with this."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")


@requires_cases("a text", "not a text", "more than UTF-8", "mixed line ends")
@given(
    st.binary()
    | st.text("a\r\n").map(str.encode)
    | st.text().map(str.encode)
    | st.text("aé\r\n").map(lambda text: text.encode("utf-16"))
)
@settings(max_examples=300)
def test_text_encodes_to_the_same_bytes(content: bytes) -> None:
    text = read_text(content)
    record_case("not a text" if text is None else "a text")
    if text is not None:
        record_case("more than UTF-8", text.encoding != "UTF-8")
        record_case("mixed line ends", " and " in text.line_ends)
        assert text.to_bytes() == content
        assert text.edit(text.text).to_bytes() == content
        assert text.edit(as_sent(text.text)).to_bytes() == content


@pytest.mark.parametrize(("name", "content"), ENCODINGS.items())
def test_encoding_is_detected_and_kept(name: str, content: bytes) -> None:
    text = read_text(content)
    assert text is not None
    assert (text.encoding, bool(text.bom)) == (
        name.removesuffix(" with a mark"),
        name not in {"UTF-8", *list(ENCODINGS)[4:]},
    )
    longer = read_text(text.edit(text.text + "more\r\n").to_bytes())
    assert longer is not None
    assert (longer.text, longer.encoding, longer.bom) == (text.text + "more\n", text.encoding, text.bom)


@pytest.mark.parametrize("content", BINARY_CONTENTS.values(), ids=list(BINARY_CONTENTS))
def test_binary_content_is_no_text(content: bytes) -> None:
    assert read_text(content) is None


def test_empty_file_can_be_edited() -> None:
    text = read_text(b"")
    assert text is not None
    assert (text.text, text.line_ends, text.final_newline) == ("", "", True)
    assert text.edit("a\r\nb").to_bytes() == b"a\nb"
    assert EMPTY_TEXT.edit("é\r\n").to_bytes() == "é\n".encode()


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"a", ""), (b"a\nb", "LF"), (b"a\r\n", "CRLF"), (b"a\r", "CR"), (b"a\rb\nc\r\n", "LF and CRLF and CR")],
)
def test_line_ends_are_named(content: bytes, words: str) -> None:
    text = read_text(content)
    assert text is not None
    assert text.line_ends == words
    assert text.final_newline == content.endswith((b"\r", b"\n"))


@requires_cases("mixed line ends", "changed")
@given(LINES, LINES)
def test_typed_text_becomes_text_of_file(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> None:
    before, typed = ("".join(line + end for line, end in lines) for lines in (old, new))
    text = read_text(before.encode())
    assert text is not None
    record_case("mixed line ends", " and " in text.line_ends)
    after = read_text(text.edit(as_sent(typed)).to_bytes())
    assert after is not None
    record_case("changed", after.text != text.text)
    assert after.text == typed.replace("\r\n", "\n").replace("\r", "\n")


def test_unchanged_lines_keep_mixed_line_ends() -> None:
    text = read_text(b"one\r\ntwo\nthree\rfour\r\nfive")
    assert text is not None
    assert text.edit(as_sent("one\nnew\nthree\nfour\nfive\n")).to_bytes() == b"one\r\nnew\nthree\rfour\r\nfive\r\n"


def test_cr_and_following_empty_line_stay_two_lines() -> None:
    text = read_text(b"a\rb\nc\r\nd\r\n")
    assert text is not None
    after = read_text(text.edit("a\n\nc\nd\n").to_bytes())
    assert after is not None
    assert after.text == "a\n\nc\nd\n"


def test_form_feed_ends_no_line() -> None:
    text = read_text("a\x0cb\u2028c\x85d\n".encode())
    assert text is not None
    assert text.lines == ["a\x0cb\u2028c\x85d"]


def test_character_outside_encoding_is_named() -> None:
    text = read_text(b"caf\xe9\n")
    assert text is not None
    with pytest.raises(UnwritableError, match="“→” cannot be written in Latin-1"):
        text.edit("café → bar").to_bytes()


@pytest.mark.parametrize(
    ("content", "expected"), [(b"a\tb\n", True), (b"\x1b[1m", False), (b"a\x0cb", True), ("\ufffe".encode(), False)]
)
def test_text_with_control_characters_is_not_editable(content: bytes, expected: bool) -> None:
    text = read_text(content)
    assert text is not None
    assert text.can_be_edited is expected


def test_edited_line_keeps_its_own_line_end() -> None:
    text = read_text(b"a = 1\r\nb = 1\nc = 1\rd = 1\r\n")
    assert text is not None
    after = text.edit(as_sent("a = 1\nnew = 5\nb = 2\nc = 3\nd = 1\n")).to_bytes()
    assert after == b"a = 1\r\nnew = 5\r\nb = 2\nc = 3\rd = 1\r\n"
    assert text.counted_line_ends == "1 LF and 2 CRLF and 1 CR"


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_text_has_bounded_lines(end: bytes) -> None:
    longest = (b"x" + end) * MOST_LINES
    assert read_text(longest) is not None
    assert read_text(longest + b"x" + end) is None
    assert has_too_many_lines(longest + b"x" + end)
