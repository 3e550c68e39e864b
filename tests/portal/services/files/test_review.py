"""The tags of a text that is about to be sent: which of them nothing resolves, and where."""

from collections.abc import Iterator

from app.portal.models.tag import Tag
from app.portal.services.files.marked import MAX_MARKS
from app.portal.services.files.review import Review, TagCheck, check_tags, review_contents
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
    assert tag_check.unresolved == {"%NOPE%": 1, "%GONE%": 1}
    assert tag_check.split("a = %NOPE%/%PORT%/%GONE%") == ["a = ", "%NOPE%", "/%PORT%/", "%GONE%", ""]
    assert tag_check.split("%PORT% and no more") == ["%PORT% and no more"]
    assert tag_check.split("") == [""]


def test_shared_sign_belongs_to_defined_tag() -> None:
    tag_check = check("%20%\n20%20%PORT%")
    assert tag_check.split("20%20%PORT%") == ["20%20%PORT%"]


class CountingNames(dict[str, int]):
    """Counts how often all names are gone through."""

    times = 0

    def __iter__(self) -> Iterator[str]:
        self.times += 1
        return super().__iter__()


def test_split_does_not_iterate_unresolved_names() -> None:
    unresolved = CountingNames({f"%a{number}%": number for number in range(5_000)})
    tag_check = TagCheck(unresolved=unresolved)
    assert [tag_check.split(f"%a{number}%") for number in range(200)] == [
        ["", f"%a{number}%", ""] for number in range(200)
    ]
    assert not unresolved.times


def marked_tags(review: Review) -> list[str]:
    return [part for line in review.marked.values() for piece in line for part in piece.parts[1::2]]


def marked_lines(review: Review) -> list[str]:
    return ["".join(part for piece in line for part in piece.parts) for line in review.marked.values()]


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
    assert [piece.parts for piece in line if piece.changed] == [["", "%NOPE%", ""]]
    assert marked_tags(review_contents(b"a", b"%NOPE%")) == []
    assert review_contents(b"a", b"\0", TAGS).marked == {}
