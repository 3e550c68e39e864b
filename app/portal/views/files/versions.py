"""The versions of a file: all of them, one, the difference of two, and the way back to one."""

from dataclasses import dataclass
from functools import partial

from flask import abort, request
from flask.typing import ResponseReturnValue

from app.portal.api.errors import ApiError
from app.portal.domain.files import FileVersion, Origin, Upload, VersionRecord
from app.portal.domain.refs import FileRef, GroupRef
from app.portal.domain.roles import Permission
from app.portal.lists.query import int_or_zero
from app.portal.services.files.marked import LINES_PER_PAGE, MarkedPart, mark_part
from app.portal.services.files.review import review_contents
from app.portal.services.files.search import search_lines
from app.portal.services.files.text import has_too_many_lines, read_text
from app.portal.services.side_by_side import DeviceRead
from app.portal.views.device_page import device_page_context, read_device
from app.portal.views.files.blueprint import blueprint
from app.portal.views.files.file_page import attachment, current_version, file_url, read_tags, search_query
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.context import portal
from app.portal.web.errors import describe_part
from app.portal.web.services import reads, services

_DEFAULT = "default"  # in addresses, in place of a version's id
_NOW = "now"


@blueprint.get("/<name:file>/versions/")
@requires(Permission.DEVICE_VIEW)
@reads(DeviceRead.DETAIL, DeviceRead.FILE_AND_CONTENT)
def versions(tenant: str, group: str, device: str, file: str) -> ResponseReturnValue:
    file_ref, changes = FileRef(GroupRef(tenant, group), device, file), services().file_changes
    access_device = read_device(file_ref.group, device)
    present = changes.present_if_readable(file_ref)
    kept = changes.versions(file_ref)
    template = changes.default_content(file_ref, present)
    return htmx.render(
        "files/versions.html",
        **device_page_context(file_ref.group, access_device),
        file=file,
        now=present,
        versions=kept,
        current=current_version(kept, present),
        default_size=None if template is None else len(template),
        failure=describe_part(present.failure) if present.failure else "",
    )


@blueprint.get("/<name:file>/versions/<int(max=2147483647):version>/")
@requires(Permission.DEVICE_VIEW)
def version(tenant: str, group: str, device: str, file: str, version: int) -> ResponseReturnValue:
    file_ref = FileRef(GroupRef(tenant, group), device, file)
    access_device = read_device(file_ref.group, device)
    version_content = _find_content(file_ref, str(version))
    text = None if version_content.content is None else read_text(version_content.content)
    part = mark_part(text, int_or_zero(request.args.get("from", "")) or 1, None, as_phone=False) if text else None
    query = search_query()
    return htmx.render(
        "files/version.html",
        **device_page_context(file_ref.group, access_device),
        file=file,
        version=version_content.version,
        content=version_content.content,
        text=text,
        part=part,
        line_search=search_lines(text.lines, query) if text and query else None,
        line_url=partial(_line_url, file_ref, version, part),
        lines_per_page=LINES_PER_PAGE,
        has_too_many_lines=has_too_many_lines(version_content.content or b""),
    )


@blueprint.get("/<name:file>/versions/<int(max=2147483647):version>/download")
@requires(Permission.DEVICE_VIEW, is_download=True)
def download(tenant: str, group: str, device: str, file: str, version: int) -> ResponseReturnValue:
    file_ref = FileRef(GroupRef(tenant, group), device, file)
    read_device(file_ref.group, device)
    content = _find_content(file_ref, str(version)).content
    return abort(404) if content is None else attachment(content, file)


@blueprint.get("/<name:file>/difference")
@requires(Permission.DEVICE_VIEW)
def difference(tenant: str, group: str, device: str, file: str) -> ResponseReturnValue:
    file_ref = FileRef(GroupRef(tenant, group), device, file)
    access_device = read_device(file_ref.group, device)
    as_phone = request.args.get("as") == "phone"
    tags, tags_failure = read_tags(file_ref.group, access_device) if as_phone else (None, "")
    left, right = _find_content(file_ref, request.args.get("a", "")), _find_content(file_ref, request.args.get("b", ""))
    return htmx.render(
        "files/difference.html",
        **device_page_context(file_ref.group, access_device),
        file=file,
        left=left,
        right=right,
        review=review_contents(left.content, right.content, tags, as_phone=as_phone),
        as_phone=tags is not None,
        tags_failure=tags_failure,
        content_failure=left.failure or right.failure,
        unified=request.args.get("view") == "unified",
    )


@blueprint.post("/<name:file>/back")
@requires(Permission.FILES_EDIT)
def back(tenant: str, group: str, device: str, file: str) -> ResponseReturnValue:
    """Keep an earlier version, or the default, as if it were uploaded, and go on to the check page."""
    file_ref, changes = FileRef(GroupRef(tenant, group), device, file), services().file_changes
    read_device(file_ref.group, device)
    present = changes.present(file_ref)
    ref = request.form.get("version", "")
    content, number = None, ""
    if ref != _DEFAULT:
        version_content = _find_content(file_ref, ref)
        if version_content.content is None or version_content.version is None:
            abort(404)
        content, number = version_content.content, str(version_content.version.number)
    upload = Upload(
        origin=Origin.DEFAULT if content is None else Origin.ROLLBACK,
        detail=number,
        content=content,
        opened=present.content,
        opened_state=present.state,
    )
    return htmx.go(file_url(file_ref, "check", upload=changes.keep_upload(file_ref, upload)))


def _line_url(file: FileRef, version: int, shown: MarkedPart | None, line: int) -> str:
    """Return where a line of a version is: on this page, or on the one that begins with it."""
    is_shown = shown is not None and shown.first <= line <= shown.last
    anchor = f"L{line}"
    return f"#{anchor}" if is_shown else file_url(file, "version", version=version, _anchor=anchor, **{"from": line})


@dataclass(frozen=True)
class VersionContent:
    """The content that a URL names: a version, the default, or "now"; None where it is not known.

    `failure`: why the present content cannot be read just now.
    """

    ref: str
    version: FileVersion | None
    content: bytes | None
    failure: ApiError | None = None

    @property
    def words(self) -> str:
        if self.version:
            return f"Version {self.version.number}"
        return "Type template" if self.ref == _DEFAULT else "Current file on the platform"


class _VersionNotKept(Exception):
    def __init__(self, file: FileRef, record: VersionRecord) -> None:
        super().__init__("this version is no longer kept")
        self.file = file
        self.record = record


@blueprint.errorhandler(_VersionNotKept)
def _show_version_not_kept(error: _VersionNotKept) -> ResponseReturnValue:
    file, settings = error.file, portal().settings
    return htmx.render(
        "files/gone.html",
        status=410,
        **device_page_context(file.group, read_device(file.group, file.device_name)),
        file=file.file_format,
        record=error.record,
        most=settings.file_versions,
        days=settings.file_version_days,
    )


def _find_content(file: FileRef, ref: str) -> VersionContent:
    """Answer 404 for what is no version of this file, 410 for what was one."""
    changes = services().file_changes
    if ref in {_DEFAULT, _NOW}:
        present = changes.present(file)
        content = present.content if ref == _NOW else changes.default_content(file, present)
        return VersionContent(ref, None, content, present.failure)
    version_id = int(ref) if ref.isdecimal() and len(ref) < 11 else 0
    version = next((version for version in changes.versions(file) if version.id == version_id), None)
    if version is None:
        if record := changes.describe_version(file, version_id):
            raise _VersionNotKept(file, record)
        abort(404)
    return VersionContent(ref, version, changes.content_of(file, version.id))
