"""Rows of an imported sheet as its page shows them: each cell with its error, or what it would change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.masking import MASK
from app.portal.domain.jobs import Verdict
from app.portal.lists.csv_export import strip_guard
from app.portal.models.access_device import EDITABLE_FIELDS
from app.portal.services.imports.previews import label_of
from app.portal.services.masking import SECRETS
from app.portal.store.jobs.tables import JobItem


@dataclass(frozen=True)
class GridCell:
    """`before` is None where nothing changes; of a change, `text` is what comes."""

    label: str
    text: str
    is_code: bool
    error: str = ""
    before: str | None = None


@dataclass(frozen=True)
class GridRow:
    """`error` is what is wrong beside the cells that are shown."""

    item: JobItem
    cells: Sequence[GridCell]
    error: str


def to_grid(item: JobItem, names: Sequence[str]) -> GridRow:
    """Return the cells of these fields."""
    texts: Mapping[str, str] = (item.plan or {}).get("cells", {})
    errors: Mapping[str, str] = item.params.get("errors", {})
    changes = {label: (before, after) for label, before, after in item.seen.get("changes", ())}
    cells = [_to_cell(name, texts.get(name, ""), errors.get(name, ""), changes) for name in names]
    if item.verdict == Verdict.NEW:
        cells = [replace(cell, before=None) for cell in cells]
    others = {name: error for name, error in errors.items() if name not in names}
    words = " ".join(f"{label_of(name)}: {error}" if name else error for name, error in others.items())
    return GridRow(item, cells, words or ("" if errors else str(item.params.get("words", ""))))


def _to_cell(name: str, cell: str, error: str, changes: Mapping[str, tuple[str, str]]) -> GridCell:
    field = EDITABLE_FIELDS[name]
    text = MASK if cell and name in SECRETS else strip_guard(cell)
    before, after = changes.get(field.label, (None, text))
    is_change = before is not None and before != after and not error
    return GridCell(field.label, after if is_change else text, field.is_code, error, before if is_change else None)
