"""Which tags files use, and where first."""

from app.portal.services.files.text import read_text
from app.portal.services.tags.uses import Use, tag_uses


def test_each_tag_is_found_in_each_file_on_the_first_line_that_uses_it() -> None:
    texts = {
        "a.cfg": read_text(b"x\r\n%A% and %odd name%\r\n%A%\r\n%B%"),
        "picture.png": None,
        "b.cfg": read_text(b"100%\n%B%%A%"),
        "empty.cfg": read_text(b""),
    }
    uses = tag_uses(texts, {"%odd name%"})
    assert uses.by_name == {
        "%A%": [Use("a.cfg", 2), Use("b.cfg", 2)],
        "%odd name%": [Use("a.cfg", 2)],
        "%B%": [Use("a.cfg", 4), Use("b.cfg", 2)],
    }
    assert uses.unread == ["picture.png"]
