"""The check that each page of each test goes through finds what a browser would have to repair."""

import pytest

from tests.support.markup import InvalidMarkup, parse_markup

REPAIRED = [
    "<p><div></div></p>",
    "<p>text<ul><li>item</li></ul></p>",
    "<a>outer<a>inner</a></a>",
    "<button><button>inner</button></button>",
    "<form><form></form></form>",
    "<table><tr><td></td></tr></table>",
    "<table><tbody><div></div></tbody></table>",
    "<table><form><tbody></tbody></form></table>",
    "<tr><td></td></tr>",
    "<div><span></div>",
    "<div/>",
    "</b>",
    "<b>",
    "<p class=a class=b></p>",
    "&unknown;",
]


@pytest.mark.parametrize("fragment", REPAIRED)
def test_markup_that_needs_repair_is_invalid(fragment: str) -> None:
    with pytest.raises(InvalidMarkup):
        parse_markup(fragment)
    with pytest.raises(InvalidMarkup):
        parse_markup(f"<!doctype html><html><head><title>Page</title></head><body>{fragment}</body></html>")


def test_markup_becomes_elements() -> None:
    cells = parse_markup('<td class="grow full">a<b>1</b>c&amp;</td><td><input required></td>')
    assert [cell.tag for cell in cells] == ["td", "td"]
    assert cells[0].get("class") == "grow full"
    assert "".join(cells[0].itertext()) == "a1c&"
    assert next(cells[1].iter("input")).attrib == {"required": ""}
