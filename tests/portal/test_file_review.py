"""The tags of a text that is about to be sent: which of them nothing resolves, and where."""

from collections.abc import Iterator

from app.portal.models.tag import Tag
from app.portal.services.config_text import read_text
from app.portal.services.file_review import TagUse, tag_use
from app.portal.services.native_tags import Natives
from app.portal.services.tag_resolver import resolve

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
