"""HTML as tests read it: parsed as browsers do, and only where its tags say just what the parser makes of them."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement

import turbohtml
from turbohtml import Node, TokenType

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_BEFORE_FRAGMENT = "<!doctype html><html><head><title>fragment</title></head><body>"
_ROW = ("<table><tbody><tr>", "</tr></tbody></table>", "tr")
_BLOCK = ("<div>", "</div>", "div")


class InvalidMarkup(Exception):
    """The markup is not what its author meant: a parser must repair it."""


def is_whole(text: str) -> bool:
    """Return whether it is a page rather than a fragment of one."""
    return "<!doctype" in text[:20].lower()


def parse_markup(text: str) -> Element:
    """Return the `html` of a page or the container of a fragment, raise InvalidMarkup for what needs repair."""
    if is_whole(text):
        return _parse_page(text)
    before, after, container = _ROW if text.lstrip().startswith("<td") else _BLOCK
    page = _parse_page(f"{_BEFORE_FRAGMENT}{before}{text}{after}</body></html>")
    return next(page.iter(container))


def _parse_page(text: str) -> Element:
    try:
        document = turbohtml.parse(text, strict=True, positions=False)
    except turbohtml.HTMLParseError as error:
        raise InvalidMarkup(str(error)) from error
    root = next(child for child in document.children if isinstance(child, turbohtml.Element))
    page = _convert(root, Element(root.tag, _attributes(root)))
    for written, parsed in zip(_written_tags(text), _parsed_tags(page), strict=False):
        if written != parsed:  # the parser reports no misplaced tag, it moves what stands there
            raise InvalidMarkup(f"{written[1]} at depth {written[0]} is taken for {parsed[1]} at depth {parsed[0]}")
    return page


def _convert(node: Node, element: Element) -> Element:
    """Fill `element` with what `node` contains."""
    last: Element | None = None
    for child in node.children:
        if isinstance(child, turbohtml.Element):
            last = _convert(child, SubElement(element, child.tag, _attributes(child)))
        elif isinstance(child, turbohtml.Text):
            if last is None:
                element.text = (element.text or "") + child.data
            else:
                last.tail = (last.tail or "") + child.data
        elif isinstance(child, turbohtml.DocumentFragment):  # what a template holds
            _convert(child, element)
    return element


def _attributes(element: turbohtml.Element) -> dict[str, str]:
    """Return the attributes as text; turbohtml has those of several words, such as `class`, as a list."""
    return {name: " ".join(value) if isinstance(value, list) else value or "" for name, value in element.attrs.items()}


def _written_tags(text: str) -> Iterator[tuple[int, str]]:
    """Yield the depth and the name of each start tag, raise InvalidMarkup where an end tag is missing or too many."""
    open_tags: list[str] = []
    for token in turbohtml.tokenize(text, resolve_references=False, capture_attributes=False):
        if token.type is TokenType.START_TAG:
            yield len(open_tags), str(token.tag).lower()
            if token.tag not in _VOID and not token.self_closing:
                open_tags.append(str(token.tag))
        elif token.type is TokenType.END_TAG and (not open_tags or open_tags.pop() != token.tag):
            raise InvalidMarkup(f"</{token.tag}> closes nothing, or too early")
    if open_tags:
        raise InvalidMarkup(f"<{open_tags[-1]}> is never closed")
    yield 0, "the end"


def _parsed_tags(page: Element) -> Iterator[tuple[int, str]]:
    def walk(element: Element, depth: int) -> Iterator[tuple[int, str]]:
        yield depth, element.tag.lower()
        for child in element:
            yield from walk(child, depth + 1)

    yield from walk(page, 0)
    yield 0, "the end"
