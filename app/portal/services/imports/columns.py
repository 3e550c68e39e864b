"""The columns of a sheet, matched by name with the fields of a device."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter

from app.portal.domain.refs import GroupRef
from app.portal.lists.csv_export import strip_guard
from app.portal.services.imports.column_names import GROUP, TENANT, find_field, find_place, is_read_only
from app.portal.services.imports.sheets import Sheet, SheetRow

DIFFERENT_CELLS = "Two columns of this field hold different values. Keep one of them."


@dataclass(frozen=True)
class MatchedColumns:
    """The indexes of the columns of each field and place, and the names of the other columns."""

    fields: Mapping[str, Sequence[int]]
    places: Mapping[str, int]
    read_only: Sequence[str]
    unknown: Sequence[str]
    repeated: Sequence[str]


@dataclass(frozen=True)
class ImportRow:
    """The cells of a row by field, as they stand in the sheet; `typed` are fields whose cells are no texts.

    errors: by field, what is wrong with cells that cannot be read.
    """

    number: int
    cells: Mapping[str, str]
    typed: frozenset[str] = frozenset()
    errors: Mapping[str, str] = field(default_factory=dict)
    place: Mapping[str, str] = field(default_factory=dict)

    @property
    def device_name(self) -> str:
        return strip_guard(self.cells.get("device_name", "")).strip()

    def is_of(self, group: GroupRef) -> bool:
        """Return False if the row says that its device is in another group."""
        named = (self.place.get(TENANT) or group.tenant_id, self.place.get(GROUP) or group.group_id)
        return named == (group.tenant_id, group.group_id)


def match_columns(header: SheetRow) -> MatchedColumns:
    fields: dict[str, list[int]] = defaultdict(list)
    places: dict[str, int] = {}
    read_only, unknown = [], []
    for index, cell in enumerate(header.cells):
        heading = " ".join(strip_guard(cell).split())
        if name := find_field(heading):
            fields[name].append(index)
        elif place := find_place(heading):
            places.setdefault(place, index)
        elif is_read_only(heading):
            read_only.append(heading)
        elif heading:
            unknown.append(heading)
    repeated = [header.cells[index] for columns in fields.values() for index in columns[1:]]
    return MatchedColumns(fields, places, read_only, unknown, repeated)


def find_unnamed(sheet: Sheet) -> Sequence[str]:
    """Return the letters of columns that hold something under no name."""
    names = sheet.header.cells
    return [
        get_column_letter(index + 1)
        for index in range(max(len(row.cells) for row in sheet.rows))
        if not (index < len(names) and names[index].strip())
        and any(row.cells[index].strip() for row in sheet.body if index < len(row.cells))
    ]


def read_rows(sheet: Sheet, columns: MatchedColumns) -> Iterator[ImportRow]:
    for row in sheet.body:
        cells, errors = {}, {}
        for name, indexes in columns.fields.items():
            texts = [_cell(row, index) for index in indexes if _cell(row, index)]
            cells[name] = texts[0] if texts else ""
            if len(set(texts)) > 1:
                errors[name] = DIFFERENT_CELLS
        typed = frozenset(name for name, indexes in columns.fields.items() if row.typed.intersection(indexes))
        place = {name: strip_guard(_cell(row, index)).strip() for name, index in columns.places.items()}
        yield ImportRow(row.number, cells, typed, errors, place)


def _cell(row: SheetRow, index: int) -> str:
    return row.cells[index].strip() if index < len(row.cells) else ""
