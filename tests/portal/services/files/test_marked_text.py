"""A file's text as a page shows it: every character in its line, tags marked, in parts that a page can hold."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.portal.models.tag import Tag
from app.portal.services.files.marked import LINES_PER_PAGE, MAX_LINE_LENGTH, MAX_MARKS, MarkedPart, mark_part
from app.portal.services.files.tags import list_file_tags
from app.portal.services.files.text import ConfigText, read_text
from app.portal.services.tags.native import NativeTag, NativeTags
from app.portal.services.tags.resolver import DOTS, Resolution, resolve_tags
from tests.support.cases import record_case, requires_cases

REGIONS = [Tag(name="%REGION%", value=value, level="System_Default", region_name=value) for value in ("north", "south")]
TAGS = resolve_tags(
    [
        Tag(name="%PORT%", value="5060", level="System_Default"),
        Tag(name="%PORT%", value="5061", level="DeviceProfile"),
        Tag(name="%EMPTY%", value="", level="System_Default"),
        Tag(name="%NEW\nLINE%", value="x\ny", level="System_Default"),
        *REGIONS,
    ],
    NativeTags((NativeTag("%BWFIRSTNAME-1%", "Amélie", "Line 1"), NativeTag("%BWAUTHPASSWORD-1%", None, "Line 1"))),
)


def read(words: str) -> ConfigText:
    text = read_text(words.encode())
    assert text is not None
    return text


def mark(words: str, line: int = 1, tags: Resolution | None = TAGS, *, as_phone: bool = False) -> MarkedPart:
    return mark_part(read(words), line, tags, as_phone=as_phone)


def plain_lines(part: MarkedPart) -> list[str]:
    return ["".join(run.text for run in line.runs) for line in part.lines]


def test_lines_are_numbered_and_tags_are_own_runs() -> None:
    marked = mark("# of %BWFIRSTNAME-1%\n\nport = %PORT%:%PORT%")
    assert [line.number for line in marked.lines] == [1, 2, 3]
    assert [[(run.kind, run.text, run.is_first) for run in line.runs] for line in marked.lines] == [
        [("c", "# of ", False), ("c", "%BWFIRSTNAME-1%", True)],
        [],
        [("k", "port = ", False), ("s", "%PORT%", True), ("s", ":", False), ("s", "%PORT%", False)],
    ]


def test_mark_summarizes_source_and_problems() -> None:
    [line] = mark("%PORT%%EMPTY%%NOPE%%REGION%%BWAUTHPASSWORD-1%").lines
    assert [(run.summary, run.piece is not None and run.piece.needs_attention) for run in line.runs] == [
        ("This device: 5061", False),
        ("System default: empty", False),
        ("Not defined at any level: the phone receives it as written", True),
        ("Depends on the region: several values are set", True),
        ("Line 1: Hidden (secret)", False),
    ]


def test_as_phone_shows_values_and_hides_secrets() -> None:
    marked = mark("a = %PORT%/%EMPTY%/%NOPE%/%BWAUTHPASSWORD-1%\n", as_phone=True)
    assert plain_lines(marked) == [f"a = 5061//%NOPE%/{DOTS}"]
    assert next(run.summary for run in marked.lines[0].runs if run.piece) == "This device: %PORT%"


def test_without_tags_nothing_is_marked() -> None:
    marked = mark("a = %PORT%", tags=None)
    assert plain_lines(marked) == ["a = %PORT%"]
    assert not [run for run in marked.lines[0].runs if run.piece]


def test_tag_with_line_end_moves_no_line() -> None:
    marked = mark("1\n2 %NEW\nLINE% 3\n4")
    assert [(line.number, words) for line, words in zip(marked.lines, plain_lines(marked), strict=True)] == [
        (1, "1"),
        (2, "2 %NEW\nLINE%"),
        (3, " 3"),
        (4, "4"),
    ]


def test_long_file_is_shown_in_parts() -> None:
    words = "".join(f"a.{number} = 1\n" for number in range(1, 2 * LINES_PER_PAGE + 6))
    for line, first, last in [
        (1, 1, 1000),
        (1000, 1, 1000),
        (1001, 1001, 2000),
        (2005, 2001, 2005),
        (9_999, 2001, 2005),
    ]:
        marked = mark(words, line)
        assert (marked.first, marked.last, marked.total) == (first, last, 2005)
        assert plain_lines(marked)[0] == f"a.{first} = 1"


def test_long_line_is_cut_and_counted() -> None:
    [cut, whole] = mark(f"{'x' * (MAX_LINE_LENGTH + 7)}\n{'y' * MAX_LINE_LENGTH}").lines
    assert (cut.more, whole.more) == (7, 0)
    assert "".join(run.text for run in cut.runs) == "x" * MAX_LINE_LENGTH


def test_comment_continues_on_next_part() -> None:
    words = "<a>\n<!--\n" + "in it\n" * LINES_PER_PAGE + "--><b/>\n"
    marked = mark(words, LINES_PER_PAGE + 1)
    assert [run.kind for run in marked.lines[0].runs] == ["c"]
    assert [run.kind for run in marked.lines[2].runs] == ["c", "n"]
    assert not marked.is_plain


def test_long_xml_is_plain() -> None:
    marked = mark("<a>\n" + "<b c='%PORT%'/>\n" * 20_000)
    assert marked.is_plain
    assert {run.kind for line in marked.lines for run in line.runs} == {""}
    assert sum(run.piece is not None for line in marked.lines for run in line.runs) == LINES_PER_PAGE - 1
    assert not mark("a = 1\n" * 60_000, 30_000).is_plain


def test_marks_are_limited_and_the_rest_counted() -> None:
    row = "%PORT%" * 500 + "%NEW\nLINE%" + "%NOPE%" * 10
    words = "\n".join([row] * 40)
    for as_phone in (False, True):
        marked = mark(words, as_phone=as_phone)
        runs = [run for line in marked.lines for run in line.runs]
        assert sum(run.piece is not None for run in runs) == MAX_MARKS
        assert marked.unmarked == 40 * 511 - MAX_MARKS
        assert plain_lines(marked)[-1] == "LINE%" + "%NOPE%" * 10
        assert len(runs) < 2 * MAX_MARKS
        assert [line.number for line in marked.lines] == list(range(1, 81))
    assert not mark("%PORT%" * MAX_MARKS).unmarked


@requires_cases("a tag", "a tag over two lines", "a comment")
@settings(max_examples=150)
@given(
    st.lists(st.sampled_from(["%PORT%", "%NEW\nLINE%", "%", "%x%", "\n", "=", "<!--", "-->", "#", " ", "é", "%EMPTY%"]))
)
def test_marked_lines_keep_every_character(words: list[str]) -> None:
    text = read("".join(words))
    marked = mark_part(text, 1, TAGS, as_phone=False)
    runs = [run for line in marked.lines for run in line.runs]
    record_case("a tag", any(run.piece for run in runs))
    record_case("a tag over two lines", "%NEW\nLINE%" in text.text)
    record_case("a comment", any(run.kind == "c" for run in runs))
    assert "\n".join(plain_lines(marked)).replace("%NEW\nLINE%\n", "%NEW\nLINE%") in {"\n".join(text.lines), text.text}


def test_file_tags_are_listed_once_by_urgency() -> None:
    words = "%PORT%%BWAUTHUSER-1%\n%BWFIRSTNAME-1% %NOPE%\n%PORT%\n\n%NOPE%%EMPTY%"
    file_tags = list_file_tags(read(words), TAGS)
    assert [(tag.name, tag.line, tag.count, tag.piece.needs_attention) for tag in file_tags] == [
        ("%NOPE%", 2, 2, True),
        ("%BWAUTHUSER-1%", 1, 1, False),
        ("%PORT%", 1, 2, False),
        ("%BWFIRSTNAME-1%", 2, 1, False),
        ("%EMPTY%", 5, 1, False),
    ]
    assert [tag.piece.rendered for tag in file_tags] == ["%NOPE%", "%BWAUTHUSER-1%", "5061", "Amélie", ""]
    assert [bool(tag.piece.unresolved) for tag in file_tags] == [True, True, False, False, False]


def test_file_tag_lists_problems_of_its_value() -> None:
    tags = resolve_tags([Tag(name="%URL%", value="http://%NOPE%/", level="DeviceProfile")], NativeTags())
    [file_tag] = list_file_tags(read("%URL%"), tags)
    assert (file_tag.piece.rendered, file_tag.problems) == (
        "http://%NOPE%/",
        ["Uses %NOPE%, which the portal cannot resolve"],
    )
