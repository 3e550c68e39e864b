"""Checked rows as the preview of a job shows them; secrets are masked."""

from collections.abc import Mapping
from typing import Any

from app.portal.domain.jobs import ItemReason, Verdict
from app.portal.models.access_device import EDITABLE_FIELDS
from app.portal.services.imports.columns import ImportRow
from app.portal.services.imports.rules import CheckedRow, RowVerdict
from app.portal.services.masking import mask_secrets
from app.portal.store.jobs.outcomes import Preview

_VERDICTS = {
    RowVerdict.NEW: Verdict.NEW,
    RowVerdict.CHANGED: Verdict.CHANGED,
    RowVerdict.UNCHANGED: Verdict.UNCHANGED,
    RowVerdict.EXISTING: Verdict.UNCHANGED,
    RowVerdict.ERROR: Verdict.ERROR,
}


def to_preview(checked: CheckedRow) -> Preview | None:
    """Return None where the details of the device must be read first."""
    if checked.verdict is RowVerdict.UNREAD:
        return None
    if checked.errors:
        words = " ".join(f"{label_of(name)}: {error}" if name else error for name, error in checked.errors.items())
        params = {"errors": dict(checked.errors), "words": words}
        return Preview(verdict=Verdict.ERROR, reason=ItemReason.CELLS, params=params)
    after, before = mask_secrets(checked.values), mask_secrets(checked.before)
    changes = [(label_of(name), _words(name, before.get(name)), _words(name, value)) for name, value in after.items()]
    reason = ItemReason.EXISTS if checked.verdict is RowVerdict.EXISTING else None
    return Preview(verdict=_VERDICTS[checked.verdict], changes=changes, opened=checked.before, reason=reason)


def to_plan(row: ImportRow) -> Mapping[str, Any]:
    """Return the row as the item of a job keeps it."""
    place = {"place": dict(row.place)} if row.place else {}
    return {"cells": dict(row.cells), "typed": sorted(row.typed), "errors": dict(row.errors), **place}


def from_plan(number: int, plan: Mapping[str, Any]) -> ImportRow:
    return ImportRow(number, plan["cells"], frozenset(plan["typed"]), plan["errors"], plan.get("place", {}))


def label_of(name: str) -> str:
    return EDITABLE_FIELDS[name].label


def _words(name: str, value: Any) -> str:
    return "" if value is None else EDITABLE_FIELDS[name].to_words(value)
