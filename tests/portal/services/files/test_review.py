"""The tags of a text that is about to be sent: which of them nothing resolves, and where."""

from collections.abc import Iterator

from app.portal.models.tag import Tag
from app.portal.services.files.marked import MOST_MARKS
from app.portal.services.files.review import Review, TagUse, review, tag_use
from app.portal.services.files.text import read_text
from app.portal.services.tags.native import Natives
from app.portal.services.tags.resolver import resolve

TAGS = resolve([Tag(name="%PORT%", value="5060", level="System_Default")], Natives())


def use_of(words: str) -> TagUse:
    text = read_text(words.encode())
    assert text is not None
    return tag_use(text, TAGS)


def test_every_second_part_is_a_tag_that_nothing_resolves() -> None:
    use = use_of("a = %NOPE%/%PORT%/%GONE%\nb = 20%20%PORT%")
    assert use.unknown == {"%NOPE%": 1, "%GONE%": 1}
    assert use.split("a = %NOPE%/%PORT%/%GONE%") == ["a = ", "%NOPE%", "/%PORT%/", "%GONE%", ""]
    assert use.split("%PORT% and no more") == ["%PORT% and no more"]
    assert use.split("") == [""]


def test_a_sign_that_two_share_belongs_to_the_tag_that_is_defined() -> None:
    use = use_of("%20%\n20%20%PORT%")
    assert use.split("20%20%PORT%") == ["20%20%PORT%"]


class Listed(dict[str, int]):
    """Notes how often all names are gone through."""

    times = 0

    def __iter__(self) -> Iterator[str]:
        self.times += 1
        return super().__iter__()


def test_a_piece_costs_the_same_however_many_tags_are_unknown() -> None:
    unknown = Listed({f"%a{number}%": number for number in range(5_000)})
    use = TagUse(unknown=unknown)
    assert [use.split(f"%a{number}%") for number in range(200)] == [["", f"%a{number}%", ""] for number in range(200)]
    assert not unknown.times


def marks(of: Review) -> list[str]:
    return [part for line in of.marked.values() for each in line for part in each.parts[1::2]]


def shown(of: Review) -> list[str]:
    return ["".join(part for each in line for part in each.parts) for line in of.marked.values()]


def test_a_page_marks_so_many_tags_and_counts_the_rest_which_stand_as_they_are() -> None:
    line = "%NOPE%" * 9 + " and no more"
    lines = MOST_MARKS // 9 + 2
    found = review(b"before\n", f"{line}\n".encode() * lines, TAGS)
    assert (len(marks(found)), found.unmarked) == (MOST_MARKS, 9 * lines - MOST_MARKS)
    assert shown(found) == [line] * lines
    few = review(b"before\n", f"{line}\n".encode() * (lines - 2), TAGS)
    assert (len(marks(few)), few.unmarked) == (9 * (lines - 2), 0)


def test_only_what_the_difference_shows_of_the_second_is_marked_and_without_tags_nothing_is() -> None:
    same = "%NOPE%\n" * 20
    found = review(f"{same}old %GONE%\n".encode(), f"{same}new %NOPE% %PORT%\n".encode(), TAGS)
    assert sorted(found.marked) == [18, 19, 20, 21]
    assert marks(found) == ["%NOPE%"] * 4
    stretches = [
        each for each in review(b"the port is: old\n", b"the port is: %NOPE%\n", TAGS).marked[1] if each.changed
    ]
    assert [each.parts for each in stretches] == [["", "%NOPE%", ""]]
    assert marks(review(b"a", b"%NOPE%")) == []
    assert review(b"a", b"\0", TAGS).marked == {}
