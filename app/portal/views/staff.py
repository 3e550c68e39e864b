"""Who is support, and who is signed in: what only system admins see and decide."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue

from app.portal.api.errors import ApiUnavailable
from app.portal.domain.roles import Permission
from app.portal.forms.staff import AccountForm, SupportForm
from app.portal.views.account import SESSION, SignedInAt, signed_in_at
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.context import portal
from app.portal.web.services import services
from app.portal.web.session import actor, current_user, group_of, role_of_session

blueprint = Blueprint("staff", __name__)

_MOST = 100  # sessions on the page; the filter finds the others


@dataclass(frozen=True)
class SignedIn:
    username: str
    role: str
    at: SignedInAt


@blueprint.get("/staff")
@requires(Permission.STAFF_MANAGE)
def show() -> ResponseReturnValue:
    _still_system_admin()
    return _show(SupportForm(formdata=None))


@blueprint.post("/staff/support")
@requires(Permission.STAFF_MANAGE)
def name_support() -> ResponseReturnValue:
    _still_system_admin()
    user, form = current_user(), SupportForm()
    form.not_oneself(user.username)
    if not form.validate_on_submit():
        return _show(form, status=422)
    name = form.username.data or ""
    if portal().support_accounts.add(name, user.username, portal().now()):
        portal().events.support_named(actor(user), name, portal().now())
        flash(f"{name} is named as support. An account of the provider’s own is it from the next page it opens.", "ok")
    else:
        flash(f"{name} is named as support already.", "ok")
    return htmx.go(url_for(".show"))


@blueprint.post("/staff/support/end")
@requires(Permission.STAFF_MANAGE)
def end_support() -> ResponseReturnValue:
    _still_system_admin()
    name, user = AccountForm().username.data or "", current_user()
    if portal().support_accounts.remove(name):
        portal().events.support_removed(actor(user), name, portal().now())
        flash(f"{name} is no longer support: the role is again what the platform says.", "ok")
    else:
        flash("That account was not support any more.", "ok")
    return htmx.go(url_for(".show"))


@blueprint.post(f"/staff/sessions/{SESSION}/end")
@requires(Permission.STAFF_MANAGE)
def end_session(session_id: int) -> ResponseReturnValue:
    _still_system_admin()
    user = current_user()
    row = None if session_id == user.row.id else portal().sessions.end_one(session_id, portal().now())
    if row is not None:
        portal().events.sessions_ended(actor(user), group_of(row), 1, portal().now(), of=row.username)
        flash(f"That session of {row.username} is ended.", "ok")
    elif session_id == user.row.id:
        flash("That is the session you are in. Sign out to end it.", "warn")
    else:
        flash("That session was over already.", "ok")
    return htmx.go(url_for(".show"))


@blueprint.post("/staff/sessions/end")
@requires(Permission.STAFF_MANAGE)
def end_sessions() -> ResponseReturnValue:
    """All of one account, but for the one that asks."""
    _still_system_admin()
    name, user = AccountForm().username.data or "", current_user()
    places = {group_of(row) for row in portal().sessions.of(name, portal().now())}
    ended = portal().sessions.end(name, portal().now(), but=user.row.id)
    for group_ref in places:
        portal().events.sessions_ended(actor(user), group_ref, ended, portal().now(), of=name)
    flash(f"{ended} sessions of {name} are ended." if ended != 1 else f"1 session of {name} is ended.", "ok")
    return htmx.go(url_for(".show"))


def _show(form: SupportForm, status: int = 200) -> ResponseReturnValue:
    q = request.args.get("q", "").strip()[:200]
    rows, total = portal().sessions.all(portal().now(), q, _MOST)
    current = current_user().row.id
    found = [SignedIn(row.username, str(role_of_session(row)), signed_in_at(row)) for row in rows]
    return htmx.render(
        "staff/page.html",
        "staff/_sessions.html",
        status=status,
        nav="staff",
        q=q,
        form=form,
        support=portal().support_accounts.all(),
        signed_in=found,
        total=total,
        ending=_to_end_at_once(found, total, current),
        current=current,
    )


def _to_end_at_once(found: Sequence[SignedIn], total: int, current: int) -> int:
    """How many sessions the one account has that all of them are of, but for the one that asks; 0 where they differ."""
    of_one = total == len(found) and len({each.username for each in found}) == 1
    return sum(each.at.id != current for each in found) if of_one else 0


def _still_system_admin() -> None:
    """Raise ApiUnauthenticated or ApiForbidden where this account is no system admin any more.

    The role was read when it signed in; of what the platform answers, only its search tells.
    """
    with suppress(ApiUnavailable):  # who is support and who is signed in is the portal's own
        services().mac_lookup.may_search()
