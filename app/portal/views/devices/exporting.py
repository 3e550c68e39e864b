"""The cells of the exported device list: the columns of the list, and those that its reader added."""

from collections.abc import Iterable, Iterator, Sequence

from app.portal.lists.csv_export import Cell
from app.portal.models.access_device import LIST_FIELDS, AccessDeviceRow
from app.portal.services.devices.extra_columns import NOT_READ
from app.portal.services.devices.indexed_table import IndexedTable
from app.portal.services.devices.list_columns import ShownTable


def export_head(table: ShownTable) -> Sequence[str]:
    head = [field.label for field in LIST_FIELDS.values()]
    extra = table.extra if isinstance(table, IndexedTable) else ()
    return [*head, *(column.label for column in extra), NOT_READ] if extra else head


def export_cells(table: ShownTable, rows: Iterable[AccessDeviceRow]) -> Iterator[Sequence[Cell]]:
    for row in rows:
        cells: list[Cell] = [field.to_words(getattr(row, name)) for name, field in LIST_FIELDS.items()]
        if isinstance(table, IndexedTable) and table.extra:
            facts = table.facts_of(row)
            known = [(column.label, column.cell(facts) if facts else None) for column in table.extra]
            cells += [cell or "" for _, cell in known]
            cells.append(", ".join(label for label, cell in known if cell is None))
        yield cells
