"""The value that a cell gives to a field of a device."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from app.portal.domain.text import as_form_returns
from app.portal.lists.csv_export import strip_guard
from app.portal.models.device_field import EditableField
from app.portal.models.phone_type import PhoneType
from app.portal.services.imports.damages import find_damage

CLEAR = "-"  # in a cell by itself; an empty cell keeps the value
_YES_OR_NO = {
    **dict.fromkeys(("true", "yes", "1", "wahr", "ja", "vrai", "oui", "waar"), "true"),
    **dict.fromkeys(("false", "no", "0", "falsch", "nein", "faux", "non", "onwaar", "nee"), "false"),
}


class CellError(ValueError):
    """The message is a sentence for people."""


@dataclass(frozen=True)
class DeviceBefore:
    """A device that there is, as far as it was read; `values` by field."""

    device_type: str
    values: Mapping[str, Any]


class CellReader:
    """`phone_types` by technical name; {} where they are not known, and the platform has the only word."""

    def __init__(self, phone_types: Mapping[str, PhoneType]) -> None:
        self._types_by_key = {name.casefold(): name for name in phone_types}

    def read(self, declared: EditableField, cell: str, before: DeviceBefore | None, *, is_typed: bool) -> Any:
        """Return the value; that of before where the cell says the same. Raise CellError.

        What the device has already was accepted by the platform, and is not judged.
        """
        text = strip_guard(cell).strip()
        present = before.values.get(declared.name) if before else None
        if before and present is not None and _says(declared, text, present):
            return present
        if cell == CLEAR:
            return _clear(declared)
        if damage := find_damage(declared, text, is_typed=is_typed):
            raise CellError(damage)
        value = self._choose(declared, text) if declared.is_choice else _convert(declared, text)
        if before and value == present:
            return value
        if before and declared.is_fixed:
            raise CellError(f"Cannot be changed. The device has “{declared.to_words(present)}”.")
        return value

    def _choose(self, declared: EditableField, text: str) -> Any:
        """Return the option that a cell names by its value or its words."""
        key = text.casefold()
        if declared.options_vary:
            return self._choose_type(text)
        options = {value.casefold(): value for value in declared.options}
        options |= {words.casefold(): value for value, words in declared.options.items()}
        chosen = options.get(_YES_OR_NO.get(key, key) if declared.is_yes_or_no else key)
        if chosen is None:
            raise CellError(f"Must be one of: {', '.join(declared.options.values())}.")
        return declared.from_text(chosen)

    def _choose_type(self, text: str) -> str:
        if not self._types_by_key:
            return text
        if name := self._types_by_key.get(text.casefold()):
            return name
        similar = get_close_matches(text.casefold(), self._types_by_key, 1)
        hint = f" Did you mean {self._types_by_key[similar[0]]}?" if similar else ""
        raise CellError(f"The platform has no such device type.{hint}")


def _says(declared: EditableField, text: str, present: Any) -> bool:
    """Return True if the cell is what an export or the form shows of the value."""
    shown = (declared.to_input(present), declared.to_words(present), declared.to_text(present))
    return as_form_returns(text) in map(as_form_returns, shown)


def _clear(declared: EditableField) -> Any:
    if not declared.can_be_cleared:
        raise CellError("This value cannot be removed. Leave the cell empty to keep it.")
    return declared.from_text("")


def _convert(declared: EditableField, text: str) -> Any:
    if error := declared.find_error(text):
        raise CellError(error)
    return declared.from_text(text)
