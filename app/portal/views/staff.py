"""Support roles and the sessions of every account, for system admins."""

from collections import Counter

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue

from app.portal.domain.roles import Permission
from app.portal.domain.step_up import StepUp
from app.portal.forms.staff import AccountForm, FactorOwnerForm, SupportForm
from app.portal.lists.query import read_text
from app.portal.views.account import SESSION
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.second_factor import second_factors
from app.portal.web.services import services
from app.portal.web.session import actor, current_user
from app.portal.web.sign_in_redirect import draft_fields, was_unsent

blueprint = Blueprint("staff", __name__)

_MOST = 100  # sessions on the page; the filter finds the others


@blueprint.get("/staff")
@requires(Permission.STAFF_MANAGE)
def show() -> ResponseReturnValue:
    services().accounts.require_system_admin()
    return _show(SupportForm(formdata=None))


@blueprint.route("/staff/support", methods=["GET", "POST"])
@requires(Permission.STAFF_MANAGE, step_up=StepUp.STAFF)
def name_support() -> ResponseReturnValue:
    """Give the role. A GET shows what was sent when the session had ended."""
    services().accounts.require_system_admin()
    if request.method != "POST":
        return _show(SupportForm(formdata=draft_fields()))
    user, form = current_user(), SupportForm()
    form.not_oneself(user.username)
    if not form.validate_on_submit():
        return _show(form, status=422)
    name = form.username.data or ""
    if services().support_roles.give(name, actor(user)):
        flash(f"Support role given to {name}. A provider account has it from the next page it opens.", "ok")
    else:
        flash(f"{name} already has the support role.", "ok")
    if doubt := services().accounts.doubt_support_role(name):
        flash(doubt, "warn")
    return _go_back()


@blueprint.route("/staff/support/end", methods=["GET", "POST"])
@requires(Permission.STAFF_MANAGE, step_up=StepUp.STAFF)
def end_support() -> ResponseReturnValue:
    """Ask first: who loses the support role is a system admin."""
    services().accounts.require_system_admin()
    is_question = request.method != "POST"
    asked_about = draft_fields() or request.args
    name = (read_text(asked_about, "username") if is_question else AccountForm().username.data) or ""
    if is_question and services().support_roles.has(name):
        sessions = services().accounts.count_sessions(name)
        return htmx.render(
            "staff/remove.html",
            nav="staff",
            username=name,
            sessions=sessions,
            q=read_text(asked_about),
            is_draft=was_unsent(),
        )
    if not is_question and services().support_roles.remove(name, actor(current_user())):
        flash(f"Support role removed from {name}. The account has its platform role again.", "ok")
    else:
        flash("This account does not have the support role.", "ok")
    return _go_back()


@blueprint.post(f"/staff/sessions/{SESSION}/end")
@requires(Permission.STAFF_MANAGE, step_up=StepUp.STAFF)
def end_session(session_id: int) -> ResponseReturnValue:
    services().accounts.require_system_admin()
    if session_id == current_user().session_id:
        flash("This is your current session. Sign out to end it.", "warn")
    elif username := services().accounts.end_session(session_id):
        flash(f"Session of {username} ended.", "ok")
    else:
        flash("This session had already ended.", "ok")
    return _go_back()


@blueprint.post("/staff/sessions/end")
@requires(Permission.STAFF_MANAGE, step_up=StepUp.STAFF)
def end_sessions() -> ResponseReturnValue:
    """End every session of one account, but for the one that asks."""
    services().accounts.require_system_admin()
    name = AccountForm().username.data or ""
    ended = services().accounts.end_sessions_of(name)
    flash(f"{ended} sessions of {name} ended." if ended != 1 else f"1 session of {name} ended.", "ok")
    return _go_back()


@blueprint.route("/staff/second-factor/remove", methods=["GET", "POST"])
@requires(Permission.STAFF_MANAGE, step_up=StepUp.STAFF)
def remove_second_factor() -> ResponseReturnValue:
    """Remove that of whoever lost the phone. A GET shows what was sent when a sign-in or a code was needed."""
    services().accounts.require_system_admin()
    if request.method != "POST":
        return _show(SupportForm(formdata=None), factor_form=FactorOwnerForm(formdata=draft_fields()))
    form = FactorOwnerForm()
    if not form.validate_on_submit():
        return _show(SupportForm(formdata=None), status=422, factor_form=form)
    name = form.owner.data or ""
    if second_factors().remove_of(name, actor(current_user())):
        flash(f"Second factor of {name} removed.", "ok")
    else:
        flash(f"{name} has no second factor.", "warn")
    return _go_back()


def _go_back() -> ResponseReturnValue:
    """Lead to the page with the filter that it had."""
    return htmx.go(url_for(".show", q=read_text(request.values) or None))


def _show(form: SupportForm, status: int = 200, factor_form: FactorOwnerForm | None = None) -> ResponseReturnValue:
    q = read_text(request.values)
    sessions, total = services().accounts.find_sessions(q, _MOST)
    current = current_user().session_id
    others = Counter(session.username for session in sessions if session.id != current)
    return htmx.render(
        "staff/page.html",
        "staff/_sessions.html",
        status=status,
        nav="staff",
        q=q,
        form=form,
        factor_form=factor_form or FactorOwnerForm(formdata=None),
        is_draft=was_unsent(),
        support=services().support_roles.list(),
        signed_in=sessions,
        total=total,
        others=others,
        current=current,
    )
