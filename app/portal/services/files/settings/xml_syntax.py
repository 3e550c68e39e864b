"""XML files: `<key>value</key>`, and `key="value"` in any tag."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

from app.portal.services.files.settings.places import Insertion, SettingError, ValuePlace

# No part is tried twice: the time is linear in the length, whatever the text.
_TOKEN = re.compile(
    r"""<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<[?!][^>]*+(?:>|\Z)
    |<(?P<close>/?)(?P<name>[^\s<>/="'!?]++)(?P<rest>(?:"[^"<]*+"|'[^'<]*+'|[^"'<>])*+)>""",
    re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"""(?<=\s)([^\s=/"']++)\s*+=\s*+(?:"([^"]*)"|'([^']*)')""")
_NAME = re.compile(r"[^\W\d][\w.:-]*")
_IN_TEXT = "Change it in the text."


class _Element(NamedTuple):
    """An element with its tags; `leaves` are the elements in it that hold nothing but text."""

    start: re.Match[str]
    end: re.Match[str]
    leaves: Sequence[re.Match[str]]


def find_values(text: str, key: str) -> Iterator[ValuePlace]:
    tags = _list_tags(text)
    for tag, following in zip(tags, [*tags[1:], None], strict=False):
        if tag["close"]:
            continue
        for attribute in _ATTRIBUTE.finditer(tag["rest"]):
            if attribute[1] == key:
                start, end = attribute.span(3 if attribute[2] is None else 2)
                yield ValuePlace(tag.start("rest") + start, tag.start("rest") + end, _write_attribute)
        if tag["name"] == key:
            yield _find_content(text, tag, following)


def add_setting(text: str, key: str, value: str, line_end: str) -> Insertion:
    """Add an element after the others, in the element that has most of them. Raises SettingError."""
    if not _NAME.fullmatch(key):
        raise SettingError(f"{key} is not in this file and cannot be the name of an XML element. {_IN_TEXT}")
    parent = max(_list_elements(_list_tags(text)), key=lambda element: len(element.leaves), default=None)
    if parent is None or not parent.leaves:
        raise SettingError(f"{key} is not in this file, which has no settings like <key>value</key>. {_IN_TEXT}")
    element, end = f"<{key}>{escape(value)}</{key}>", parent.end.start()
    line_start = max(text.rfind("\n", 0, end), text.rfind("\r", 0, end)) + 1
    if text[line_start:end].strip():
        return Insertion(end, element)
    return Insertion(line_start, f"{_indentation(text, parent.leaves[-1])}{element}{line_end}")


def _list_tags(text: str) -> Sequence[re.Match[str]]:
    return [match for match in _TOKEN.finditer(text) if match["name"]]


def _list_elements(tags: Sequence[re.Match[str]]) -> Iterator[_Element]:
    """Yield the elements that hold others."""
    open_tags: list[tuple[re.Match[str], list[re.Match[str]]]] = []
    last_start = None
    for tag in tags:
        if not tag["close"]:
            if not _is_empty(tag):
                open_tags.append((tag, []))
                last_start = tag
        elif open_tags and open_tags[-1][0]["name"] == tag["name"]:
            start, leaves = open_tags.pop()
            if start is last_start and open_tags:
                open_tags[-1][1].append(start)
            yield _Element(start, tag, leaves)
            last_start = None


def _find_content(text: str, tag: re.Match[str], following: re.Match[str] | None) -> ValuePlace:
    name = tag["name"]
    if _is_empty(tag):
        return ValuePlace(tag.end() - 2, tag.end(), lambda value: f">{escape(value)}</{name}>" if value else "/>")
    content = text[tag.end() : following.start()] if following else "<"
    if following is None or not following["close"] or "<" in content:
        raise SettingError(f"{name} holds more than a value. {_IN_TEXT}")
    start = tag.end() + len(content) - len(content.lstrip())
    return ValuePlace(start, start + len(content.strip()), escape)


def _is_empty(tag: re.Match[str]) -> bool:
    return str(tag["rest"]).endswith("/")


def _indentation(text: str, tag: re.Match[str]) -> str:
    """Return the blanks before a tag that begins its line."""
    line_start = max(text.rfind("\n", 0, tag.start()), text.rfind("\r", 0, tag.start())) + 1
    before = text[line_start : tag.start()]
    return "" if before.strip() else before


def _write_attribute(value: str) -> str:
    return escape(value, {'"': "&quot;", "'": "&apos;"})
