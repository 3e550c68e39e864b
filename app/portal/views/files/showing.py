"""One configuration file: its text with the tags in it, as it is written or as the phone gets it."""

from collections.abc import Sequence
from functools import partial

from flask import redirect, request
from flask.typing import ResponseReturnValue

from app.portal.domain.files import digest
from app.portal.domain.refs import FileRef, GroupRef
from app.portal.domain.roles import Permission
from app.portal.lists.query import int_or_zero
from app.portal.models.config_file import ConfigFileRow
from app.portal.services.files.hints import find_hints
from app.portal.services.files.marked import LINES_PER_PAGE, MarkedPart, mark_part
from app.portal.services.files.purposes import purpose
from app.portal.services.files.rendered import render_lines
from app.portal.services.files.review import content_warning
from app.portal.services.files.search import LineSearch, search_lines
from app.portal.services.files.service import MAX_FILES_READ
from app.portal.services.files.tags import list_file_tags
from app.portal.services.files.text import ConfigText, read_text
from app.portal.services.parts import read_part
from app.portal.services.side_by_side import DeviceRead
from app.portal.services.tags.resolver import Resolution
from app.portal.views.device_page import device_page_context, read_device
from app.portal.views.files.blueprint import blueprint
from app.portal.views.files.file_page import content_and_version, file_url, read_tags, search_query
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.errors import describe_part
from app.portal.web.services import reads, services

_LISTED = 100  # tags of one file that are listed beside it


@blueprint.get("/<name:file>/")
@requires(Permission.DEVICE_VIEW)
@reads(DeviceRead.DETAIL, DeviceRead.FILES, DeviceRead.FILE_AND_CONTENT, DeviceRead.TAGS)
def show(tenant: str, group: str, device: str, file: str) -> ResponseReturnValue:
    file_ref, wants_phone = FileRef(GroupRef(tenant, group), device, file), request.args.get("as") == "phone"
    if line := int_or_zero(request.args.get("line", "")):
        return redirect(_page_url(file_ref, line, wants_phone, _anchor=f"L{line}"))
    access_device = read_device(file_ref.group, device)
    config_file, present = services().file_changes.read(file_ref)
    content, version = content_and_version(file_ref, present)
    text = None if content is None else read_text(content)
    tags, tags_failure = read_tags(file_ref.group, access_device) if text and text.lines else (None, "")
    as_phone = wants_phone and tags is not None
    shown = mark_part(text, int_or_zero(request.args.get("from", "")) or 1, tags, as_phone=as_phone) if text else None
    query = search_query()
    used = list_file_tags(text, tags) if text and tags else ()
    return htmx.render(
        "files/show.html",
        **device_page_context(file_ref.group, access_device),
        file=file,
        config_file=config_file,
        content=content,
        sha256=None if content is None else digest(content),
        is_there=present.content is not None,
        content_failure=describe_part(present.failure) if present.failure else "",
        version=version,
        text=text,
        content_warning=None if content is None else content_warning(content),
        part=shown,
        line_search=_search(text, tags if as_phone else None, query) if text and query else None,
        lines_per_page=LINES_PER_PAGE,
        used=used,
        listed=used[:_LISTED],
        marks={tag.name: number for number, tag in enumerate(used[:_LISTED], 1)},
        tags_failure=tags_failure,
        as_phone=as_phone,
        line_url=partial(_line_url, file_ref, shown, as_phone),
        hints=[] if content is None else find_hints(file, access_device.device_type, content, text),
        page_url=partial(_page_url, file_ref),
        rows=_rows(file_ref)[:MAX_FILES_READ],
        purpose=purpose,
    )


def _search(text: ConfigText, values: Resolution | None, query: str) -> LineSearch:
    """Look through the whole file as it is shown."""
    return search_lines(render_lines(text, values) if values else text.lines, query)


def _rows(file: FileRef) -> Sequence[ConfigFileRow]:
    """Return all files of the device; none where they cannot be listed, for the one that is shown was read."""
    return read_part(lambda: services().config_files.list(file.group, file.device_name)).value or ()


def _page_url(file: FileRef, line: int, as_phone: bool, **values: str) -> str:
    """Return the URL of the page that has this line."""
    page = {"from": line} if line > 1 else {}
    return file_url(file, "show", **page, **({"as": "phone"} if as_phone else {}), **values)


def _line_url(file: FileRef, shown: MarkedPart | None, as_phone: bool, line: int) -> str:
    """Return where a line is: on this page, or on the one that has it."""
    is_shown = shown is not None and shown.first <= line <= shown.last
    return f"#L{line}" if is_shown else _page_url(file, line, as_phone, _anchor=f"L{line}")
