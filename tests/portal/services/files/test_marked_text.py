"""A file's text as a page shows it: every character in its line, tags marked, in parts that a page can hold."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.portal.models.tag import Tag
from app.portal.services.files.marked import LINES_A_PAGE, LONGEST, MOST_MARKS, Part, part
from app.portal.services.files.tags import tags_in
from app.portal.services.files.text import ConfigText, read_text
from app.portal.services.tags.native import Natives, NativeTag
from app.portal.services.tags.resolver import DOTS, Resolution, resolve

REGIONS = [Tag(name="%REGION%", value=value, level="System_Default", region_name=value) for value in ("north", "south")]
TAGS = resolve(
    [
        Tag(name="%PORT%", value="5060", level="System_Default"),
        Tag(name="%PORT%", value="5061", level="DeviceProfile"),
        Tag(name="%EMPTY%", value="", level="System_Default"),
        Tag(name="%NEW\nLINE%", value="x\ny", level="System_Default"),
        *REGIONS,
    ],
    Natives((NativeTag("%BWFIRSTNAME-1%", "Amélie", "Line 1"), NativeTag("%BWAUTHPASSWORD-1%", None, "Line 1"))),
)


def text_of(words: str) -> ConfigText:
    found = read_text(words.encode())
    assert found is not None
    return found


def shown(words: str, line: int = 1, tags: Resolution | None = TAGS, *, as_phone: bool = False) -> Part:
    return part(text_of(words), line, tags, as_phone=as_phone)


def plain(found: Part) -> list[str]:
    return ["".join(run.text for run in line.runs) for line in found.lines]


def test_each_line_has_its_number_and_each_tag_its_own_run() -> None:
    found = shown("# of %BWFIRSTNAME-1%\n\nport = %PORT%:%PORT%")
    assert [line.number for line in found.lines] == [1, 2, 3]
    assert [[(run.kind, run.text, run.is_first) for run in line.runs] for line in found.lines] == [
        [("c", "# of ", False), ("c", "%BWFIRSTNAME-1%", True)],
        [],
        [("k", "port = ", False), ("s", "%PORT%", True), ("s", ":", False), ("s", "%PORT%", False)],
    ]


def test_a_mark_says_where_its_value_comes_from_and_what_is_wrong_with_it() -> None:
    [line] = shown("%PORT%%EMPTY%%NOPE%%REGION%%BWAUTHPASSWORD-1%").lines
    assert [(run.says.split(":")[0] if run.is_wrong else run.says, run.is_wrong) for run in line.runs] == [
        ("This device: 5061", False),
        ("System default: set to nothing", False),
        ("Nothing defines it", True),
        ("Depends on the region", True),
        ("Line 1: Secret, never shown", False),
    ]


def test_as_the_phone_gets_it_values_stand_in_place_and_secrets_are_dots() -> None:
    found = shown("a = %PORT%/%EMPTY%/%NOPE%/%BWAUTHPASSWORD-1%\n", as_phone=True)
    assert plain(found) == [f"a = 5061//%NOPE%/{DOTS}"]
    assert next(run.says for run in found.lines[0].runs if run.piece) == "This device: %PORT%"


def test_without_tags_the_text_stands_as_it_is() -> None:
    found = shown("a = %PORT%", tags=None)
    assert plain(found) == ["a = %PORT%"]
    assert not [run for run in found.lines[0].runs if run.piece]


def test_a_tag_whose_name_has_a_line_end_moves_no_line() -> None:
    found = shown("1\n2 %NEW\nLINE% 3\n4")
    assert [(line.number, words) for line, words in zip(found.lines, plain(found), strict=True)] == [
        (1, "1"),
        (2, "2 %NEW\nLINE%"),
        (3, " 3"),
        (4, "4"),
    ]


def test_a_long_file_comes_in_parts_and_a_line_beyond_it_is_in_the_last() -> None:
    words = "".join(f"a.{number} = 1\n" for number in range(1, 2 * LINES_A_PAGE + 6))
    for line, first, last in [
        (1, 1, 1000),
        (1000, 1, 1000),
        (1001, 1001, 2000),
        (2005, 2001, 2005),
        (9_999, 2001, 2005),
    ]:
        found = shown(words, line)
        assert (found.first, found.last, found.total) == (first, last, 2005)
        assert plain(found)[0] == f"a.{first} = 1"


def test_a_long_line_is_cut_and_says_by_how_much() -> None:
    [cut, whole] = shown(f"{'x' * (LONGEST + 7)}\n{'y' * LONGEST}").lines
    assert (cut.more, whole.more) == (7, 0)
    assert "".join(run.text for run in cut.runs) == "x" * LONGEST


def test_a_comment_that_began_on_an_earlier_part_is_still_one() -> None:
    words = "<a>\n<!--\n" + "in it\n" * LINES_A_PAGE + "--><b/>\n"
    found = shown(words, LINES_A_PAGE + 1)
    assert [run.kind for run in found.lines[0].runs] == ["c"]
    assert [run.kind for run in found.lines[2].runs] == ["c", "n"]
    assert not found.is_plain


def test_xml_that_is_too_long_to_be_read_from_its_beginning_has_no_colours_and_says_so() -> None:
    found = shown("<a>\n" + "<b c='%PORT%'/>\n" * 20_000)
    assert found.is_plain
    assert {run.kind for line in found.lines for run in line.runs} == {""}
    assert sum(run.piece is not None for line in found.lines for run in line.runs) == LINES_A_PAGE - 1
    assert not shown("a = 1\n" * 60_000, 30_000).is_plain


def test_a_page_marks_so_many_tags_and_says_how_many_stand_as_written() -> None:
    row = "%PORT%" * 500 + "%NEW\nLINE%" + "%NOPE%" * 10
    words = "\n".join([row] * 40)
    for as_phone in (False, True):
        found = shown(words, as_phone=as_phone)
        runs = [run for line in found.lines for run in line.runs]
        assert sum(run.piece is not None for run in runs) == MOST_MARKS
        assert found.unmarked == 40 * 511 - MOST_MARKS
        assert plain(found)[-1] == "LINE%" + "%NOPE%" * 10
        assert len(runs) < 2 * MOST_MARKS
        assert [line.number for line in found.lines] == list(range(1, 81))
    assert not shown("%PORT%" * MOST_MARKS).unmarked


@settings(max_examples=150)
@given(
    st.lists(st.sampled_from(["%PORT%", "%NEW\nLINE%", "%", "%x%", "\n", "=", "<!--", "-->", "#", " ", "é", "%EMPTY%"]))
)
def test_no_character_of_any_text_is_lost_or_moved(words: list[str]) -> None:
    text = text_of("".join(words))
    found = part(text, 1, TAGS, as_phone=False)
    assert "\n".join(plain(found)).replace("%NEW\nLINE%\n", "%NEW\nLINE%") in {"\n".join(text.lines), text.text}


def test_the_tags_of_a_file_come_once_each_with_what_is_wrong_first() -> None:
    words = "%PORT%%BWAUTHUSER-1%\n%BWFIRSTNAME-1% %NOPE%\n%PORT%\n\n%NOPE%%EMPTY%"
    found = tags_in(text_of(words), TAGS)
    assert [(tag.name, tag.line, tag.count, tag.is_wrong) for tag in found] == [
        ("%NOPE%", 2, 2, True),
        ("%BWAUTHUSER-1%", 1, 1, False),
        ("%PORT%", 1, 2, False),
        ("%BWFIRSTNAME-1%", 2, 1, False),
        ("%EMPTY%", 5, 1, False),
    ]
    assert [tag.value for tag in found] == ["", "", "5061", "Amélie", ""]
    assert [bool(tag.why_open) for tag in found] == [True, True, False, False, False]


def test_a_value_that_uses_an_open_tag_says_so_in_the_list() -> None:
    tags = resolve([Tag(name="%URL%", value="http://%NOPE%/", level="DeviceProfile")], Natives())
    [found] = tags_in(text_of("%URL%"), tags)
    assert (found.value, found.problems) == (
        "http://%NOPE%/",
        ["Its value uses %NOPE%, which the portal cannot fill in"],
    )
