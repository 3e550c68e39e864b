"""JSON files: `"key": value`, at any depth."""

import json
import re
from collections.abc import Iterator
from functools import partial

from app.portal.services.files.settings.places import Insertion, SettingError, ValuePlace

_STRING = r'"(?:[^"\\\r\n]|\\[^\r\n]?)*+(?:"|(?=[\r\n])|\Z)'  # up to its line's end where it is not closed
_KEY = re.compile(rf"({_STRING})(\s*+:\s*)?")
_VALUE = re.compile(rf'{_STRING}|[^\s,:\[\]{{}}"]+')


def find_values(text: str, key: str) -> Iterator[ValuePlace]:
    for match in _KEY.finditer(text):
        if match[2] and _read(match[1]) == key:
            value = _VALUE.match(text, match.end())
            if value is None:
                raise SettingError(f"{key} holds more than a value. Change it in the text.")
            yield ValuePlace(*value.span(), partial(_write, was_string=value[0].startswith('"')))


def add_setting(text: str, key: str, value: str, line_end: str) -> Insertion:
    raise SettingError(f"{key} is not in this file. Add it in the text.")


def _read(literal: str) -> object:
    """Return the value of a literal; None for what is none."""
    try:
        return json.loads(literal)
    except ValueError:
        return None


def _write(value: str, *, was_string: bool) -> str:
    is_literal = _VALUE.fullmatch(value) and (value == "null" or _read(value) is not None)
    return value if is_literal and not was_string else json.dumps(value, ensure_ascii=False)
