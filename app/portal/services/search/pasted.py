"""A pasted list of MACs, names and numbers: the devices that each entry stands for."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from app.portal.domain import mac
from app.portal.domain.refs import GroupRef
from app.portal.domain.search_words import fold
from app.portal.domain.sequences import in_chunks
from app.portal.domain.users import User
from app.portal.models.access_device import DEVICE_FIELDS
from app.portal.services.search.confirmation import ScopeConfirmation
from app.portal.services.search.hits import to_time
from app.portal.services.search.patterns import phone_key, to_pattern
from app.portal.services.search.scope import scope_of
from app.portal.store.index import lookups
from app.portal.store.index.lookups import DeviceMatch, IndexLookup
from app.portal.store.index.searching import IndexSearch
from app.portal.store.index.tables import IndexedDevice, IndexedPerson

__all__ = ["EXPORT_HEAD", "MAX_ENTRIES", "DeviceMatch", "ListEntry", "ListSearch", "split_entries"]

MAX_ENTRIES = 1_000
_MAX_MATCHES = 5  # of an entry, to choose from
_MAX_PARTIAL = 200  # entries that are looked for inside texts
_PARTIAL_SECONDS = 0.5  # after which no more are looked for
_AT_ONCE, _AT_ONCE_EVERYWHERE = 50, 10  # over a million devices each takes up to a tenth of a second
_SEPARATORS = re.compile(r"[,;\t]")

_EXPORTED = ("device_name", "device_type", "mac_address", "net_address", "status", "version", "serial_number")
EXPORT_HEAD = ["Tenant", "Group", *(DEVICE_FIELDS[name].label for name in _EXPORTED), "As of"]

NO_MAC = "No device that you can see has this MAC address."
NO_PHONE = "Nobody on a device that you can see has this phone number."
NO_TEXT = "Nothing that you can see has this name, number or text."
NOT_LOOKED_INSIDE = "No name or number equals this. Search for it alone to look inside names."


@dataclass
class ListEntry:
    """An entry of the list, its number counted from 1. `has_more` than its matches; `reason` why there are none."""

    number: int
    text: str
    matches: Sequence[DeviceMatch] = ()
    has_more: bool = False
    reason: str = ""

    @property
    def device(self) -> DeviceMatch | None:
        """Return the only device that the entry stands for."""
        return self.matches[0] if len(self.matches) == 1 and not self.has_more else None


def split_entries(text: str) -> Sequence[str]:
    """Return the entries of a list; of a line with commas or tabs, its parts if all of them read as MACs.

    A single line that is no such list is one entry.
    """
    entries: list[str] = []
    for line in text.splitlines():
        parts = [part.strip() for part in _SEPARATORS.split(line) if part.strip()]
        is_list = len(parts) > 1 and all(map(mac.parse, parts))
        entries += parts if is_list else [line.strip()] if line.strip() else []
    return entries


class ListSearch:
    def __init__(self, index: IndexSearch, lookup: IndexLookup, user: User, confirmation: ScopeConfirmation) -> None:
        self._index = index
        self._lookup = lookup
        self._user = user
        self._confirmation = confirmation

    def find(self, texts: Sequence[str]) -> Sequence[ListEntry]:
        """Return each entry with the devices that have it as a field, or a person with it; else with it in a text.

        Raises ApiError where the platform does not confirm what the user may see.
        """
        self._confirmation.require()
        entries = [ListEntry(number, text) for number, text in enumerate(texts[:MAX_ENTRIES], 1)]
        self._find_exact(entries)
        rest = [entry for entry in entries if not entry.matches and not entry.reason]
        for entry in rest:
            entry.reason = NOT_LOOKED_INSIDE
        until = monotonic() + _PARTIAL_SECONDS
        at_once = _AT_ONCE_EVERYWHERE if self._user.reaches_every_tenant else _AT_ONCE
        for chunk in in_chunks(rest[:_MAX_PARTIAL], at_once):
            self._find_inside(chunk)
            if monotonic() > until:
                break
        return entries

    def export_rows(self, refs: Sequence[tuple[GroupRef, str]]) -> Sequence[Sequence[str | datetime]]:
        """Return cells under EXPORT_HEAD of these devices in their order, as far as the user may see them."""
        self._confirmation.require()
        in_scope = [ref for ref in refs if self._user.reaches(ref[0].tenant_id, ref[0].group_id)]
        rows = {(GroupRef(row.tenant_id, row.group_id), row.device_name): row for row in self._lookup.load(in_scope)}
        return [_to_cells(rows[ref]) for ref in in_scope if ref in rows]

    def _find_exact(self, entries: Sequence[ListEntry]) -> None:
        by_column: dict[lookups.KeyColumn, dict[str, list[ListEntry]]] = defaultdict(lambda: defaultdict(list))
        for entry in entries:
            for key_column, key in _keys_of(entry.text).items():
                by_column[key_column][key].append(entry)
        matches: dict[int, dict[tuple[GroupRef, str], DeviceMatch]] = defaultdict(dict)
        scope = scope_of(self._user)
        for key_column, wanted in by_column.items():
            devices_by_key = self._lookup.find(key_column, wanted, scope, _MAX_MATCHES + 1)
            for key, devices in devices_by_key.items():
                for entry in wanted[key]:
                    matches[entry.number] |= {(match.group, match.device_name): match for match in devices}
        for entry in entries:
            _set_matches(entry, list(matches[entry.number].values()))
            if not entry.matches:
                entry.reason = NO_MAC if mac.parse(entry.text) else NO_PHONE if phone_key(entry.text) else ""

    def _find_inside(self, entries: Sequence[ListEntry]) -> None:
        patterns = [(entry, pattern) for entry in entries if (pattern := to_pattern(entry.text)).words]
        searched = [pattern for _, pattern in patterns]
        scope = scope_of(self._user)
        devices = self._index.find_first(IndexedDevice, searched, scope, _MAX_MATCHES + 1)
        people = self._index.find_first(IndexedPerson, searched, scope, _MAX_MATCHES + 1)
        device_rows = self._index.load_devices({id_ for ids in devices for id_ in ids})
        people_rows = self._index.load_people({id_ for ids in people for id_ in ids})
        for (entry, _), device_ids, person_ids in zip(patterns, devices, people, strict=True):
            on_lines = [people_rows[id_] for id_ in person_ids if id_ in people_rows]
            matches = [_to_match(device_rows[id_]) for id_ in device_ids if id_ in device_rows]
            matches += [_to_match(device or person) for person, device in on_lines]
            _set_matches(entry, list({(match.group, match.device_name): match for match in matches}.values()))
        for entry in entries:
            entry.reason = "" if entry.matches else NO_TEXT


def _to_cells(row: IndexedDevice) -> Sequence[str | datetime]:
    seen_at = to_time(max(row.seen_at, row.detail_seen_at or 0.0))
    address = mac.with_colons(row.mac)
    place = (row.tenant_id, row.group_id, row.device_name, row.device_type, address)
    return [*place, row.net_address, row.status, row.version, row.serial_number or "", seen_at]


def _keys_of(text: str) -> Mapping[lookups.KeyColumn, str]:
    """Return the keys that the text may be, by the column that has such."""
    key = fold(text) or text
    keys = {
        lookups.DEVICE_NAME: key,
        lookups.SERIAL: key,
        lookups.PERSON_NAME: key,
        lookups.USER: key,
        lookups.LINE: key,
        lookups.EXTENSION: text,
    }
    if phone := phone_key(text):
        keys[lookups.PHONE] = phone
    if digits := mac.parse(text):
        keys[lookups.MAC] = digits
    return keys


def _set_matches(entry: ListEntry, matches: Sequence[DeviceMatch]) -> None:
    ordered = sorted(matches, key=lambda match: (match.group.tenant_id, match.group.group_id, match.device_name))
    entry.matches, entry.has_more = ordered[:_MAX_MATCHES], len(ordered) > _MAX_MATCHES


def _to_match(row: IndexedDevice | IndexedPerson) -> DeviceMatch:
    group = GroupRef(row.tenant_id, row.group_id)
    return DeviceMatch(group, row.device_name, getattr(row, "mac", ""), getattr(row, "status", ""))
