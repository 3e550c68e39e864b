"""Files that have a key, a sign and a value in each line: `key = value`, `key: value`."""

import re
from collections.abc import Iterator
from functools import partial

from app.portal.services.files.settings.places import Insertion, SettingError, ValuePlace

_BLANKS = r"[^\S\r\n]*"
_LINE_START = rf"(?<![^\r\n]){_BLANKS}"
_NO_COLON = r":(?!\s|\Z)"  # as in http://…: before anything but a blank, a colon belongs to the key
_COLON = r":(?=\s|\Z|(?!//)(?![^\r\n]*(?:=|:\s)))"  # or the last sign of the line
_ANY_SETTING = re.compile(rf"{_LINE_START}([^\s#;\[=:](?:[^=:\r\n]|{_NO_COLON})*+)([=:]{_BLANKS})(\S[^\r\n]*)")
_QUOTED = re.compile(r"""(["'])(.*?)\1[^\S\r\n]*(?:[#;,].*)?""")


def find_values(text: str, key: str) -> Iterator[ValuePlace]:
    pattern = rf"{_LINE_START}{re.escape(key)}({_BLANKS}(?:=|{_COLON}){_BLANKS})([^\r\n]*)"
    for match in re.finditer(pattern, text):
        value, start = match[2].rstrip(), match.start(2)
        if quoted := _QUOTED.fullmatch(value):
            yield ValuePlace(start + 1, start + quoted.end(2), partial(_write_quoted, quote=quoted[1]))
        elif value or match[1] == "=":
            yield ValuePlace(start, start + len(value))
        else:
            has_gap = match[1][-1].isspace()
            yield ValuePlace(start, start, str if has_gap else _write_after_gap)


def add_setting(text: str, key: str, value: str, line_end: str) -> Insertion:
    """Add a last line, written like the last setting before it. Raises SettingError."""
    if key[0] in "#;[":
        raise SettingError(f"A line that begins with {key[0]} is not a setting. Enter the key without it.")
    name, sign, last_value = ([" ", "= ", ""], *_ANY_SETTING.findall(text))[-1]
    gap = name[len(name.rstrip()) :]
    quoted = _QUOTED.fullmatch(last_value.rstrip())
    if quoted:
        value = f"{quoted[1]}{_write_quoted(value, quoted[1])}{quoted[1]}"
    line = f"{key}{gap}{sign}{value}"
    if text and not text.endswith(("\r", "\n")):
        return Insertion(len(text), line_end + line, len(line_end))
    return Insertion(len(text), line + line_end)


def _write_after_gap(value: str) -> str:
    return f" {value}" if value else ""


def _write_quoted(value: str, quote: str) -> str:
    """Return the text between the quotes; the value may have been typed with them. Raises SettingError."""
    if len(value) > 1 and value[0] == value[-1] == quote:
        value = value[1:-1]
    if quote in value:
        raise SettingError(
            f"The file has this value between {quote} signs, so it cannot contain one. Change it in the text.",
            is_about_value=True,
        )
    return value
