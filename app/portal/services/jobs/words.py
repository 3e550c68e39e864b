"""Words for jobs and their items."""

from collections.abc import Mapping

from app.portal.domain.jobs import JobAction

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
