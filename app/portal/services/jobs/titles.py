"""Titles of jobs: what they do, without what is secret."""

from collections.abc import Mapping
from typing import Any

from app.portal.domain.jobs import JobAction
from app.portal.domain.text import cut
from app.portal.models.access_device import EDITABLE_FIELDS

_LONGEST_VALUE = 40  # characters
_MOST_NAMED = 3  # fields

_TITLES: Mapping[JobAction, str] = {
    JobAction.REBOOT: "Reboot",
    JobAction.EDIT: "Edit",
    JobAction.FILE: "Config file",
    JobAction.DEFAULT: "Back to the template",
    JobAction.DELETE: "Delete",
    JobAction.IMPORT: "Import",
    JobAction.UNDO: "Undo",
}


def title_of(action: JobAction) -> str:
    return _TITLES[action]


def title_of_file(file_format: str) -> str:
    return f"Config file {cut(file_format, _LONGEST_VALUE)}"


def title_of_edit(values: Mapping[str, Any]) -> str:
    """Return the title of a job that sets these fields, and clears those whose value is "" or None."""
    labels = [EDITABLE_FIELDS[name].label for name in values]
    if len(labels) > _MOST_NAMED:
        return f"Edit {len(labels)} fields"
    if len(labels) > 1:
        return f"Edit {', '.join(labels)}"
    [(name, value)] = values.items()
    if value in ("", None):
        return f"Clear {labels[0]}"
    field = EDITABLE_FIELDS[name]
    return f"Set {labels[0]}" if field.is_secret else f"Set {labels[0]} to {cut(field.to_words(value), _LONGEST_VALUE)}"
