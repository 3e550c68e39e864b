"""The beginning of a file under the list of a device's files, which loads it by itself."""

from dataclasses import replace

from flask import redirect
from flask.typing import ResponseReturnValue

from app.portal.domain.refs import FileRef, GroupRef
from app.portal.domain.roles import Permission
from app.portal.services.files.marked import mark_part
from app.portal.services.files.review import content_warning
from app.portal.services.files.text import read_text
from app.portal.services.parts import read_part
from app.portal.services.side_by_side import DeviceRead
from app.portal.views.device_page import read_device
from app.portal.views.files.blueprint import blueprint
from app.portal.views.files.file_page import content_and_version, file_url, read_tags
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.errors import describe_part
from app.portal.web.services import services

_LINES = 200  # what a page of files can carry; the page of the file has all


@blueprint.get("/<name:file>/opened")
@requires(Permission.DEVICE_VIEW, extends_session=False, background=True)
def opened(tenant: str, group: str, device: str, file: str) -> ResponseReturnValue:
    file_ref = FileRef(GroupRef(tenant, group), device, file)
    if not htmx.wants_fragment():
        read_device(file_ref.group, device)
        return redirect(file_url(file_ref, "show"), 303)
    for read in (DeviceRead.DETAIL, DeviceRead.FILE_AND_CONTENT, DeviceRead.TAGS):
        services().side_by_side.begin(read, file_ref.group, device, file)
    access_device = read_device(file_ref.group, device)
    part = read_part(lambda: services().file_changes.read(file_ref))
    if part.value is None:
        failure = describe_part(part.failure) if part.failure else ""
        return htmx.render("files/_opened.html", is_read=True, device=access_device, file=file, failure=failure)
    present = part.value[1]
    content, version = content_and_version(file_ref, present)
    text = None if content is None else read_text(content)
    beginning = text and replace(text, lines=text.lines[:_LINES], ends=text.ends[:_LINES])
    tags = read_tags(file_ref.group, access_device)[0] if beginning and beginning.lines else None
    return htmx.render(
        "files/_opened.html",
        is_read=True,
        device=access_device,
        file=file,
        failure=describe_part(present.failure) if present.failure else "",
        content=content,
        version=None if present.content is not None else version,
        content_warning=None if content is None else content_warning(content),
        text=text,
        part=mark_part(beginning, 1, tags, as_phone=False) if beginning else None,
    )
