"""Changing a file: put in by upload or by editing, checked against what is there, then sent."""

from collections.abc import Mapping
from typing import Any

from flask import flash, request
from flask.typing import ResponseReturnValue

from app.portal.api.errors import ApiRefused
from app.portal.domain.files import MissingUpload, Upload
from app.portal.domain.refs import FileRef, GroupRef
from app.portal.domain.roles import Permission
from app.portal.domain.step_up import StepUp
from app.portal.domain.text import as_sentence
from app.portal.models.access_device import AccessDevice
from app.portal.services.changes.executor import ChangeNotSent, Done
from app.portal.services.files.changes import MOST_BYTES, FileEditConflict, Present
from app.portal.services.files.hints import find_hints
from app.portal.services.files.review import content_warning, review_contents
from app.portal.services.files.text import ConfigText, read_text
from app.portal.services.side_by_side import DeviceRead
from app.portal.views.device_page import device_page_context, read_device
from app.portal.views.files.blueprint import blueprint
from app.portal.views.files.file_page import current_version, file_url, read_tags
from app.portal.views.files.upload_form import UnusableUpload, read_upload, text_to_edit
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.errors import describe_part
from app.portal.web.services import reads, services
from app.portal.web.sign_in_redirect import draft_fields, was_unsent

_MOST_FORM_BYTES = 4 * MOST_BYTES  # on its way from a browser, Latin-1 doubles and so does each line end
_MAX_TAGS = 500  # listed beside the editor
_SENT = (
    "This change was already submitted and is not sent again. The history shows its outcome. "
    "To repeat it, upload or edit the file again."
)
_NO_LONGER_KEPT = {
    MissingUpload.EXPIRED: "Nothing was sent: uploads and edits are kept for one hour, and this one is no longer kept. "
    "Upload or edit the file again.",
    MissingUpload.DISPLACED: "Nothing was sent: this content was deleted because your newer uploads and edits took its "
    "space. Upload or edit the file again.",
}
_FOUND_BY_READING = "The platform did not confirm it, but the file shows the change."


@blueprint.route("/<name:file>/change", methods=["GET", "POST"])
@requires(Permission.FILES_EDIT, form_bytes=_MOST_FORM_BYTES)
@reads(DeviceRead.DETAIL, DeviceRead.FILE_AND_CONTENT, DeviceRead.TAGS)
def change(tenant: str, group: str, device: str, file: str) -> ResponseReturnValue:
    file_ref = FileRef(GroupRef(tenant, group), device, file)
    access_device = read_device(file_ref.group, device)
    changes = services().file_changes
    present = changes.present(file_ref)
    earlier = changes.find_upload(file_ref, request.values.get("upload", ""))
    base = text_to_edit(file_ref, present, earlier)
    refused: UnusableUpload | None = None
    if request.method == "POST":
        try:
            upload_id = changes.keep_upload(file_ref, read_upload(file_ref, present, earlier, base))
            return htmx.go(file_url(file_ref, "check", upload=upload_id))
        except UnusableUpload as error:
            refused = error
    kept = draft_fields()
    typed: Mapping[str, str] = (request.form if request.method == "POST" else kept) or {}
    return htmx.render(
        "files/change.html",
        status=422 if refused else 200,
        **device_page_context(file_ref.group, access_device),
        **(_editor_context(file_ref, access_device, base, typed) if base else {}),
        file=file,
        now=present,
        content_failure=describe_part(present.failure) if present.failure else "",
        base=base,
        opened=typed.get("opened") or (earlier.opened_state if earlier else present.state),
        upload=request.values.get("upload") if earlier else None,
        refused=refused,
        kept=bool(kept),
        most=MOST_BYTES,
    )


def _editor_context(file: FileRef, device: AccessDevice, base: ConfigText, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return what the editor shows: what was typed, else the text of the file, and the tags that can be inserted."""
    resolution, tags_failure = read_tags(file.group, device)
    tags = [tag for tag in resolution.tags if not tag.is_malformed] if resolution else []
    return {
        "text": typed.get("content", base.text),
        "setting_key": typed.get("setting_key", ""),
        "setting_value": typed.get("setting_value", ""),
        "tags": tags[:_MAX_TAGS],
        "more_tags": len(tags[_MAX_TAGS:]),
        "tags_failure": tags_failure,
    }


@blueprint.route("/<name:file>/check/<upload>", methods=["GET", "POST"])
@requires(Permission.FILES_EDIT, step_up=StepUp.FILES)
@reads(DeviceRead.DETAIL, DeviceRead.FILE_AND_CONTENT)
def check(tenant: str, group: str, device: str, file: str, upload: str) -> ResponseReturnValue:
    file_ref = FileRef(GroupRef(tenant, group), device, file)
    if request.method == "POST" and services().file_changes.was_applied_before(file_ref):
        _tell(file, device, Done(None))
        return htmx.go(file_url(file_ref, "versions"))
    access_device = read_device(file_ref.group, device)
    pending, present = services().file_changes.find_upload(file_ref, upload), None
    if pending is None:
        flash(_NO_LONGER_KEPT[services().file_changes.explain_missing_upload(file_ref, upload)], "warn")
        return htmx.go(file_url(file_ref, "change"))
    status, refused, seen = 200, "", pending.opened_state
    if request.method == "POST":
        seen = request.form.get("seen", "")
        try:
            done = services().file_changes.apply(file_ref, upload, seen)
        except FileEditConflict as conflict:
            status, present = 409, conflict.now
        except ChangeNotSent as other:
            status, refused = 409, str(other)
        except ApiRefused as error:
            status, refused = 422, as_sentence(f"Nothing was changed. The platform rejected the file: {error}")
        else:
            _tell(file, device, done)
            return htmx.go(file_url(file_ref, "versions"))
    if pending.is_claimed:
        flash(_SENT, "warn")
        return htmx.go(file_url(file_ref, "versions"))
    present = present or services().file_changes.present(file_ref)
    context = {"status": status, "refused": refused, "upload": upload, "is_draft": was_unsent()}
    return _show_check(file_ref, access_device, pending, present, seen, **context)


def _show_check(
    file: FileRef, device: AccessDevice, pending: Upload, present: Present, seen: str, **context: Any
) -> ResponseReturnValue:
    """Show what would change, and what others changed since the file was seen in the state `seen`."""
    changes = services().file_changes
    content = changes.default_content(file, present) if pending.content is None else pending.content
    was_changed, as_phone = present.differs_from(seen), request.args.get("as") == "phone"
    tags = read_tags(file.group, device)[0]
    return htmx.render(
        "files/check.html",
        **device_page_context(file.group, device),
        file=file.file_format,
        now=present,
        current=current_version(changes.versions(file), present),
        pending=pending,
        review=review_contents(present.content, content, tags, as_phone=as_phone),
        as_phone=as_phone and tags is not None,
        meanwhile=review_contents(changes.content_in_state(file, present, seen, pending), present.content)
        if was_changed
        else None,
        is_unseen=present.is_unseen(seen),
        content_failure=describe_part(present.failure) if present.failure else "",
        hints=[] if content is None else find_hints(file.file_format, device.device_type, content, read_text(content)),
        content_warning=None if pending.content is None else content_warning(pending.content),
        unified=request.args.get("view") == "unified",
        **context,
    )


def _tell(file: str, device: str, done: Done[None] | None) -> None:
    if done is None:
        return flash(_SENT, "warn")
    how = "" if done.is_confirmed else f" {_FOUND_BY_READING}"
    return flash(f"{file} of {device} updated.{how}", "ok")
