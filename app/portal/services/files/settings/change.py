"""Change of one setting in a config file: every other byte stays."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.portal.domain.checks import check_one_line
from app.portal.services.files.settings import json_syntax, line_syntax, xml_syntax
from app.portal.services.files.settings.places import SettingError, Syntax, ValuePlace
from app.portal.services.files.text import ConfigText

_MAX_LISTED = 5
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class SettingChange:
    """The text with the setting, which is on `line`, counted from 1. `is_same`: it had this value."""

    text: ConfigText
    line: int
    was_added: bool = False
    is_same: bool = False


def change_setting(text: ConfigText, key: str, value: str) -> SettingChange:
    """Replace the value where the key is set, or add the setting. Raises SettingError."""
    if not key:
        raise SettingError("Enter the key of the setting.")
    for typed, is_value in ((key, False), (value, True)):
        if error := check_one_line(typed):
            raise SettingError(error, is_about_value=is_value)
    whole = text.whole
    syntax = _detect_syntax(whole)
    places = list(syntax.find_values(whole, key))
    if len(places) > 1:
        raise SettingError(f"{key} is set on {_list_lines(whole, places)}. Change it in the text.")
    if not places:
        added = syntax.add_setting(whole, key, value, text.usual_line_end)
        changed = whole[: added.position] + added.text + whole[added.position :]
        return SettingChange(text.with_whole(changed), _line_of(changed, added.position + added.skip), was_added=True)
    [place] = places
    changed = whole[: place.start] + place.write(value) + whole[place.end :]
    return SettingChange(text.with_whole(changed), _line_of(whole, place.start), is_same=changed == whole)


def _detect_syntax(whole: str) -> Syntax:
    beginning = whole.lstrip()[:1]
    if beginning == "<":
        return xml_syntax
    return json_syntax if beginning == "{" else line_syntax


def _list_lines(whole: str, places: Sequence[ValuePlace]) -> str:
    numbers = [f"{_line_of(whole, place.start):,}" for place in places[:_MAX_LISTED]]
    if len(places) > _MAX_LISTED:
        return f"{len(places):,} lines, first on {', '.join(numbers)}"
    return f"lines {', '.join(numbers[:-1])} and {numbers[-1]}"


def _line_of(whole: str, position: int) -> int:
    return len(_LINE_END.findall(whole, 0, position)) + 1
