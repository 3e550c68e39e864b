"""The configuration files of a device, and the bytes of one."""

from flask import abort, g
from flask.typing import ResponseReturnValue

from app.portal.domain.roles import Permission
from app.portal.services.files.purposes import purpose
from app.portal.views.device_page import device_page_context
from app.portal.views.files.blueprint import blueprint
from app.portal.views.files.request_args import attachment, the_file
from app.portal.web import errors, htmx
from app.portal.web.access import requires
from app.portal.web.services import services


@blueprint.get("/")
@requires(Permission.DEVICE_VIEW)
def index(tenant: str, group: str, device: str) -> ResponseReturnValue:
    found = services().devices.get(g.group_ref, device)
    return htmx.render(
        "files/index.html",
        **device_page_context(g.group_ref, found),
        files=services().config_files.described(g.group_ref, device),
        purpose=purpose,
        changes=services().device_history.last_file_changes(g.group_ref, device),
        words_of=lambda failure: errors.of(failure).words,
    )


@blueprint.get("/<name:file>/download")
@requires(Permission.DEVICE_VIEW)
def content(tenant: str, group: str, device: str, file: str) -> ResponseReturnValue:
    """The bytes as they are at the platform; 404 too where the backend cannot show them."""
    _, found = services().file_changes.read(the_file())
    return abort(404) if found is None else attachment(found, file)
