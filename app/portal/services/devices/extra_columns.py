"""The columns of the device list that the index fills, beside those of the platform's own list."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.portal.lists.table import SORTS_LAST, text_key
from app.portal.models.access_device import DEVICE_FIELDS
from app.portal.store.index.device_facts import DeviceFacts

NOT_READ = "Not read"  # the column that names those whose cells are empty because nobody read them
_SEPARATOR = "; "  # of several people in one cell

Cell = str | datetime


@dataclass(frozen=True)
class ExtraColumn:
    """`cell` returns None of what was not read yet; `part` is what is read at once."""

    key: str
    label: str
    part: str
    cell: Callable[[DeviceFacts], Cell | None]

    @property
    def is_text(self) -> bool:
        """False of what a search does not look into."""
        return self.part != "status"

    def text(self, facts: DeviceFacts | None) -> str:
        """Return what a search looks into."""
        cell = self.cell(facts) if facts else None
        return cell if isinstance(cell, str) else ""

    def sort_key(self, facts: DeviceFacts | None) -> str:
        cell = self.cell(facts) if facts else None
        if isinstance(cell, datetime):
            return cell.isoformat(timespec="microseconds")
        return SORTS_LAST if cell is None else text_key(cell)


def _join(texts: Iterable[str]) -> str:
    return _SEPARATOR.join(filter(None, texts))


def _people(facts: DeviceFacts) -> str | None:
    return None if facts.people is None else _join(person.name for person in facts.people)


def _extensions(facts: DeviceFacts) -> str | None:
    return None if facts.people is None else _join(person.extension for person in facts.people)


def _since(facts: DeviceFacts) -> datetime | None:
    return None if facts.status_since is None else datetime.fromtimestamp(facts.status_since, UTC)


def _detail(key: str, name: str, cell: Callable[[DeviceFacts], str | None]) -> ExtraColumn:
    return ExtraColumn(key, DEVICE_FIELDS[name].label, "details", cell)


EXTRA_COLUMNS: Mapping[str, ExtraColumn] = {
    column.key: column
    for column in (
        ExtraColumn("people", "People", "people", _people),
        ExtraColumn("extension", "Extension", "people", _extensions),
        _detail("serial", "serial_number", lambda facts: facts.serial_number),
        _detail("location", "physical_location", lambda facts: facts.physical_location),
        _detail("description", "description", lambda facts: facts.description),
        ExtraColumn("since", "Status since", "status", _since),
    )
}


def pick_columns(keys: Iterable[str]) -> Sequence[str]:
    """Return those that there are, each once and in their order."""
    wanted = set(keys)
    return [key for key in EXTRA_COLUMNS if key in wanted]
