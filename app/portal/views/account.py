"""The person's own account: rights, sessions, theme."""

from dataclasses import dataclass
from datetime import datetime

import ua_parser
from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.portal.domain.roles import PERMISSIONS, Permission
from app.portal.store.tables import SessionRow
from app.portal.web import htmx
from app.portal.web.access import public, requires
from app.portal.web.context import portal
from app.portal.web.session import actor, current_user
from app.portal.web.templating import THEME_COOKIE, THEMES
from app.portal.web.urls import safe_redirect_target

blueprint = Blueprint("account", __name__)

RIGHTS = {
    Permission.DEVICE_VIEW: "See devices, search and export them",
    Permission.DEVICE_SEARCH: "Be told which device of any tenant has a MAC already",
    Permission.DEVICE_EDIT: "Change the settings of devices",
    Permission.LINES_EDIT: "Re-order the lines of devices",
    Permission.FILES_EDIT: "Change the configuration files of devices",
    Permission.DEVICE_REBOOT: "Reboot devices",
    Permission.DEVICE_CREATE: "Add devices",
    Permission.DEVICE_DELETE: "Delete devices",
    Permission.HISTORY_VIEW: "Read the history of what was changed",
    Permission.STAFF_MANAGE: "Name who is support, and end anyone’s sessions",
}
# No row has a larger number, and at a much larger one the database itself gives up.
SESSION = "<int(max=2147483647):session_id>"
_ONE_YEAR = 31_536_000


@dataclass(frozen=True)
class SignedInAt:
    """One of a person's sessions, in words."""

    id: int
    browser: str
    address: str
    signed_in_at: datetime
    seen_at: datetime


@blueprint.get("/account")
@requires(Permission.ACCOUNT_VIEW)
def show() -> ResponseReturnValue:
    user = current_user()
    mine = PERMISSIONS[user.role]
    return htmx.render(
        "account/page.html",
        may=[words for permission, words in RIGHTS.items() if permission in mine],
        may_not=[words for permission, words in RIGHTS.items() if permission not in mine],
        sessions=[signed_in_at(row) for row in portal().sessions.of(user.username, portal().now())],
        current=user.row.id,
    )


@blueprint.post(f"/account/sessions/{SESSION}/end")
@requires(Permission.ACCOUNT_VIEW)
def end_session(session_id: int) -> ResponseReturnValue:
    user = current_user()
    ended = portal().sessions.end(user.username, portal().now(), only=session_id)
    portal().events.sessions_ended(actor(user), user.group, ended, portal().now())
    flash("That session is ended." if ended else "That session was over already.", "ok")
    return htmx.go(url_for(".show"))


@blueprint.post("/account/sessions/end-others")
@requires(Permission.ACCOUNT_VIEW)
def end_others() -> ResponseReturnValue:
    user = current_user()
    ended = portal().sessions.end(user.username, portal().now(), but=user.row.id)
    portal().events.sessions_ended(actor(user), user.group, ended, portal().now())
    flash(f"{ended} other sessions are ended." if ended != 1 else "1 other session is ended.", "ok")
    return htmx.go(url_for(".show"))


def signed_in_at(row: SessionRow) -> SignedInAt:
    browser, system = ua_parser.parse_user_agent(row.browser), ua_parser.parse_os(row.browser)
    name = " ".join(filter(None, (browser.family, browser.major))) if browser else "An unnamed browser"
    on = f" on {system.family}" if system else ""
    return SignedInAt(row.id, name + on, row.address, row.signed_in_at, row.seen_at)


@blueprint.post("/account/theme")
@public
def theme() -> ResponseReturnValue:
    """Kept in a cookie, so that the first paint is right without a script."""
    response = redirect(safe_redirect_target(request.form.get("next")) or url_for("directory.index"), 303)
    if (chosen := request.form.get("theme")) in THEMES:
        secure = portal().settings.https
        response.set_cookie(THEME_COOKIE, chosen or "", max_age=_ONE_YEAR, secure=secure, samesite="Lax", httponly=True)
    return response
