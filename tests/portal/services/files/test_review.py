"""The tags of a text that is about to be sent: which of them nothing resolves, and where."""

from collections.abc import Iterator

from app.portal.models.tag import Tag
from app.portal.services.files.marked import MAX_MARKS
from app.portal.services.files.review import MarkedText, Review, TagCheck, UnresolvedTag, check_tags, review_contents
from app.portal.services.files.text import read_text
from app.portal.services.tags.native import NativeTags
from app.portal.services.tags.resolver import resolve_tags

TAGS = resolve_tags([Tag(name="%PORT%", value="5060", level="System_Default")], NativeTags())


def check(words: str) -> TagCheck:
    text = read_text(words.encode())
    assert text is not None
    return check_tags(text, TAGS)


def test_split_alternates_text_and_unresolved_tags() -> None:
    tag_check = check("a = %NOPE%/%PORT%/%GONE%\nb = 20%20%PORT%")
    assert {tag.name: tag.line for tag in tag_check.new} == {"%NOPE%": 1, "%GONE%": 1}
    assert tag_check.split("a = %NOPE%/%PORT%/%GONE%") == ["a = ", "%NOPE%", "/%PORT%/", "%GONE%", ""]
    assert tag_check.split("%PORT% and no more") == ["%PORT% and no more"]
    assert tag_check.split("") == [""]


def test_shared_sign_belongs_to_defined_tag() -> None:
    tag_check = check("%20%\n20%20%PORT%")
    assert tag_check.split("20%20%PORT%") == ["20%20%PORT%"]


class CountingNames(dict[str, UnresolvedTag]):
    """Counts how often all names are gone through."""

    times = 0

    def __iter__(self) -> Iterator[str]:
        self.times += 1
        return super().__iter__()


def test_split_does_not_iterate_unresolved_names() -> None:
    unresolved = CountingNames({f"%tag{number}%": UnresolvedTag(f"%tag{number}%", 1) for number in range(5_000)})
    tag_check = TagCheck(unresolved=unresolved)
    assert [tag_check.split(f"%tag{number}%") for number in range(200)] == [
        ["", f"%tag{number}%", ""] for number in range(200)
    ]
    assert not unresolved.times


def marked_tags(review: Review) -> list[str]:
    parts = (part for line in review.marked.values() for piece in line for part in piece.parts)
    return [part.text for part in parts if part.is_unresolved]


def marked_lines(review: Review) -> list[str]:
    return ["".join(part.text for piece in line for part in piece.parts) for line in review.marked.values()]


def test_marks_are_limited_and_the_rest_counted() -> None:
    line = "%NOPE%" * 9 + " and no more"
    lines = MAX_MARKS // 9 + 2
    review = review_contents(b"before\n", f"{line}\n".encode() * lines, TAGS)
    assert (len(marked_tags(review)), review.unmarked) == (MAX_MARKS, 9 * lines - MAX_MARKS)
    assert marked_lines(review) == [line] * lines
    short = review_contents(b"before\n", f"{line}\n".encode() * (lines - 2), TAGS)
    assert (len(marked_tags(short)), short.unmarked) == (9 * (lines - 2), 0)


def test_only_shown_lines_of_second_text_are_marked() -> None:
    same = "%NOPE%\n" * 20
    review = review_contents(f"{same}old %GONE%\n".encode(), f"{same}new %NOPE% %PORT%\n".encode(), TAGS)
    assert sorted(review.marked) == [18, 19, 20, 21]
    assert marked_tags(review) == ["%NOPE%"] * 4
    [line] = review_contents(b"the port is: old\n", b"the port is: %NOPE%\n", TAGS).marked.values()
    assert [piece.parts for piece in line if piece.changed] == [[MarkedText("%NOPE%", is_unresolved=True)]]
    assert marked_tags(review_contents(b"a", b"%NOPE%")) == []
    assert review_contents(b"a", b"\0", TAGS).marked == {}


def test_new_tags_come_apart_from_former_ones() -> None:
    before = "".join(f"a{number} = %OLD_{number}%\n" for number in range(150))
    after = before.replace("a75 = ", "a75 = %NEW_ONE%/") + 'host = "%BWHOST-1"\nport = "%PORT"\n'
    tag_check = review_contents(before.encode(), after.encode(), TAGS).tags
    assert tag_check is not None
    assert [(tag.name, tag.line, tag.is_closed) for tag in tag_check.new] == [
        ("%NEW_ONE%", 76, True),
        ("%BWHOST-1", 151, False),
        ("%PORT", 152, False),
    ]
    assert [tag.name for tag in tag_check.former] == [f"%OLD_{number}%" for number in range(150)]


def test_invisible_characters_are_marked_on_both_sides() -> None:
    review = review_contents("a = \u200b1\nb = x\u00a0y\n".encode(), "a = 1\u202e2\nb = x\u00a0y\n".encode())
    codes = [
        [part.code for line in marked.values() for piece in line for part in piece.parts if part.code]
        for marked in (review.marked_before, review.marked)
    ]
    assert codes == [["U+200B", "U+00A0"], ["U+202E", "U+00A0"]]
    assert [(found.name, found.line, found.is_new, found.changes_direction) for found in review.invisible] == [
        ("right-to-left override", 1, True, True),
        ("no-break space", 2, False, False),
    ]
    assert marked_lines(review) == ["a = 1\u202e2", "b = x\u00a0y"]


def test_one_more_invisible_character_is_new_at_its_line() -> None:
    before = "a\u00a0b\nc\n"
    [found] = review_contents(before.encode(), before.replace("c", "c\u00a0d\u00a0").encode()).invisible
    assert (found.code, found.count, found.line, found.is_new) == ("U+00A0", 3, 2, True)


def test_marks_of_invisible_characters_are_limited() -> None:
    review = review_contents(b"", ("\u200b" * 50 + "\n").encode() * (MAX_MARKS // 50 + 10))
    parts = [part for line in review.marked.values() for piece in line for part in piece.parts]
    assert sum(bool(part.code) for part in parts) == MAX_MARKS
    assert review.invisible[0].count == MAX_MARKS + 500
