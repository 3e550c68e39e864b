"""What counts as a tag in a text."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.portal.models.access_device import AccessDevice
from app.portal.services.tags.names import TagNames, find_tags, malformed_reason, scan_tags
from app.portal.services.tags.native import native_tags
from app.portal.services.tags.resolver import resolve_tags
from tests.support.cases import record_case, requires_cases

KNOWN = frozenset({"%PORT%", "%a b;c%", "%%", "%d%"})
NAMES = TagNames(KNOWN, {"%NULL%"})


def find_names(text: str) -> list[str]:
    return [match.name for match in find_tags(text, NAMES)]


def find_unclosed(text: str) -> list[str]:
    return [match.name for match in scan_tags(text, NAMES) if not match.is_closed]


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
        ("f=a%20b%BWHOST-2%", ["%BWHOST-2%"]),
        ("x=%C3%BCber%C3%A4m%PORT%", ["%PORT%"]),
        ("a%E2%82%ACb%41c%", []),
        ("%H%:%M%, %50%, %ld%, %Y-%m-%d", []),
        ("%d", []),
        ("a=%d%", ["%d%"]),
        ("%_x% %-x% %.x% %9x% %x-%", ["%_x%"]),
        ("a = %NULL%\nb = %NULL%PORT%", []),
        ("%ABC%NULL%", []),
    ],
)
def test_find_tags_ignores_other_percent_signs(text: str, names: list[str]) -> None:
    assert find_names(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('c="%BWHOST-1"', ["%BWHOST-1"]),
        ("%BWHOST-1.example.com:%PORT.", ["%BWHOST-1", "%PORT"]),
        ("%BWMACADDRESS.cfg;%PORT%", ["%BWMACADDRESS"]),
        ("%BWHOST-1 %BWHOST-2%", ["%BWHOST-1"]),
        ("%BWHOSTS-1 %PORTS %d of %a b;c", []),
        ("%PORT%BWHOST-1", []),
        ("%NULL and 5%", []),
    ],
)
def test_known_name_after_single_sign_is_not_closed(text: str, names: list[str]) -> None:
    assert find_unclosed(text) == names


@pytest.mark.parametrize(
    ("name", "is_known"),
    [
        ("%BWLINEPRT-1%", False),
        ("%BWLINEPORT-0%", False),
        ("%BWLINEPORT-01%", False),
        ("%BWLINEPORT%", False),
        ("%BWLINEPORT-\u0661%", False),
        ("%BWMACADDRESS-1%", False),
        ("%bwmacaddress%", False),
        ("%BWMACADDRESS%", True),
        ("%BWHOST-12%", True),
        ("%BW_USER_IMP_ID-2%", True),
        ("%BWFAC-CALL-PARK-RETRIEVE-1%", True),
        ("%BWDEVICEACCESSFQDN%", True),
    ],
)
def test_only_listed_names_are_built_in(name: str, is_known: bool) -> None:
    resolution = resolve_tags([], native_tags(AccessDevice(device_name="D", device_type="Yealink-T48G"), None))
    assert resolution.placeholder(name).is_undefined != is_known
    assert TagNames().is_known(name) == is_known


def test_values_of_type_are_no_tags() -> None:
    for device_type, names in (("Yealink-T48G", []), ("Polycom-VVX450", ["%NULL%"])):
        device = AccessDevice(device_name="D", device_type=device_type)
        names_of_type = resolve_tags([], native_tags(device, None)).names
        assert [match.name for match in find_tags("a = %NULL%", names_of_type)] == names


PARTS = (
    "%PORT%", "%a b;c%", "%NULL%", "%BWHOST-1%", "%BWHOST-1", "%20", "%C3%BC", "%ABC%", "%d", "%%", "%", "PORT", "AB",
    "C3", "-", ".x", " ", "\n", "9",
)  # fmt: skip
HEX = frozenset("0123456789abcdefABCDEF")


def read_rules_slowly(text: str) -> list[tuple[int, int]]:
    """Return where tags are: known names from the left, then what can be a name, of the signs left over."""
    signs = [index for index, character in enumerate(text) if character == "%"]
    pairs = [(first, second + 1) for first, second in pairwise(signs)]
    taken: set[int] = set()

    def choose(candidates: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        chosen = []
        for first, end in candidates:
            if not {first, end - 1} & taken:
                taken.update((first, end - 1))
                chosen.append((first, end))
        return chosen

    values = {"%NULL%"}
    known = choose([pair for pair in pairs if is_known(text[slice(*pair)]) or text[slice(*pair)] in values])
    escapes = find_escapes(text, signs)
    plausible = [
        pair for pair in pairs if can_be_name(text[pair[0] + 1 : pair[1] - 1]) and not {pair[0], pair[1] - 1} & escapes
    ]
    found = [*known, *choose(plausible)]
    return sorted(pair for pair in found if text[slice(*pair)] not in values)


def is_known(name: str) -> bool:
    kind, _, line = name.strip("%").rpartition("-")
    is_line = line.isdecimal() and len(line) < 5 and line[0] != "0"
    return name in KNOWN - {"%%"} or (kind == "BWHOST" and is_line)


def find_escapes(text: str, signs: Sequence[int]) -> set[int]:
    """Return the signs of escaped bytes that stand beside another one, as in a character of UTF-8."""

    def byte_at(index: int) -> int:
        digits = text[index + 1 : index + 3] if index >= 0 and text[index : index + 1] == "%" else ""
        return int(digits, 16) if len(digits) == 2 and set(digits) <= HEX else 0

    leads = {sign for sign in signs if byte_at(sign) >= 0xC0 and 0x80 <= byte_at(sign + 3) < 0xC0}
    return leads | {sign for sign in signs if byte_at(sign - 3) >= 0x80 and 0x80 <= byte_at(sign) < 0xC0}


def can_be_name(inner: str) -> bool:
    if len(inner) < 2 or not (inner[0].isalpha() or inner[0] == "_") or not inner[-1].isalnum():
        return False
    is_byte = len(inner) == 2 and set(inner) <= HEX
    return not is_byte and all(character.isalnum() or character in "_-." for character in inner)


@requires_cases("no tag", "several tags", "an escape", "not closed")
@settings(max_examples=150)
@given(st.lists(st.sampled_from(PARTS), max_size=14).map("".join))
def test_find_tags_agrees_with_slow_reading(text: str) -> None:
    matches = list(scan_tags(text, NAMES))
    record_case("no tag", not matches)
    record_case("several tags", sum(match.is_closed for match in matches) > 1)
    record_case("an escape", find_escapes(text, [index for index, sign in enumerate(text) if sign == "%"]))
    record_case("not closed", any(not match.is_closed for match in matches))
    assert [(match.start, match.end) for match in matches if match.is_closed] == read_rules_slowly(text)
    position = 0
    for match in matches:
        assert text[match.start : match.end] == match.name
        assert match.line == 1 + text[: match.start].count("\n")
        assert match.start >= position
        position = match.end


def test_find_tags_reads_many_signs_in_linear_time() -> None:
    for hostile in ("%" * 60_000, "%ab" * 30_000, "%" + "a" * 1_000_000 + "%", "%a." * 30_000, "%b-a" * 20_000):
        assert sum(1 for _ in find_tags(hostile, NAMES)) <= 20_000


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
        assert [match.name for match in find_tags(f"x{name}y", TagNames({name}))] == [name]
