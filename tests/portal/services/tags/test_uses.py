"""Which tags files use, and where first."""

from app.portal.services.files.text import read_text
from app.portal.services.tags.names import TagNames
from app.portal.services.tags.uses import TagUse, find_tag_uses


def test_find_tag_uses_names_first_line_in_each_file() -> None:
    texts = {
        "a.cfg": read_text(b"x\r\n%AAA% and %odd name%\r\n%AAA%\r\n%BBB%"),
        "picture.png": None,
        "b.cfg": read_text(b"100%\n%BBB%%AAA%"),
        "empty.cfg": read_text(b""),
    }
    uses = find_tag_uses(texts, TagNames({"%odd name%"}))
    assert uses.by_name == {
        "%AAA%": [TagUse("a.cfg", 2), TagUse("b.cfg", 2)],
        "%odd name%": [TagUse("a.cfg", 2)],
        "%BBB%": [TagUse("a.cfg", 4), TagUse("b.cfg", 2)],
    }
    assert uses.unread == ["picture.png"]
