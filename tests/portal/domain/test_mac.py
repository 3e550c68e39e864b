"""MAC addresses in the notations that people use."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.portal.domain.mac import describe_unusual, parse, parse_part, with_colons
from tests.support.cases import record_case, requires_cases

macs = st.text("0123456789ABCDEF", min_size=12, max_size=12)
NOTATIONS: dict[str, Callable[[str], str]] = {
    "bare": lambda mac: mac,
    "colons": lambda mac: ":".join(mac[start : start + 2] for start in range(0, 12, 2)),
    "dashes": lambda mac: "-".join(mac[start : start + 2] for start in range(0, 12, 2)),
    "dots": lambda mac: ".".join(mac[start : start + 4] for start in range(0, 12, 4)),
    "pairs by spaces": lambda mac: " ".join(mac[start : start + 2] for start in range(0, 12, 2)),
}
# Read as a whole only: a part of one could be a part of many other things.
ONLY_WHOLE: dict[str, Callable[[str], str]] = {
    "pairs by dots": lambda mac: ".".join(mac[start : start + 2] for start in range(0, 12, 2)),
    "fours by dashes": lambda mac: "-".join(mac[start : start + 4] for start in range(0, 12, 4)),
    "fours by colons": lambda mac: ":".join(mac[start : start + 4] for start in range(0, 12, 4)),
    "halves by a dash": lambda mac: f"{mac[:6]}-{mac[6:]}",
    "halves by a colon": lambda mac: f"{mac[:6]}:{mac[6:]}",
    "threes by dashes": lambda mac: "-".join(mac[start : start + 3] for start in range(0, 12, 3)),
    "leading zeros dropped": lambda mac: ":".join(f"{int(mac[start : start + 2], 16):X}" for start in range(0, 12, 2)),
    "dashes of a word processor": lambda mac: "\u2013".join(mac[start : start + 2] for start in range(0, 12, 2)),
    "no-break spaces": lambda mac: "\u00a0".join(mac[start : start + 4] for start in range(0, 12, 4)),
    "spaced colons": lambda mac: " : ".join(mac[start : start + 2] for start in range(0, 12, 2)),
    "a label": lambda mac: f"MAC: {mac}",
    "a long label": lambda mac: f"LAN MAC Address {mac}",
    "as Windows says it": lambda mac: f"Physical Address. . . . . . . . . : {mac}",
    "as Linux says it": lambda mac: f"link/ether {mac}",
    "quoted": lambda mac: f"'{mac}",
}


@requires_cases("lower-case letters")
@given(
    macs,
    st.sampled_from([*NOTATIONS.values(), *ONLY_WHOLE.values()]),
    st.booleans(),
    st.sampled_from(["", " ", "\t", "\u00a0\n"]),
)
def test_parse_reads_every_notation(mac: str, notation: Callable[[str], str], lower: bool, space: str) -> None:
    text = notation(mac)
    record_case("lower-case letters", lower and not mac.isdigit())
    assert parse(space + (text.lower() if lower else text) + space) == mac
    assert with_colons(text) == NOTATIONS["colons"](mac)


@requires_cases(*NOTATIONS, "a part", "to the end")
@given(macs, st.sampled_from(list(NOTATIONS)), st.data())
def test_parse_part_from_group_start(mac: str, notation: str, data: st.DataObject) -> None:
    text = NOTATIONS[notation](mac)
    group = {"bare": 1, "dots": 5}.get(notation, 3)
    start = data.draw(st.sampled_from(range(0, len(text) - group, group)))
    part = text[start : data.draw(st.just(len(text)) | st.integers(start + group, len(text)))]
    record_case(notation)
    record_case("to the end" if text.endswith(part) else "a part")
    assert str(parse_part(part.lower())) in mac, part


@requires_cases("usual", "only whole")
@given(macs, st.sampled_from([*NOTATIONS.values(), *ONLY_WHOLE.values()]))
def test_parse_part_of_whole_mac(mac: str, notation: Callable[[str], str]) -> None:
    record_case("usual" if notation in NOTATIONS.values() else "only whole")
    text = notation(mac)
    # Five whole pairs and a digit are a MAC whose last digit is still to be typed.
    assert parse_part(text) == (mac[:10] + mac[11:] if len(text) == 16 and text[14] == ":" else mac)


def test_parse_part_of_all_but_the_last_digit() -> None:
    assert parse_part("10:10:10:10:10:0") == "10101010100"
    assert parse_part("10:10:10:10:1:0") == "101010100100"  # a zero was dropped before: it is whole


@requires_cases("half a pair", "whole pairs")
@given(macs, st.data())
def test_parse_part_with_colons(mac: str, data: st.DataObject) -> None:
    text = NOTATIONS["colons"](mac)
    start = data.draw(st.integers(0, 15))
    most = 15 if start == 1 else 17  # all six groups, the first of one digit, are a MAC whose leading zero was dropped
    part = text[start : data.draw(st.integers(start + 2, most))]
    record_case("half a pair" if any(len(pair) == 1 for pair in part.split(":")) else "whole pairs")
    assert str(parse_part(part)) in mac, part


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("00:15:65", "001565"),
        ("0:15:65", "01565"),
        ("00-15-6", "00156"),
        ("0015.65", "001565"),
        ("0015.", "0015"),
        ("00:", "00"),
        (":1", "1"),
        (" 001565ab ", "001565AB"),
        ("BA D5", "BAD5"),
        ("ba\u00a0d", "BAD"),
        ("00:15 65", "001565"),
        ("65:a:2b", "650A2B"),
        ("00\u201315\u20136", "00156"),
        ("MAC: 00:15", "0015"),
        *(
            (text, None)
            for text in (
                "10.0.0.1",
                "10.0",
                "a b",
                "desk 12",
                "00:15 65:a1:2b:3c:4d",
                "192.168.1",
                "2001:db8",
                "00:15-65",
                "0-15",
                "",
                "00:15:65:x",
            )
        ),
        *(
            (text, None)
            for text in ("0" * 13, "00:15:65:00:00:00:00", "0015.6500.0000.0000", "desk", "٠٠:15", "::", ".", ":")
        ),
    ],
)
def test_parse_part_refuses_other_text(text: str, digits: str | None) -> None:
    assert parse_part(text) == digits


@pytest.mark.parametrize(
    "text",
    [
        *("", "0015", "00:15:65:00:00", "00:15-65:00:00:00", "0015.65000000", "g" * 12, "0" * 13),
        *("0:15:65:a:2b", "0:15:65:a:2b:3c:4d", "15.65a1.2b3c", "MAC", "10.0.0.1", "\u0660" * 12),
    ],
)
def test_other_text_is_unchanged(text: str) -> None:
    assert parse(text) is None
    assert with_colons(text) == text


@pytest.mark.parametrize(
    ("digits", "word"),
    [("F" * 12, "broadcast"), ("0" * 12, "zeros"), ("01005E000001", "multicast"), ("001565A12B3C", ""), ("", "")],
)
def test_unusual_mac_is_described(digits: str, word: str) -> None:
    assert word in (describe_unusual(digits) or "")
    assert bool(word) == (describe_unusual(digits) is not None)
