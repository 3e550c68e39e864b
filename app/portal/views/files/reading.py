"""The configuration files of a device, and the bytes of one."""

from flask import abort
from flask.typing import ResponseReturnValue

from app.portal.domain.refs import FileRef, GroupRef
from app.portal.domain.roles import Permission
from app.portal.services.files.purposes import purpose
from app.portal.services.side_by_side import DeviceRead
from app.portal.views.device_page import device_page_context, read_device
from app.portal.views.files.blueprint import blueprint
from app.portal.views.files.file_page import attachment
from app.portal.web import errors, htmx
from app.portal.web.access import requires
from app.portal.web.services import reads, services


@blueprint.get("/")
@requires(Permission.DEVICE_VIEW)
@reads(DeviceRead.DETAIL, DeviceRead.FILES)
def index(tenant: str, group: str, device: str) -> ResponseReturnValue:
    ref = GroupRef(tenant, group)
    access_device = read_device(ref, device)
    files = services().config_files.list_with_details(ref, device)
    return htmx.render(
        "files/index.html",
        **device_page_context(ref, access_device),
        files=files,
        opened=next((listed.row for listed in files if not listed.row.unlinkable_reason), None),
        purpose=purpose,
        changes=services().device_history.last_file_changes(ref, device),
        words_of=errors.describe_part,
    )


@blueprint.get("/<name:file>/download")
@requires(Permission.DEVICE_VIEW, is_download=True)
def content(tenant: str, group: str, device: str, file: str) -> ResponseReturnValue:
    """Return the bytes as they are at the platform; 404 too where the backend cannot show them."""
    present = services().file_changes.present(FileRef(GroupRef(tenant, group), device, file))
    if present.failure:
        raise present.failure
    return abort(404) if present.content is None else attachment(present.content, file)
