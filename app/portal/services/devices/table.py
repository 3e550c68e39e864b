"""The columns, filters and search text of the device list."""

import ipaddress
from bisect import bisect_left
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property, partial, reduce
from itertools import chain
from operator import attrgetter, or_
from types import MappingProxyType
from typing import Any

from app.portal.domain import mac
from app.portal.domain.firmware import OLDER, NewestFirmware
from app.portal.domain.natural_order import natural_key
from app.portal.domain.ports import format_free_ports
from app.portal.domain.search_words import fold
from app.portal.lists.drawn_rows import DrawnRows
from app.portal.lists.search_texts import to_mask
from app.portal.lists.table import SORTS_LAST, Column, Filter, Table, name_key, text_key
from app.portal.models.access_device import LIST_FIELDS, AccessDeviceRow

# Of the parameters of a list's URL.
QUERY_NAMES = ("q", "status", "type", "reboot", "mac", "firmware", "files", "cols", "sort", "page", "size")
STATUSES = ("Online", "Offline", "Unavailable", "Unknown")
PENDING = "pending"
NO_MAC = "none"
_MIN_MAC_PART = 4  # characters of a word among others: "desk 12" does not mean every MAC with 12 in it

_Row = AccessDeviceRow
# By columns: a table that holds more of the rows, and the revision of the index that it is of.
IndexedTables = dict[Hashable, tuple[int | None, Any]]


class DeviceTable(Table[AccessDeviceRow]):
    """`pending_since` says by name which devices wait for a reboot, and since when."""

    def __init__(self, rows: Iterable[_Row], pending_since: Mapping[str, datetime] = MappingProxyType({})) -> None:
        reboot = Filter("reboot", "reboot", partial(_reboot_states, pending_since), (PENDING,))
        super().__init__(rows, _COLUMNS, (*_FILTERS, reboot), _search_text)
        self.pending_since = pending_since
        self.drawn: DrawnRows[AccessDeviceRow] = DrawnRows()
        self.indexed: IndexedTables = {}

    @property
    def drawn_size(self) -> int:
        """Return the estimated bytes of what was made of the rows since."""
        kept: Iterable[int] = (indexed.size for _, indexed in tuple(self.indexed.values()))
        return self.drawn.size + sum(kept)

    def with_changes(self, rows: Iterable[_Row], pending_since: Mapping[str, datetime]) -> "DeviceTable":
        """Return a table of other rows, with what is drawn of those that are the same."""
        table = DeviceTable(rows, pending_since)
        changed = {name for name, _ in pending_since.items() ^ self.pending_since.items()}
        table.drawn = self.drawn.pick({id(row) for row in table.rows if row.device_name not in changed})
        return table

    def find_index(self, device_name: str) -> int | None:
        """Return where the device is among the rows; None if it is not."""
        key = name_key(device_name)
        index = bisect_left(self.rows, key, key=lambda row: name_key(row.device_name))
        is_there = index < len(self.rows) and self.rows[index].device_name == device_name
        return index if is_there else None

    def find(self, text: str) -> int:
        """Return a mask of the rows that match; the text or a word of it may be a part of a MAC in any notation."""
        return super().find(text) | self.find_mac(text)

    def find_word(self, word: str) -> int:
        shared = chain(self.masks["status"].items(), self.masks["type"].items())
        masks = [mask for value, mask in shared if word in fold(value)]
        mac_mask = self.find_mac(word) if len(word) >= _MIN_MAC_PART else 0
        return reduce(or_, masks, super().find_word(word) | mac_mask)

    def find_mac(self, part: str) -> int:
        digits = mac.parse_part(part)
        return to_mask([digits in digits_of_row for digits_of_row in self._macs]) if digits else 0

    @cached_property
    def _macs(self) -> Sequence[str]:
        return [mac.parse(row.mac_address) or "" for row in self.rows]


def _reboot_states(pending: Collection[str], rows: Sequence[_Row]) -> Iterable[str]:
    return [PENDING if row.device_name in pending else "" for row in rows] if pending else ()


def _mac_states(rows: Sequence[_Row]) -> Iterable[str]:
    return ["" if row.mac_address else NO_MAC for row in rows]


def _firmware_states(rows: Sequence[_Row]) -> Iterable[str]:
    versions = [(row.device_type, row.version) for row in rows]
    newest = NewestFirmware(versions)
    states = {pair: OLDER if newest.is_older(*pair) else "" for pair in set(versions)}
    return [states[pair] for pair in versions]


def _search_text(row: _Row) -> str:
    """Return the texts that differ from row to row, but for MACs: they are searched as digits."""
    malformed_mac = "" if mac.parse(row.mac_address) else row.mac_address
    return "\n".join((row.device_name, malformed_mac, row.net_address, row.version, format_free_ports(row.free_ports)))


def _address(row: _Row) -> tuple[int, bytes, str]:
    try:
        address = ipaddress.ip_address(row.net_address)
    except ValueError:
        return (3 if not row.net_address else 2), b"", natural_key(row.net_address)
    return (address.version == 6), address.packed, ""


def _column(key: str, name: str, sort_key: Callable[[_Row], Any] | None = None) -> Column[_Row]:
    return Column(key, LIST_FIELDS[name].label, sort_key or (lambda row: text_key(getattr(row, name))))


_COLUMNS: Sequence[Column[_Row]] = (
    _column("name", "device_name", lambda row: name_key(row.device_name)),
    _column("type", "device_type"),
    _column("mac", "mac_address", lambda row: row.mac_address.casefold() or SORTS_LAST),
    _column("address", "net_address", _address),
    _column("status", "status"),
    _column("version", "version"),
    _column("ports", "free_ports", lambda row: -1 if row.free_ports is None else row.free_ports),
)

_FILTERS: Sequence[Filter[_Row]] = (
    Filter("status", "status", partial(map, attrgetter("status")), STATUSES),
    Filter("type", "type", partial(map, attrgetter("device_type"))),
    Filter("mac", "MAC", _mac_states, (NO_MAC,)),
    Filter("firmware", "firmware", _firmware_states, (OLDER,)),
)
