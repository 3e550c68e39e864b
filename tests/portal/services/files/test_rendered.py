"""Lines as the phone gets them, and the difference of two texts as it does."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.portal.models.tag import Tag
from app.portal.services.files.diff import DiffRow
from app.portal.services.files.rendered import render_lines
from app.portal.services.files.review import review_contents
from app.portal.services.files.text import read_text
from app.portal.services.tags.native import NativeTag, NativeTags
from app.portal.services.tags.resolver import DOTS, resolve_tags
from tests.support.cases import record_case, requires_cases

TAGS = resolve_tags(
    [
        Tag(name="%PORT%", value="5060", level="System_Default"),
        Tag(name="%TWO%", value="x\ny", level="System_Default"),
        Tag(name="%NEW\nLINE%", value="z", level="System_Default"),
    ],
    NativeTags((NativeTag("%BWAUTHPASSWORD-1%", None, "Line 1"),)),
)


@requires_cases("a tag over two lines", "a value of two lines", "no lines")
@settings(max_examples=150)
@given(st.lists(st.sampled_from(["%PORT%", "%TWO%", "%NEW\nLINE%", "%", "a", "\n"]), max_size=12).map("".join))
def test_rendered_text_has_lines_of_the_text(words: str) -> None:
    text = read_text(words.encode())
    assert text is not None
    record_case("a tag over two lines", "%NEW\nLINE%" in words)
    record_case("a value of two lines", "%TWO%" in words)
    record_case("no lines", not words)
    assert len(render_lines(text, TAGS)) == len(text.lines)


def test_rendered_difference_compares_values() -> None:
    before = b"port = %PORT%\nother = 1\npw = %BWAUTHPASSWORD-1%\n"
    review = review_contents(before, before.replace(b"%PORT%", b"5060").replace(b"1\n", b"2\n"), TAGS, as_phone=True)
    assert review.diff is not None
    assert (review.diff.lines_removed, review.diff.lines_added) == (1, 1)
    rows = [row for row in review.diff.rows if isinstance(row, DiffRow) and row.right]
    pieces = (review.marked[row.right.number] for row in rows if row.right)
    shown = ["".join(part.text for piece in line for part in piece.parts) for line in pieces]
    assert shown == ["port = 5060", "other = 2", f"pw = {DOTS}"]
