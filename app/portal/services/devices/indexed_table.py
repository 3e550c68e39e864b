"""A device list with what the index knows of its devices: more columns to sort and search, and custom config files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial

from app.portal.lists.drawn_rows import DrawnRows
from app.portal.lists.table import Column, Filter, Table
from app.portal.models.access_device import AccessDeviceRow
from app.portal.services.devices.extra_columns import EXTRA_COLUMNS, ExtraColumn
from app.portal.services.devices.table import DeviceTable
from app.portal.store.index.device_facts import CustomFiles, DeviceFacts

CUSTOM = "custom"
_Column = Column[AccessDeviceRow]
_BYTES_OF_FACTS = 400  # that those of a device take, more or less


class IndexedTable(Table[AccessDeviceRow]):
    """The rows, orders and masks of the list itself are shared with it: `extra` columns alone are its own."""

    def __init__(
        self, table: DeviceTable, extra: Sequence[ExtraColumn], facts: Mapping[str, DeviceFacts], files: CustomFiles
    ) -> None:
        columns = [Column(column.key, column.label, partial(self._sort_key, column)) for column in extra]
        custom = Filter("files", "files", self._file_states, (CUSTOM,))
        super().__init__(
            table.rows,
            _put_after(table.columns.values(), "status", columns),
            [*table.filters, custom],
            self._search_text,
            is_sorted=True,
        )
        self.extra = extra
        self.pending_since = table.pending_since
        self.files = files
        self.drawn: DrawnRows[AccessDeviceRow] = DrawnRows()
        self._base = table
        self._facts = {
            row.device_name: _as_shown(facts[row.device_name], row) for row in table.rows if row.device_name in facts
        }

    @property
    def size(self) -> int:
        """Return its bytes, estimated."""
        return len(self._facts) * _BYTES_OF_FACTS + self.drawn.size

    @cached_property
    def read(self) -> Mapping[str, int]:
        """Return by the part of a device of how many devices it was read, for the parts that columns show."""
        facts = [self.facts_of(row) for row in self.rows]
        return {
            column.part: sum(known is not None and column.cell(known) is not None for known in facts)
            for column in self.extra
        }

    def facts_of(self, row: AccessDeviceRow) -> DeviceFacts | None:
        """Return None where nothing is known of the device, as the list shows it."""
        return self._facts.get(row.device_name)

    def order(self, sort: str) -> Sequence[int]:
        is_own = sort.removeprefix("-") in EXTRA_COLUMNS
        return super().order(sort) if is_own else self._base.order(sort)

    def find(self, text: str) -> int:
        return super().find(text) | self._base.find_mac(text)

    def find_word(self, word: str) -> int:
        mask = self._base.find_word(word)
        return mask | super().find_word(word) if self.extra else mask

    @cached_property
    def masks(self) -> Mapping[str, Mapping[str, int]]:
        own = self.filters[-1]
        return {**self._base.masks, own.key: own.masks(self.rows)}

    @cached_property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        own = self.filters[-1]
        return {**self._base.counts, own.key: own.counts(self.rows)}

    def _sort_key(self, column: ExtraColumn, row: AccessDeviceRow) -> str:
        return column.sort_key(self.facts_of(row))

    def _search_text(self, row: AccessDeviceRow) -> str:
        facts = self.facts_of(row)
        return "\n".join(column.text(facts) for column in self.extra)

    def _file_states(self, rows: Sequence[AccessDeviceRow]) -> Sequence[str]:
        return [CUSTOM if row.device_name in self.files.names else "" for row in rows]


def _put_after(columns: Iterable[_Column], key: str, added: Sequence[_Column]) -> Sequence[_Column]:
    return [part for column in columns for part in (column, *(added if column.key == key else ()))]


def _as_shown(facts: DeviceFacts, row: AccessDeviceRow) -> DeviceFacts:
    """Return facts without the times of another status than the list shows."""
    return facts if facts.status == row.status else replace(facts, status_since=None, last_turn=None)
