"""The versions of a file: all of them, one, the difference of two, and the way back to one."""

from dataclasses import dataclass

from flask import abort, g, request
from flask.typing import ResponseReturnValue

from app.portal.domain.files import FileVersion, Origin, Told, Upload
from app.portal.domain.refs import FileRef
from app.portal.domain.roles import Permission
from app.portal.lists.query import int_or_zero
from app.portal.services.files.marked import LINES_PER_PAGE, mark_part
from app.portal.services.files.review import review_contents
from app.portal.services.files.text import read_text
from app.portal.views.device_page import device_page_context
from app.portal.views.files.blueprint import blueprint
from app.portal.views.files.request_args import attachment, current_of, the_file, url
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.context import portal
from app.portal.web.services import services

_DEFAULT = "default"  # in addresses, in place of a version's id
_NOW = "now"


@blueprint.get("/<name:file>/versions/")
@requires(Permission.DEVICE_VIEW)
def versions(tenant: str, group: str, device: str, file: str) -> ResponseReturnValue:
    found = services().devices.get(g.group_ref, device)
    at = the_file()
    now = services().file_changes.present(at)
    kept = services().file_changes.versions(at)
    template = services().file_changes.default_content(at, now)
    return htmx.render(
        "files/versions.html",
        **device_page_context(g.group_ref, found),
        file=file,
        now=now,
        versions=kept,
        current=current_of(kept, now),
        default_size=None if template is None else len(template),
    )


@blueprint.get("/<name:file>/versions/<int(max=2147483647):version>/")
@requires(Permission.DEVICE_VIEW)
def version(tenant: str, group: str, device: str, file: str, version: int) -> ResponseReturnValue:
    found = services().devices.get(g.group_ref, device)
    one = _side(the_file(), str(version))
    text = None if one.content is None else read_text(one.content)
    return htmx.render(
        "files/version.html",
        **device_page_context(g.group_ref, found),
        file=file,
        version=one.version,
        content=one.content,
        text=text,
        part=mark_part(text, int_or_zero(request.args.get("from", "")) or 1, None, as_phone=False) if text else None,
        lines_per_page=LINES_PER_PAGE,
    )


@blueprint.get("/<name:file>/versions/<int(max=2147483647):version>/download")
@requires(Permission.DEVICE_VIEW)
def download(tenant: str, group: str, device: str, file: str, version: int) -> ResponseReturnValue:
    services().devices.get(g.group_ref, device)
    content = _side(the_file(), str(version)).content
    if content is None:
        abort(404)
    return attachment(content, file)


@blueprint.get("/<name:file>/difference")
@requires(Permission.DEVICE_VIEW)
def difference(tenant: str, group: str, device: str, file: str) -> ResponseReturnValue:
    found = services().devices.get(g.group_ref, device)
    at = the_file()
    left, right = _side(at, request.args.get("a", "")), _side(at, request.args.get("b", ""))
    return htmx.render(
        "files/difference.html",
        **device_page_context(g.group_ref, found),
        file=file,
        left=left,
        right=right,
        review=review_contents(left.content, right.content),
        unified=request.args.get("view") == "unified",
    )


@blueprint.post("/<name:file>/back")
@requires(Permission.FILES_EDIT)
def back(tenant: str, group: str, device: str, file: str) -> ResponseReturnValue:
    """Put an earlier version, or the default, in as if it were uploaded: on to the check page."""
    services().devices.get(g.group_ref, device)
    at, changes = the_file(), services().file_changes
    now = changes.present(at)
    asked = request.form.get("version", "")
    content, number = None, ""
    if asked != _DEFAULT:
        one = _side(at, asked)
        if one.content is None or one.version is None:
            abort(404)
        content, number = one.content, str(one.version.number)
    upload = Upload(
        origin=Origin.DEFAULT if content is None else Origin.BACK,
        detail=number,
        content=content,
        opened=now.content,
        opened_state=now.state,
    )
    return htmx.go(url("check", upload=changes.keep(at, upload)))


@dataclass(frozen=True)
class Side:
    """What an address names: a version, or the default; `content` is None where it is not known."""

    ref: str
    version: FileVersion | None
    content: bytes | None

    @property
    def words(self) -> str:
        if self.version:
            return f"Version {self.version.number}"
        return "The type’s default" if self.ref == _DEFAULT else "Now at the platform"


class _NoLongerKeptError(Exception):
    def __init__(self, told: Told) -> None:
        super().__init__("this version is no longer kept")
        self.told = told


@blueprint.errorhandler(_NoLongerKeptError)
def _no_longer_kept(error: _NoLongerKeptError) -> ResponseReturnValue:
    at, settings = the_file(), portal().settings
    return htmx.render(
        "files/gone.html",
        status=410,
        **device_page_context(at.group, services().devices.get(at.group, at.device_name)),
        file=at.file_format,
        told=error.told,
        most=settings.file_versions,
        days=settings.file_version_days,
    )


def _side(at: FileRef, ref: str) -> Side:
    """404 for what is no version of this file; 410 for what was one."""
    changes = services().file_changes
    if ref in {_DEFAULT, _NOW}:
        now = changes.present(at)
        return Side(ref, None, now.content if ref == _NOW else changes.default_content(at, now))
    version_id = int(ref) if ref.isdecimal() and len(ref) < 11 else 0
    found = next((each for each in changes.versions(at) if each.id == version_id), None)
    if found is None:
        if told := changes.told_of(at, version_id):
            raise _NoLongerKeptError(told)
        abort(404)
    return Side(ref, found, changes.content_of(at, found.id))
