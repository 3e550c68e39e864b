"""The lines of a device, and the board on which they are moved."""

from typing import Any

from flask import Blueprint, abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from msgspec.structs import replace
from werkzeug.datastructures import MultiDict

from app.portal.api.errors import ApiError, ApiRefused
from app.portal.domain.audit import Action
from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Permission
from app.portal.domain.text import as_sentence
from app.portal.forms.lines import BoardSubmission, OpenedLines, encrypt_board_state, read_submission
from app.portal.models.access_device import AccessDevice
from app.portal.services.changes.executor import AuditUnavailable, ChangeNotSent, OutcomeUnknown
from app.portal.services.lines.board import Board, read_sort
from app.portal.services.lines.conflict import compare_orders
from app.portal.services.lines.editing import BoardEdit, apply_edits
from app.portal.services.lines.rules import explain_refusal
from app.portal.services.lines.service import LinesEditConflict, ports_of, read_only_reason, rules_of
from app.portal.services.lines.terms import explain_terms
from app.portal.services.side_by_side import DeviceRead
from app.portal.views.device_page import device_page_context, read_device
from app.portal.views.devices.changing import FOUND_BY_READING, NOTHING_DIFFERENT
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.context import portal
from app.portal.web.encrypted_fields import decrypt_field, encrypt_field
from app.portal.web.services import reads, services
from app.portal.web.session import current_user
from app.portal.web.sign_in_redirect import draft_fields

blueprint = Blueprint(
    "lines", __name__, url_prefix="/tenants/<name:tenant>/groups/<name:group>/devices/<name:device>/lines"
)


@blueprint.get("/")
@requires(Permission.DEVICE_VIEW)
@reads(DeviceRead.DETAIL, DeviceRead.LINES)
def index(tenant: str, group: str, device: str) -> ResponseReturnValue:
    return _open_board(GroupRef(tenant, group), device)


@blueprint.route("/order", methods=["GET", "POST"])
@requires(Permission.LINES_EDIT)
def save(tenant: str, group: str, device: str) -> ResponseReturnValue:
    """Do what is pressed on the board. A GET shows what was sent to it when the session ended."""
    group_ref, is_draft = GroupRef(tenant, group), request.method != "POST"
    form = draft_fields() if is_draft else request.form
    if not form:
        return _open_board(group_ref, device)
    submission = _read_submission(group_ref, device, form)
    opened, action = submission.opened, submission.action
    edit = apply_edits(
        opened.users,
        opened.ports,
        submission.displayed_order,
        submission.typed_ports,
        action.name,
        action.line,
    )
    is_save = action.name == "save" and not is_draft
    if is_save and (edit.violations or not edit.unconfirmed_moves):
        return _save_order(group_ref, device, submission, edit)
    notice = "draft" if is_draft else "unconfirmed" if is_save else ""
    return _show_edit(group_ref, device, submission, edit, notice=notice, edit_announcement=edit.announcement)


def _open_board(group: GroupRef, device_name: str) -> ResponseReturnValue:
    device = read_device(group, device_name)
    users = services().lines.get(group, device_name)
    path = _url(".index", group, device_name).partition("?")[0]
    can_be_rebooted = device_page_context(group, device)["can_be_rebooted"]
    opened = OpenedLines(portal().now(), path, device.ports_total, users, can_be_rebooted)
    sort, q = read_sort(request.args.get("sort", "")), request.args.get("q", "").strip()
    board = Board(users, opened.ports, ports_of(users), {}, sort=sort, q=q)
    return _render_board(group, device_name, opened, board, device=device)


def _save_order(group: GroupRef, device: str, submission: BoardSubmission, edit: BoardEdit) -> ResponseReturnValue:
    users, ports = submission.opened.users, submission.opened.ports
    if edit.violations:
        return _show_edit(group, device, submission, edit, 422)
    try:
        saved = services().lines.save(group, device, users, ports, edit.order)
    except LinesEditConflict as conflict:
        return _show_conflict(group, device, submission, edit, conflict)
    except ChangeNotSent as error:
        return _show_edit(group, device, submission, edit, 409, in_progress=str(error))
    except ApiRefused as error:
        violations = explain_refusal(error, edit.order, rules_of(users, ports))
        return _show_edit(group, device, submission, BoardEdit(edit.order, violations), 422, notice="refused")
    if saved is None:
        flash(NOTHING_DIFFERENT, "ok")
        return htmx.go(_url(".index", group, device))
    message = f"Line order of {device} updated."
    flash(message if saved.is_confirmed else f"{message} {FOUND_BY_READING}", "ok")
    if submission.then_reboot and current_user().may(Permission.DEVICE_REBOOT):
        return htmx.go(_url(_request_reboot(group, device), group, device))
    return htmx.go(_url(".index", group, device))


def _request_reboot(group: GroupRef, device: str) -> str:
    """Request the reboot that makes a saved order take effect; return the endpoint to go on to."""
    try:
        services().devices.reboot(group, device)
    except OutcomeUnknown as lost:
        flash(f"Reboot status unknown: {lost.cause.cause}. Check the device before trying again.", "warn")
    except AuditUnavailable:
        flash("Reboot not requested: the portal’s database is not available. Try again in a moment.", "warn")
    except ApiError as error:
        flash(as_sentence(f"Reboot not requested. Reason: {error}"), "warn")
    else:
        return "devices.rebooting"
    return ".index"


def _show_conflict(
    group: GroupRef, device_name: str, submission: BoardSubmission, edit: BoardEdit, conflict: LinesEditConflict
) -> ResponseReturnValue:
    """Show what somebody else did meanwhile beside what was wanted; nothing was sent."""
    opened = submission.opened
    now = replace(opened, at=portal().now(), users=conflict.now)
    reason = read_only_reason(conflict.now)
    comparison = None if reason else compare_orders(opened.users, conflict.now, edit.order)
    if comparison and all(line.now == line.yours for line in comparison.conflicts):
        flash(NOTHING_DIFFERENT, "ok")  # both wanted the same, or nothing of what was wanted is left
        return htmx.go(_url(".index", group, device_name))
    device = read_device(group, device_name)
    return htmx.render(
        "lines/conflict.html",
        status=409,
        **device_page_context(group, device),
        read_only_reason=reason,
        comparison=comparison,
        opened="" if reason else encrypt_board_state(now, encrypt_field),
        opened_at=opened.at,
        saved=services().device_history.last_saved_since(opened.at, group, device_name, Action.LINES),
        then_reboot=submission.then_reboot,
    )


def _read_submission(group: GroupRef, device: str, form: MultiDict[str, str]) -> BoardSubmission:
    try:
        return read_submission(form, _url(".index", group, device).partition("?")[0], decrypt_field)
    except ValueError:
        abort(400)


def _show_edit(
    group: GroupRef, device: str, submission: BoardSubmission, edit: BoardEdit, status: int = 200, **context: Any
) -> ResponseReturnValue:
    opened = submission.opened
    is_unchanged = edit.order == submission.displayed_order
    typed = submission.typed if is_unchanged and edit.violations else {}
    sort, q = read_sort(submission.sort), submission.q.strip()
    board = Board(opened.users, opened.ports, edit.order, typed, edit.violations, sort, q)
    return _render_board(group, device, opened, board, status, then_reboot=submission.then_reboot, **context)


def _render_board(
    group: GroupRef,
    device_name: str,
    opened: OpenedLines,
    board: Board,
    status: int = 200,
    device: AccessDevice | None = None,
    **context: Any,
) -> ResponseReturnValue:
    """Render the board; the fragment of it needs nothing of the backend, so that a move is answered at once.

    `notice` names what is said above the board: "draft", "refused", "unconfirmed" or nothing.
    """
    if device is None and not htmx.wants_fragment():
        device = read_device(group, device_name)
    defaults = {"notice": "", "in_progress": "", "edit_announcement": "", "then_reboot": False}
    return htmx.render(
        "lines/page.html",
        "lines/_board.html",
        status=status,
        **(device_page_context(group, device) if device else {"can_be_rebooted": opened.can_be_rebooted}),
        **(defaults | context),
        board=board,
        device_name=device_name,
        opened="" if board.read_only_reason else encrypt_board_state(opened, encrypt_field),
        opened_at=opened.at,
        terms=explain_terms(opened.users),
    )


def _url(endpoint: str, group: GroupRef, device: str) -> str:
    return url_for(endpoint, tenant=group.tenant_id, group=group.group_id, device=device)
