"""Changing a file: put in by upload or by editing, checked against what is there, then sent."""

from collections.abc import Mapping

from flask import flash, g, request
from flask.typing import ResponseReturnValue

from app.portal.api.errors import ApiConflict, ApiInvalid
from app.portal.domain.roles import Permission
from app.portal.domain.text import as_sentence
from app.portal.services.changes.executor import ChangeInProgress, Done
from app.portal.services.files.changes import MOST_BYTES, FileEditConflict
from app.portal.services.files.review import content_warning, review_contents
from app.portal.views.device_page import device_page_context
from app.portal.views.files.blueprint import blueprint
from app.portal.views.files.request_args import current_of, tags_of, the_file, url
from app.portal.views.files.upload_form import NotTakenError, edited, text_to_edit, uploaded
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.services import services
from app.portal.web.sign_in_redirect import draft_fields

_MOST_FORM_BYTES = 4 * MOST_BYTES  # on its way from a browser, Latin-1 doubles and so does each line end
_SENT = (
    "It was sent already, or was about to be, and is not sent a second time. The history says what became of it; "
    "to repeat it, put it in anew."
)
_NO_LONGER_KEPT = "What you had put in is kept for an hour, and that is over. Nothing was sent; put it in again."
_FOUND_BY_READING = "The answer got lost on the way, but reading the file again shows it."


@blueprint.route("/<name:file>/change", methods=["GET", "POST"])
@requires(Permission.FILES_EDIT, form_bytes=_MOST_FORM_BYTES)
def change(tenant: str, group: str, device: str, file: str) -> ResponseReturnValue:
    found = services().devices.get(g.group_ref, device)
    at = the_file()
    now = services().file_changes.present(at)
    earlier = services().file_changes.kept(at, request.values.get("upload", ""))
    base = text_to_edit(at, now, earlier)
    refused: NotTakenError | None = None
    if request.method == "POST":
        try:
            upload = uploaded(at, now, earlier) if "chosen" in request.files else edited(at, now, earlier, base)
            return htmx.go(url("check", upload=services().file_changes.keep(at, upload)))
        except NotTakenError as error:
            refused = error
    kept = draft_fields()
    typed: Mapping[str, str] = (request.form if request.method == "POST" else kept) or {}
    return htmx.render(
        "files/change.html",
        status=422 if refused else 200,
        **device_page_context(g.group_ref, found),
        file=file,
        now=now,
        base=base,
        text=typed.get("content", base.text if base else ""),
        opened=typed.get("opened") or (earlier.opened_state if earlier else now.state),
        upload=request.values.get("upload") if earlier else None,
        refused=refused,
        kept=kept is not None,
        most=MOST_BYTES,
    )


@blueprint.route("/<name:file>/check/<upload>", methods=["GET", "POST"])
@requires(Permission.FILES_EDIT)
def check(tenant: str, group: str, device: str, file: str, upload: str) -> ResponseReturnValue:
    found = services().devices.get(g.group_ref, device)
    changes, at = services().file_changes, the_file()
    mine, now = changes.kept(at, upload), None
    if mine is None:
        flash(_NO_LONGER_KEPT, "warn")
        return htmx.go(url("change"))
    status, refused, seen = 200, "", mine.opened_state
    if request.method == "POST":
        seen = request.form.get("seen", "")
        try:
            done = changes.apply(at, upload, seen)
        except FileEditConflict as changed:
            status, now = 409, changed.now
        except ChangeInProgress as other:
            status, refused = 409, str(other)
        except (ApiInvalid, ApiConflict) as error:
            status, refused = 422, f"{as_sentence(f'The platform refused: {error}')} Nothing was changed."
        else:
            _tell(file, device, done)
            return htmx.go(url("versions"))
    if mine.taken:
        flash(_SENT, "warn")
        return htmx.go(url("versions"))
    now = now or changes.present(at)
    content = changes.default_content(at, now) if mine.content is None else mine.content
    return htmx.render(
        "files/check.html",
        status=status,
        **device_page_context(g.group_ref, found),
        file=file,
        now=now,
        current=current_of(changes.versions(at), now),
        mine=mine,
        upload=upload,
        refused=refused,
        review=review_contents(now.content, content, tags_of(found)[0]),
        meanwhile=None if seen == now.state else review_contents(changes.as_seen(at, now, seen, mine), now.content),
        content_warning=None if mine.content is None else content_warning(mine.content),
        unified=request.args.get("view") == "unified",
    )


def _tell(file: str, device: str, done: Done[bool] | None) -> None:
    if done is None:
        return flash(_SENT, "warn")
    how = "" if done.answer else f" {_FOUND_BY_READING}"
    return flash(f"{file} is sent for {device}. The phone takes it when it reboots.{how}", "ok")
