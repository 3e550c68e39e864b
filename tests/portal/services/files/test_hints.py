"""Hints on files that their phone may not understand."""

import pytest

from app.portal.services.files.hints import find_hints
from app.portal.services.files.text import read_text

YEALINK, POLYCOM = "Yealink-T48G", "Polycom-VVX450"
GOOD = b"#!version:1.0.0.1\na = 1\n"


@pytest.mark.parametrize(
    ("name", "device_type", "content", "words"),
    [
        ("x.cfg", YEALINK, GOOD, ""),
        ("x.cfg", YEALINK, b"a = 1\n", "The first line is not"),
        ("x.cfg", YEALINK, b"\n" + GOOD, "The first line is not"),
        ("x.cfg", YEALINK, b"\xef\xbb\xbf" + GOOD, "byte order mark"),
        ("x.cfg", YEALINK, b"<phoneConfig/>", "for Polycom. The device is a Yealink-T48G."),
        ("x.cfg", POLYCOM, GOOD, "for Yealink"),
        ("x.cfg", POLYCOM, b"<phoneConfig><a></phoneConfig>", "mismatched tag, line 1"),
        ("x.cfg", POLYCOM, b"<phoneConfig>\n<a b=c/></phoneConfig>", "not well-formed (invalid token), line 2"),
        ("x.cfg", POLYCOM, '<a b="\xe9"/>'.encode("latin-1"), "line 1"),
        ("x.cfg", POLYCOM, '<?xml version="1.0" encoding="ISO-8859-1"?><a b="\xe9"/>'.encode("latin-1"), ""),
        ("x.cfg", POLYCOM, '<?xml version="1.0"?><a b="%TAG%"/>'.encode("utf-16"), ""),
        ("x.cfg", POLYCOM, b'<?xml version="1.0" encoding="nonsense"?><a/>', "unknown encoding"),
        ("x.xml", "Unheard-of 1", b"a = 1", "ends in .xml, but the content is not XML"),
        ("x.cfg", "Fanvil X4", b"<<VOIP CONFIG FILE>>Version:2.0\n", ""),
        ("x.cfg", YEALINK, b" \n", ""),
        ("x.cfg", YEALINK, b"\0", ""),
    ],
)
def test_hint_says_what_the_phone_will_not_read(name: str, device_type: str, content: bytes, words: str) -> None:
    hints = find_hints(name, device_type, content, read_text(content))
    assert (len(hints) == 1 and words in hints[0]) if words else hints == []


def test_xml_entities_are_not_expanded() -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    content = f'<!DOCTYPE a [<!ENTITY e0 "x">{levels}]><a>&e11;</a>'.encode()
    assert find_hints("x.cfg", POLYCOM, content, read_text(content)) == []
