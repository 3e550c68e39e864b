"""Opens a device list as its reader asked for it, with the columns and filters that the index fills."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.portal.domain.refs import GroupRef
from app.portal.domain.users import User
from app.portal.lists.listing import Listing
from app.portal.models.access_device import AccessDeviceRow
from app.portal.services.devices.extra_columns import EXTRA_COLUMNS, pick_columns
from app.portal.services.devices.indexed_table import IndexedTable
from app.portal.services.devices.table import DeviceTable
from app.portal.services.index.tolerance import read_or_else
from app.portal.store.index.device_facts import DeviceFactsReader
from app.portal.store.list_settings import ListSettings

COLUMNS_ARG = "cols"
NO_COLUMNS = "none"  # in a URL, where its reader usually has some
_MOST_KEPT = 4  # sets of columns that are kept with a list

ShownTable = DeviceTable | IndexedTable


@dataclass(frozen=True)
class OpenedList:
    """A page of a list, and the table that it is of."""

    listing: Listing[AccessDeviceRow]
    table: ShownTable


class ListColumns:
    """`usual` are the columns of the person, for URLs that name none. Without an index there are no extra columns."""

    def __init__(self, facts: DeviceFactsReader, settings: ListSettings, user: User, *, is_on: bool) -> None:
        self._facts = facts
        self._settings = settings
        self._username = user.username
        self.usual = pick_columns(user.list_columns) if is_on else ()
        self.is_on = is_on

    def read(self, args: Mapping[str, str]) -> Sequence[str]:
        """Return the extra columns that a URL asks for."""
        if not self.is_on or COLUMNS_ARG not in args:
            return self.usual
        return pick_columns(args[COLUMNS_ARG].split(","))

    def save(self, columns: Iterable[str]) -> None:
        """Keep what this person wants to see of every list."""
        self._settings.save_columns(self._username, pick_columns(columns))

    def to_arg(self, columns: Sequence[str]) -> str:
        """Return what asks for these columns in a URL; "" where nothing has to."""
        return ",".join(columns) or (NO_COLUMNS if self.usual else "")

    def open(self, group: GroupRef, table: DeviceTable, args: Mapping[str, str], path: str) -> OpenedList:
        """Return the page of the list that a URL asks for. The caller was just shown something in the group."""
        columns = self.read(args)
        is_indexed = bool(columns) or (self.is_on and bool(args.get("files")))
        return self._open(self._try_to_add(group, table, columns) if is_indexed else table, args, path, columns)

    def open_indexed(self, group: GroupRef, table: DeviceTable, args: Mapping[str, str], path: str) -> OpenedList:
        """Return the same page with all that the index tells of it."""
        columns = self.read(args)
        return self._open(self._try_to_add(group, table, columns) if self.is_on else table, args, path, columns)

    def _open(self, table: ShownTable, args: Mapping[str, str], path: str, columns: Sequence[str]) -> OpenedList:
        argument = self.to_arg(columns)
        query = table.read_query(args)
        return OpenedList(Listing(table, query, f"{path}?{COLUMNS_ARG}={argument}" if argument else path), table)

    def _try_to_add(self, group: GroupRef, table: DeviceTable, columns: Sequence[str]) -> ShownTable:
        """Return the list without what the index tells, where that cannot be read."""
        return read_or_else(lambda: self._add_to(group, table, columns), table)

    def _add_to(self, group: GroupRef, table: DeviceTable, columns: Sequence[str]) -> IndexedTable:
        """Return the list with columns, as the index has them now; kept with the list until that changes."""
        revision, key = self._facts.revision(group), tuple(columns)
        kept_revision, indexed = table.indexed.get(key, (None, None))
        if isinstance(indexed, IndexedTable) and revision is not None and kept_revision == revision:
            return indexed
        indexed = self._load(group, table, columns)
        while len(table.indexed) >= _MOST_KEPT:
            table.indexed.pop(next(iter(table.indexed)), None)
        table.indexed[key] = revision, indexed
        return indexed

    def _load(self, group: GroupRef, table: DeviceTable, columns: Sequence[str]) -> IndexedTable:
        extra = [EXTRA_COLUMNS[key] for key in columns]
        with_people = any(column.part == "people" for column in extra)
        facts = self._facts.load(group, with_people=with_people, with_turns="since" in columns) if extra else {}
        return IndexedTable(table, extra, facts, self._facts.load_custom_files(group))
