"""The user's own account: rights, sessions, theme."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.portal.domain.roles import Permission
from app.portal.services.devices.list_columns import COLUMNS_ARG
from app.portal.web import htmx
from app.portal.web.access import public, requires
from app.portal.web.context import portal
from app.portal.web.second_factor import second_factors
from app.portal.web.services import services
from app.portal.web.session import current_user
from app.portal.web.templating import THEME_COOKIE, THEMES
from app.portal.web.urls import safe_redirect_target

blueprint = Blueprint("account", __name__)

RIGHTS = {
    Permission.DEVICE_VIEW: "View and export devices",
    Permission.DEVICE_SELECT: "Select devices, to export or change many at once",
    Permission.INDEX_SEARCH: "Search devices, people and groups",
    Permission.JOBS_VIEW: "View jobs",
    Permission.JOBS_RUN: "Do the same to many devices",
    Permission.DEVICE_SEARCH: "See which device in any tenant uses a MAC address",
    Permission.DEVICE_EDIT: "Edit devices",
    Permission.LINES_EDIT: "Reorder lines",
    Permission.FILES_EDIT: "Change config files",
    Permission.DEVICE_REBOOT: "Reboot devices",
    Permission.DEVICE_CREATE: "Add devices",
    Permission.DEVICE_DELETE: "Delete devices",
    Permission.HISTORY_VIEW: "View history",
    Permission.STAFF_MANAGE: "Manage support staff and end any session",
}
# No row has a larger number, and at a much larger one the database itself gives up.
SESSION = "<int(max=2147483647):session_id>"
_ONE_YEAR = 31_536_000


@blueprint.get("/account")
@requires(Permission.ACCOUNT_VIEW)
def show() -> ResponseReturnValue:
    user = current_user()
    return htmx.render(
        "account/page.html",
        may=[words for permission, words in RIGHTS.items() if user.may(permission)],
        may_not=[words for permission, words in RIGHTS.items() if not user.may(permission)],
        sessions=services().accounts.own_sessions(),
        current=user.session_id,
        has_second_factor=second_factors().has(user.row.account),
    )


@blueprint.post("/account/columns")
@requires(Permission.ACCOUNT_VIEW)
def save_columns() -> ResponseReturnValue:
    """Keep the ticked columns of device lists, none for `reset`, and go back to the list."""
    services().list_columns.save(() if request.form.get("reset") else request.form.getlist(COLUMNS_ARG))
    return htmx.go(safe_redirect_target(request.form.get("next")) or url_for(".show"))


@blueprint.post(f"/account/sessions/{SESSION}/end")
@requires(Permission.ACCOUNT_VIEW)
def end_session(session_id: int) -> ResponseReturnValue:
    ended = services().accounts.end_own_session(session_id)
    flash("Session ended." if ended else "This session had already ended.", "ok")
    return htmx.go(url_for(".show"))


@blueprint.post("/account/sessions/end-others")
@requires(Permission.ACCOUNT_VIEW)
def end_others() -> ResponseReturnValue:
    ended = services().accounts.end_other_own_sessions()
    flash(f"{ended} other sessions ended." if ended != 1 else "1 other session ended.", "ok")
    return htmx.go(url_for(".show"))


@blueprint.post("/account/theme")
@public
def theme() -> ResponseReturnValue:
    """Keep it in a cookie, so that the first paint is right without a script."""
    response = redirect(safe_redirect_target(request.form.get("next")) or url_for("directory.index"), 303)
    if (chosen := request.form.get("theme")) in THEMES:
        secure = portal().settings.is_https
        response.set_cookie(THEME_COOKIE, chosen or "", max_age=_ONE_YEAR, secure=secure, samesite="Lax", httponly=True)
    return response
