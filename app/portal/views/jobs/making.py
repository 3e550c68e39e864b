"""Making the draft of a job."""

from collections.abc import Sequence
from urllib.parse import unquote

from flask import abort
from flask.typing import ResponseReturnValue

from app.portal.domain.audit import Reason
from app.portal.domain.jobs import PERMISSIONS, JobAction
from app.portal.domain.refs import GroupRef
from app.portal.services.jobs.service import JobRefused
from app.portal.views.jobs.blueprint import job_url
from app.portal.web import htmx
from app.portal.web.services import services
from app.portal.web.session import current_user, record_refusal

FORM_BYTES = 1 << 23  # 10,000 names of 40 characters, each of up to 12 bytes in a form, and of their places
FORM_FIELDS = 20_000  # more than can be selected, so that the answer can say in words what is wrong
_OFFERED = frozenset(JobAction) - {JobAction.IMPORT, JobAction.UNDO}  # these have forms of their own


def make_draft(action_name: str, devices: Sequence[tuple[GroupRef, str]]) -> ResponseReturnValue:
    """Make a draft and go to it. Raise JobRefused; a user who may not do such a thing gets 403."""
    if action_name not in _OFFERED:
        raise JobRefused("Choose what to do with the selected devices.")
    action = JobAction(action_name)
    if not services().jobs.may(action):
        for permission in PERMISSIONS[action]:
            if not current_user().may(permission):
                record_refusal(permission, Reason.NOT_ALLOWED)
        abort(403)
    return htmx.go(job_url(services().jobs.create(action, devices)))


def read_devices(texts: Sequence[str]) -> Sequence[tuple[GroupRef, str]]:
    """Return the devices that a form names. Raise JobRefused for none, and for what is no such name."""
    devices = []
    if not any(texts):
        raise JobRefused("Select at least one device.")
    for text in filter(None, texts):
        parts = [unquote(part) for part in text.split("/")]
        if len(parts) != 3 or not all(parts):
            raise JobRefused(f"“{text}” is no device. Name each one as tenant/group/device, and encode each part.")
        devices.append((GroupRef(parts[0], parts[1]), parts[2]))
    return devices
