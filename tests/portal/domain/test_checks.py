"""What may be typed into a field."""

import pytest

from app.portal.domain.checks import Check, check_host, check_mac, check_one_line, check_port
from app.portal.domain.names import unaddressable_reason


def takes(check: Check, typed: str) -> bool:
    error = check(typed)
    assert error is None or error.startswith(("Must be", "The name"))
    return error is None


@pytest.mark.parametrize("typed", ["10.0.0.1", "2001:db8::1", "sbc1.provider.example", "localhost", "a-b.c_d", "host."])
def test_hosts(typed: str) -> None:
    assert takes(check_host, typed)


@pytest.mark.parametrize(
    "typed", ["a b", "http://a", "a..b", "-a", "a-", "10.0.0.1:5060", "é.example", ".", "a,b", "a/b"]
)
def test_no_hosts(typed: str) -> None:
    assert not takes(check_host, typed)


@pytest.mark.parametrize(("typed", "taken"), [("1025", True), ("65535", True), ("1024", False), ("65536", False)])
def test_ports(typed: str, taken: bool) -> None:
    assert takes(check_port, typed) is taken


@pytest.mark.parametrize("typed", ["00:15:65:A1:2B:3C", "001565a12b3c", "0015.65A1.2B3C", "00-15-65-A1-2B-3C"])
def test_macs_in_any_notation(typed: str) -> None:
    assert takes(check_mac, typed)


@pytest.mark.parametrize("typed", ["00:15-65:A1:2B:3C", "001565a12b3", "001565a12b3g", "", "00:15:65:A1:2B:3C:4D"])
def test_no_macs(typed: str) -> None:
    assert not takes(check_mac, typed)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("tab\there", "Character 4 is a tab"),
        ("two\nlines", "Character 4 is a line break"),
        ("\u2028", "Character 1 is a line break"),
        ("nul\0", "Character 4 is a control character (U+0000)"),
        ("\x85", "U+0085"),
        ("\ud800", "U+D800"),
    ],
)
def test_control_characters_and_line_ends_are_named(typed: str, words: str) -> None:
    assert words in (check_one_line(typed) or "")


@pytest.mark.parametrize(
    "typed", ["a\u00a0b", "\u0915\u094d\u200d\u0937", "\u6771\u3000\u4eac", "\u202egnp", "\u200bx", ""]
)
def test_spaces_and_joiners_are_text(typed: str) -> None:
    assert takes(check_one_line, typed)


@pytest.mark.parametrize(("typed", "taken"), [("new", True), ("100%25", True), ("a/b", False), ("..", False)])
def test_names_of_devices_can_be_addressed(typed: str, taken: bool) -> None:
    assert takes(unaddressable_reason, typed) is taken
