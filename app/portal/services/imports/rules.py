"""The rows of a sheet against the devices of a group: new, changed, unchanged, or with errors at their cells. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from app.portal.domain.refs import GroupRef
from app.portal.models.access_device import EDITABLE_FIELDS, LIST_FIELDS, AccessDevice, AccessDeviceRow
from app.portal.models.phone_type import Need, PhoneType
from app.portal.services.devices.type_rules import find_incomplete_credentials, find_missing, find_needless
from app.portal.services.imports.cells import CellError, CellReader, DeviceBefore
from app.portal.services.imports.columns import ImportRow
from app.portal.services.masking import SECRETS

OTHER_GROUP = "This row is of another group. Import it there."


class RowVerdict(StrEnum):
    """UNREAD: the device is there, and its details must be read to tell. EXISTING: it is there, and stays as it is."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    EXISTING = "existing"
    ERROR = "error"
    UNREAD = "unread"


@dataclass(frozen=True)
class CheckedRow:
    """`values` are sent, by field; `before` are those of the device as it was read.

    errors: by field; what is wrong with the row as a whole stands under "".
    """

    row: ImportRow
    verdict: RowVerdict
    values: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def with_errors(self, errors: Mapping[str, str]) -> "CheckedRow":
        return replace(self, verdict=RowVerdict.ERROR, errors={**errors, **self.errors}) if errors else self


class ImportRules:
    """`rows` is the list of the group; `phone_types` is {} where they could not be read.

    only_new: devices that there are stay as they are.
    """

    def __init__(
        self,
        group: GroupRef,
        rows: Sequence[AccessDeviceRow],
        phone_types: Mapping[str, PhoneType],
        *,
        only_new: bool = False,
    ) -> None:
        self._group = group
        self._only_new = only_new
        self._rows = {row.device_name: row for row in rows}
        self._phone_types = phone_types
        self._reader = CellReader(phone_types)

    def check(self, row: ImportRow) -> CheckedRow:
        """Compare a row with the list; where that does not tell all, with the verdict UNREAD."""
        listed = self._rows.get(row.device_name)
        if not row.is_of(self._group):
            return CheckedRow(row, RowVerdict.ERROR, errors={"": OTHER_GROUP})
        if listed is None:
            return self._check_new(row)
        if self._only_new:
            return CheckedRow(row, RowVerdict.EXISTING)
        if reason := listed.unlinkable_reason:
            return CheckedRow(row, RowVerdict.ERROR, errors={"device_name": reason})
        names = _IN_LIST - listed.problems.keys()
        before = DeviceBefore(listed.device_type, {name: getattr(listed, name) for name in names})
        checked = self._check_existing(row, before)
        is_told = all(name in names or not cell for name, cell in row.cells.items())
        return checked if is_told or checked.errors else replace(checked, verdict=RowVerdict.UNREAD)

    def check_with(self, row: ImportRow, device: AccessDevice) -> CheckedRow:
        """Compare a row with the device in full."""
        values = {name: getattr(device, name) for name in EDITABLE_FIELDS if name not in SECRETS}
        return self._check_existing(row, DeviceBefore(device.device_type, values), is_whole=True)

    def _check_new(self, row: ImportRow) -> CheckedRow:
        values, errors = self._read(row, row.cells, None)
        phone_type = self._phone_types.get(values.get("device_type", ""))
        for declared in EDITABLE_FIELDS.values():
            name = declared.name
            if name not in errors and values.get(name) in (None, ""):
                if error := find_missing(declared, phone_type):
                    errors[name] = error
                elif declared.default and declared.need_of(phone_type) is not Need.NO:
                    values[name] = declared.from_text(declared.default)
        errors = {**find_needless(values, phone_type), **errors}
        errors = errors or find_incomplete_credentials(values, {})
        return CheckedRow(row, RowVerdict.NEW, values).with_errors(errors)

    def _check_existing(self, row: ImportRow, before: DeviceBefore, *, is_whole: bool = False) -> CheckedRow:
        cells = row.cells if is_whole else {name: row.cells[name] for name in row.cells.keys() & before.values}
        read, errors = self._read(row, cells, before)
        values = {name: value for name, value in read.items() if name in SECRETS or value != before.values.get(name)}
        known = {name: before.values[name] for name in values if name in before.values}
        added = {name: value for name, value in values.items() if not known.get(name)}
        errors = {**find_needless(added, self._phone_types.get(before.device_type)), **errors}
        if is_whole:
            errors = errors or find_incomplete_credentials(values, before.values)
        verdict = RowVerdict.CHANGED if values else RowVerdict.UNCHANGED
        return CheckedRow(row, verdict, values, known).with_errors(errors)

    def _read(
        self, row: ImportRow, cells: Mapping[str, str], before: DeviceBefore | None
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the values of the cells that hold any, and the errors of the others, by field."""
        values: dict[str, Any] = {}
        errors = dict(row.errors)
        for name, cell in cells.items():
            if cell and name not in errors:
                try:
                    is_typed = name in row.typed
                    values[name] = self._reader.read(EDITABLE_FIELDS[name], cell, before, is_typed=is_typed)
                except CellError as error:
                    errors[name] = str(error)
        return values, errors


_IN_LIST = frozenset(name for name in LIST_FIELDS if name in EDITABLE_FIELDS)


def find_duplicates(rows: Sequence[CheckedRow], listed: Sequence[AccessDeviceRow]) -> Mapping[int, Mapping[str, str]]:
    """Return the errors of cells whose value stands twice where it must not, by index of the row and by field."""
    errors: dict[int, dict[str, str]] = {}
    for declared in EDITABLE_FIELDS.values():
        if not declared.duplicate:
            continue
        holders = {getattr(row, declared.name): row.device_name for row in listed if getattr(row, declared.name)}
        numbers: dict[Any, list[int]] = {}
        wanted = list(_wanted(rows, declared.name))
        for value, row in wanted:
            if value:
                numbers.setdefault(value, []).append(row.row.number)
        for index, (value, row) in enumerate(wanted):
            others = [number for number in numbers.get(value, ()) if number != row.row.number]
            holder = holders.get(value, row.row.device_name)
            if others and (declared.is_fixed or declared.name in row.values):
                errors.setdefault(index, {})[declared.name] = _also_in(others)
            elif holder != row.row.device_name and declared.name in row.values:
                errors.setdefault(index, {})[declared.name] = f"“{holder}” in this group uses it already."
    return errors


def _wanted(rows: Sequence[CheckedRow], name: str) -> Iterator[tuple[Any, CheckedRow]]:
    """Yield what each row wants the field to be; None of a row that says nothing of it."""
    for row in rows:
        if name == "device_name":
            yield row.row.device_name, row
        else:
            yield row.values.get(name), row


def _also_in(numbers: Sequence[int]) -> str:
    shown = ", ".join(f"{number:,}" for number in numbers[:3])
    more = len(numbers) - 3
    return f"Also in row {shown}{f' and {more:,} more' if more > 0 else ''}. Keep it in one row."
