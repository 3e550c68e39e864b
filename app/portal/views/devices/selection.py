"""Selections that forms of the device list send: `device` repeated, or `all=1` with the list's own query."""

from flask import request, url_for

from app.portal.domain.refs import GroupRef
from app.portal.services.devices.list_reading import DeviceListReading
from app.portal.services.devices.selection import MOST_SELECTED, DeviceSelection, select_matching, select_named
from app.portal.web.list_context import list_query
from app.portal.web.services import services


class SelectionRefused(Exception):
    """The message says why, and what to do. `reading` is the list as far as it is there."""

    def __init__(self, words: str, reading: DeviceListReading, status: int = 422) -> None:
        super().__init__(words)
        self.status = status
        self.reading = reading


def read_selection(group: GroupRef) -> DeviceSelection:
    """Return what the form of this request selects; all that match are those of this moment. Raise SelectionRefused."""
    reading = services().devices.list(group)
    names, is_all = list(filter(None, request.form.getlist("device"))), request.form.get("all") == "1"
    if not (names or is_all):
        raise SelectionRefused("Select at least one device, or all that match.", reading)
    if len(names) > MOST_SELECTED and not is_all:
        words = f"{len(names):,} devices are selected. At most {MOST_SELECTED:,} are possible at once."
        raise SelectionRefused(words, reading)
    if reading.table is None:
        raise SelectionRefused("The device list is not loaded yet. Try again when it is.", reading, 503)
    path = url_for("devices.index", tenant=group.tenant_id, group=group.group_id)
    opened = services().list_columns.open(group, reading.table, list_query(), path)
    return select_matching(opened) if is_all else select_named(opened, names)
