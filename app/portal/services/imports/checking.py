"""A sheet checked against a group: from its bytes to the verdict of each row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from app.portal.domain.refs import GroupRef
from app.portal.models.access_device import EDITABLE_FIELDS
from app.portal.services.devices.phone_types import PhoneTypes
from app.portal.services.devices.service import Devices
from app.portal.services.imports.columns import find_unnamed, match_columns, read_rows
from app.portal.services.imports.reading import read_sheet
from app.portal.services.imports.rules import CheckedRow, ImportRules, find_duplicates
from app.portal.services.imports.sheets import Sheet, SheetLimits, SheetOptions, UnreadableFile
from app.portal.services.imports.taken import TakenMacs


class SheetReport(msgspec.Struct, frozen=True):
    """The reading of a sheet, for its page: what was assumed, and the names of columns that are not used."""

    options: SheetOptions
    names: tuple[str, ...] = ()  # of the sheets of a workbook
    fields: tuple[str, ...] = ()  # that columns were found for
    read_only: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()


class UnusableSheet(UnreadableFile):
    """The sheet was read, and is no list of devices as it was read."""

    def __init__(self, words: str, report: SheetReport) -> None:
        super().__init__(words)
        self.report = report


@dataclass(frozen=True)
class CheckedSheet:
    report: SheetReport
    rows: Sequence[CheckedRow]


class SheetCheck:
    def __init__(self, devices: Devices, phone_types: PhoneTypes, taken: TakenMacs, limits: SheetLimits) -> None:
        self._devices = devices
        self._phone_types = phone_types
        self._taken = taken
        self._limits = limits

    def check(self, data: bytes, options: SheetOptions, group: GroupRef) -> CheckedSheet:
        """Raise UnreadableFile; ApiError where the platform does not tell what there is in the group."""
        sheet = read_sheet(data, options, self._limits)
        columns = match_columns(sheet.header)
        report = _report(sheet)
        if "device_name" not in columns.fields:
            raise UnusableSheet(_without_names(sheet), report)
        listed = self._devices.read_list(group)
        rules = ImportRules(group, listed, self._phone_types.by_name(), only_new=options.only_new)
        rows = [rules.check(row) for row in read_rows(sheet, columns)]
        duplicates = find_duplicates(rows, listed)
        rows = [row.with_errors(duplicates.get(index, {})) for index, row in enumerate(rows)]
        wanted = {row.values["mac_address"] for row in rows if row.values.get("mac_address") and not row.errors}
        taken = self._taken.find(wanted, group)
        return CheckedSheet(report, [row.with_errors(_taken_error(row, taken)) for row in rows])


def _taken_error(row: CheckedRow, taken: Mapping[str, str]) -> Mapping[str, str]:
    words = taken.get(row.values.get("mac_address", ""), "")
    return {"mac_address": words} if words and not row.errors else {}


def _without_names(sheet: Sheet) -> str:
    label = EDITABLE_FIELDS["device_name"].label
    headings = ", ".join(f"“{cell}”" for cell in sheet.header.cells[:10] if cell)
    return f"No column is called “{label}”. Row {sheet.header.number:,} has: {headings}."


def _report(sheet: Sheet) -> SheetReport:
    columns = match_columns(sheet.header)
    return SheetReport(
        options=sheet.options,
        names=tuple(sheet.names),
        fields=tuple(columns.fields),
        read_only=tuple(columns.read_only),
        unknown=tuple(columns.unknown),
        unnamed=tuple(find_unnamed(sheet)),
        repeated=tuple(columns.repeated),
    )


def to_plan(options: SheetOptions, report: SheetReport | None = None) -> dict[str, Any]:
    """Return what a job keeps of how its sheet is to be read, and was read."""
    return {"options": msgspec.to_builtins(options), "report": msgspec.to_builtins(report) if report else None}


def options_of(plan: Mapping[str, Any] | None) -> SheetOptions:
    return msgspec.convert((plan or {}).get("options") or {}, SheetOptions)


def report_of(plan: Mapping[str, Any] | None) -> SheetReport | None:
    """Return None where the sheet could not be read, or is not read yet."""
    report = (plan or {}).get("report")
    return msgspec.convert(report, SheetReport) if report else None
