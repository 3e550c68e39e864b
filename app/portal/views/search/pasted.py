"""A pasted list: each entry with the devices that it stands for, and the chosen ones as CSV."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from flask import request
from flask.typing import ResponseReturnValue

from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Permission
from app.portal.services.search.pasted import EXPORT_HEAD, MAX_ENTRIES, ListEntry
from app.portal.views.search.blueprint import blueprint
from app.portal.views.search.linked_hits import LinkedHit, link_matches
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.csv_download import csv_download
from app.portal.web.services import services

LIST_BYTES = 1 << 19  # of a form: 1,000 entries, or 1,000 devices with their groups and tenants


@dataclass(frozen=True)
class EntryRow:
    """An entry with links to its devices."""

    entry: ListEntry
    devices: Sequence[LinkedHit]


def show_entries(text: str, entries: Sequence[str]) -> ResponseReturnValue:
    rows = [EntryRow(entry, link_matches(entry.matches)) for entry in services().searches.lists.find(entries)]
    return htmx.render(
        "search/entries.html",
        text=text,
        rows=rows,
        found=sum(row.entry.device is not None for row in rows),
        several=sum(len(row.entry.matches) > 1 for row in rows),
        missing=sum(not row.entry.matches for row in rows),
        others="\n".join(row.entry.text for row in rows if row.entry.device is None),
        left_out=len(entries) - len(rows),
        most=MAX_ENTRIES,
    )


@blueprint.post("/search/export.csv")
@requires(Permission.INDEX_SEARCH, is_download=True, form_bytes=LIST_BYTES)
def export() -> ResponseReturnValue:
    """Export the devices that the form names, as the index knows them; what the user may not see is left out."""
    refs = dict.fromkeys(ref for value in request.form.getlist("device") if (ref := _to_ref(value)))
    if not refs:
        return htmx.render("search/nothing_chosen.html", status=422)
    return csv_download("devices.csv", EXPORT_HEAD, services().searches.lists.export_rows(list(refs)[:MAX_ENTRIES]))


def _to_ref(value: str) -> tuple[GroupRef, str] | None:
    names = [unquote(name) for name in value.split("/")]
    return (GroupRef(names[0], names[1]), names[2]) if len(names) == 3 else None
