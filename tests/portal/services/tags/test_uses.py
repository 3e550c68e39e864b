"""Which tags files use, and where first."""

from app.portal.services.files.text import read_text
from app.portal.services.tags.uses import TagUse, find_tag_uses


def test_find_tag_uses_names_first_line_in_each_file() -> None:
    texts = {
        "a.cfg": read_text(b"x\r\n%A% and %odd name%\r\n%A%\r\n%B%"),
        "picture.png": None,
        "b.cfg": read_text(b"100%\n%B%%A%"),
        "empty.cfg": read_text(b""),
    }
    uses = find_tag_uses(texts, {"%odd name%"})
    assert uses.by_name == {
        "%A%": [TagUse("a.cfg", 2), TagUse("b.cfg", 2)],
        "%odd name%": [TagUse("a.cfg", 2)],
        "%B%": [TagUse("a.cfg", 4), TagUse("b.cfg", 2)],
    }
    assert uses.unread == ["picture.png"]
