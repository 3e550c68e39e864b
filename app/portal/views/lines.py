"""The lines of a device, and the board on which they are moved."""

from typing import Any

from flask import Blueprint, abort, flash, g, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.portal.api.errors import ApiConflict, ApiError, ApiInvalid
from app.portal.domain.audit import Action
from app.portal.domain.roles import Permission
from app.portal.domain.text import as_sentence
from app.portal.forms.lines import BoardSubmission, Opened, number, posted, sealed
from app.portal.models.access_device import AccessDevice
from app.portal.services.changes.executor import AuditUnavailable, ChangeInProgress, OutcomeUnknown
from app.portal.services.lines.board import Board, read_sort
from app.portal.services.lines.conflict import conflict
from app.portal.services.lines.editing import Edited, edited
from app.portal.services.lines.rules import refusal
from app.portal.services.lines.service import (
    ImpossibleOrderError,
    LinesEditConflict,
    ports_of,
    read_only_reason,
    rules_of,
)
from app.portal.services.lines.words import meanings
from app.portal.views.device_page import device_page_context
from app.portal.views.devices.changing import FOUND_BY_READING, NOTHING_DIFFERENT
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.context import portal
from app.portal.web.services import services
from app.portal.web.session import current_user
from app.portal.web.sign_in_redirect import draft_fields

blueprint = Blueprint(
    "lines", __name__, url_prefix="/tenants/<name:tenant>/groups/<name:group>/devices/<name:device>/lines"
)


@blueprint.get("/")
@requires(Permission.DEVICE_VIEW)
def index(tenant: str, group: str, device: str) -> ResponseReturnValue:
    return _open()


def _open() -> ResponseReturnValue:
    device = _device()
    found = services().devices.get(g.group_ref, device)
    opened = Opened(portal().now(), _url(), found.ports_total, services().lines.get(g.group_ref, device))
    sort, q = read_sort(request.args.get("sort", "")), request.args.get("q", "").strip()
    return _show(opened, Board(opened.users, opened.ports, ports_of(opened.users), {}, sort=sort, q=q), found=found)


@blueprint.route("/order", methods=["GET", "POST"])
@requires(Permission.LINES_EDIT)
def save(tenant: str, group: str, device: str) -> ResponseReturnValue:
    """Whatever is pressed on the board. A GET shows what was sent to it when the session ended."""
    form = request.form if request.method == "POST" else draft_fields()
    if form is None:
        return _open()
    sent = _read(form)
    users, ports = sent.opened.users, sent.opened.ports
    typed = {line: number(text) for line, text in sent.typed.items()}
    done = edited(users, ports, sent.shown, typed, sent.press.what, sent.press.line)
    if request.method == "POST" and sent.press.what == "save" and (done.verdicts or not done.unseen):
        return _save(sent, done)
    return _show(
        sent.opened,
        _board(sent, done),
        said=done.said,
        kept=request.method == "GET",
        unseen=sent.press.what == "save" and request.method == "POST",
        then_reboot=sent.then_reboot,
    )


def _save(sent: BoardSubmission, done: Edited) -> ResponseReturnValue:
    users, ports, device = sent.opened.users, sent.opened.ports, _device()
    try:
        if done.verdicts:
            raise ImpossibleOrderError(list(done.verdicts))
        saved = services().lines.save(g.group_ref, device, users, ports, done.order)
    except ImpossibleOrderError as impossible:
        return _show(
            sent.opened, _board(sent, Edited(done.order, impossible.verdicts)), 422, then_reboot=sent.then_reboot
        )
    except LinesEditConflict as changed:
        return _meet(sent, done, changed)
    except ChangeInProgress as other:
        return _show(sent.opened, _board(sent, done), 409, under_way=str(other), then_reboot=sent.then_reboot)
    except (ApiInvalid, ApiConflict) as error:
        verdicts = refusal(error, done.order, rules_of(users, ports))
        return _show(
            sent.opened, _board(sent, Edited(done.order, verdicts)), 422, refused=True, then_reboot=sent.then_reboot
        )
    if saved is None:
        flash(NOTHING_DIFFERENT, "ok")
        return htmx.go(_url())
    words = "The new order is saved."
    flash(words if saved.answer is not None else f"{words} {FOUND_BY_READING}", "ok")
    if sent.then_reboot and current_user().may(Permission.DEVICE_REBOOT):
        return htmx.go(_reboot(device))
    return htmx.go(_url())


def _reboot(device: str) -> str:
    """Ask for the reboot that makes a saved order real; where to look on from there."""
    try:
        services().devices.reboot(g.group_ref, device)
    except OutcomeUnknown as lost:
        flash(f"Whether it was asked to reboot is not known: {lost.cause.cause}. Look before you repeat it.", "warn")
    except AuditUnavailable:
        flash("It was not asked to reboot: the portal’s database cannot write just now. Ask again in a moment.", "warn")
    except ApiError as error:
        flash(as_sentence(f"It was not asked to reboot. The platform says: {error}"), "warn")
    else:
        return url_for("devices.rebooting", tenant=g.group_ref.tenant_id, group=g.group_ref.group_id, device=device)
    return _url()


def _meet(sent: BoardSubmission, done: Edited, changed: LinesEditConflict) -> ResponseReturnValue:
    """Show what somebody else did meanwhile beside what I was about to do; nothing was sent."""
    now = Opened(portal().now(), sent.opened.path, sent.opened.ports, changed.now)
    why = read_only_reason(changed.now)
    met = None if why else conflict(sent.opened.users, changed.now, done.order)
    if met and all(each.now == each.yours for each in met.differences):
        flash(NOTHING_DIFFERENT, "ok")  # both wanted the same, or nothing of mine is left
        return htmx.go(_url())
    found = services().devices.get(g.group_ref, _device())
    return htmx.render(
        "lines/conflict.html",
        status=409,
        **device_page_context(g.group_ref, found),
        **_addresses(),
        read_only_reason=why,
        met=met,
        opened="" if why else _seal(now),
        opened_at=sent.opened.at,
        saved=services().device_history.last_saved_since(sent.opened.at, g.group_ref, found.device_name, Action.LINES),
        then_reboot=sent.then_reboot,
    )


def _read(form: MultiDict[str, str]) -> BoardSubmission:
    try:
        return posted(form, _url(), portal().cipher.decrypt)
    except ValueError:
        abort(400)


def _board(sent: BoardSubmission, done: Edited) -> Board:
    users, ports = sent.opened.users, sent.opened.ports
    left = sent.typed if done.order == sent.shown and done.verdicts else {}
    return Board(users, ports, done.order, left, done.verdicts, read_sort(sent.sort), sent.q.strip())


def _show(
    opened: Opened, board: Board, status: int = 200, found: AccessDevice | None = None, **words: Any
) -> ResponseReturnValue:
    """The board; the fragment of it needs nothing of the backend, so that a move is answered at once."""
    asked = {
        "said": "",
        "kept": False,
        "unseen": False,
        "refused": False,
        "under_way": "",
        "then_reboot": False,
    } | words
    if found is None and not htmx.wants_fragment():
        found = services().devices.get(g.group_ref, _device())
    return htmx.render(
        "lines/page.html",
        "lines/_board.html",
        status=status,
        **(device_page_context(g.group_ref, found) if found else {}),
        **_addresses(),
        **asked,
        board=board,
        device_name=_device(),
        opened="" if board.read_only_reason else _seal(opened),
        opened_at=opened.at,
        meanings=meanings(opened.users),
    )


def _seal(opened: Opened) -> str:
    return sealed(opened, portal().cipher.encrypt)


def _addresses() -> dict[str, str]:
    return {
        "lines_url": _url(),
        "save_url": url_for(".save", **_at()),
        "reboot_url": url_for("devices.reboot", **_at()),
    }


def _at() -> dict[str, Any]:
    return dict(request.view_args or {})


def _url() -> str:
    return url_for(".index", **_at())


def _device() -> str:
    return str(_at()["device"])
