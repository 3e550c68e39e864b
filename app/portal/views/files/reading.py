"""The configuration files of a device, and the bytes of one."""

from collections.abc import Mapping

from flask import abort, g
from flask.typing import ResponseReturnValue

from app.portal import errors, htmx
from app.portal.access import Permission, requires
from app.portal.context import portal
from app.portal.identity import services
from app.portal.services.files.purposes import purpose
from app.portal.store.ledger import Action, Result
from app.portal.store.tables import Change
from app.portal.views.devices.frame import framed
from app.portal.views.files import blueprint
from app.portal.views.files.around import attachment, the_file


@blueprint.get("/")
@requires(Permission.DEVICE_VIEW)
def index(tenant: str, group: str, device: str) -> ResponseReturnValue:
    found = services().devices.get(g.place, device)
    return htmx.render(
        "files/index.html",
        **framed(found),
        files=services().config_files.described(g.place, device),
        purpose=purpose,
        changes=_last_changes(device),
        words_of=lambda failure: errors.of(failure).words,
    )


@blueprint.get("/<name:file>/download")
@requires(Permission.DEVICE_VIEW)
def content(tenant: str, group: str, device: str, file: str) -> ResponseReturnValue:
    """The bytes as they are at the platform; 404 too where the backend cannot show them."""
    _, found = services().file_changes.read(the_file())
    return abort(404) if found is None else attachment(found, file)


def _last_changes(device: str) -> Mapping[str, Change]:
    """By file, the newest change through the portal that arrived, or may have."""
    entries = portal().ledger.of_device(g.place, device, Action.FILE)
    arrived = [change for change, outcome in entries if not outcome or outcome.outcome in _MAY_BE_THERE]
    return {change.after.get("file_format", ""): change for change in reversed(arrived)}


_MAY_BE_THERE = (Result.APPLIED, Result.UNKNOWN)
