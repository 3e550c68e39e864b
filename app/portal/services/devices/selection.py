"""Devices that somebody selected in the list of a group: some by their names, or all that match."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.portal.models.access_device import AccessDeviceRow
from app.portal.services.devices.list_columns import OpenedList, ShownTable

MOST_SELECTED = 10_000  # devices that one form can name


@dataclass(frozen=True)
class DeviceSelection:
    """`rows` have the order of the list, `table`; `missing` are selected names that the list does not hold.

    `left_out` is how many of the rows the list's search and filters leave out.
    """

    table: ShownTable
    rows: Sequence[AccessDeviceRow]
    missing: Sequence[str] = ()
    left_out: int = 0

    @property
    def names(self) -> Sequence[str]:
        """Return all selected names, those that the list does not hold last."""
        return [*(row.device_name for row in self.rows), *self.missing]


def select_matching(opened: OpenedList) -> DeviceSelection:
    """Select all devices that the list's search and filters leave, on whatever page."""
    return DeviceSelection(opened.table, list(opened.listing.matching_rows))


def select_named(opened: OpenedList, names: Iterable[str]) -> DeviceSelection:
    """Select devices whether the list's search and filters leave them or not."""
    wanted = dict.fromkeys(filter(None, names))
    table, listing = opened.table, opened.listing
    rows = [row for index in table.order(listing.sort) if (row := table.rows[index]).device_name in wanted]
    known = {row.device_name for row in rows}
    matching = sum(row.device_name in wanted for row in listing.matching_rows) if listing.filtered else len(rows)
    return DeviceSelection(table, rows, [name for name in wanted if name not in known], len(rows) - matching)
