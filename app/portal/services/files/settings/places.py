"""Types that the syntaxes of config files share."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol


class SettingError(Exception):
    """The setting cannot be changed. `is_about_value`: because of the typed value, not of the key."""

    def __init__(self, words: str, *, is_about_value: bool = False) -> None:
        super().__init__(words)
        self.is_about_value = is_about_value


@dataclass(frozen=True)
class ValuePlace:
    """The part of a text that is the value of a setting; `write` returns what stands there for another value."""

    start: int
    end: int
    write: Callable[[str], str] = str


@dataclass(frozen=True)
class Insertion:
    """A text that adds a setting at a position; the setting itself begins `skip` characters later."""

    position: int
    text: str
    skip: int = 0


class Syntax(Protocol):
    """Both raise SettingError."""

    def find_values(self, text: str, key: str) -> Iterable[ValuePlace]: ...

    def add_setting(self, text: str, key: str, value: str, line_end: str) -> Insertion: ...
