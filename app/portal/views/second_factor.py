"""The second factor of the user's own account, and the page that asks for a code again."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, url_for
from flask.typing import ResponseReturnValue

from app.portal.domain.audit import Actor
from app.portal.domain.roles import Permission
from app.portal.forms.second_factor import CodeForm
from app.portal.web import htmx, sign_in_redirect
from app.portal.web.access import public, requires
from app.portal.web.second_factor import (
    confirm_session,
    draw,
    find_sign_in,
    finish_sign_in,
    forget_secret,
    is_required,
    second_factors,
    secret_to_set_up,
)
from app.portal.web.session import actor, actor_named, current_user

blueprint = Blueprint("second_factor", __name__)

WRONG_SETUP = "This is not the code of this key at this time. Enter the code that the app shows now."


@blueprint.route("/login/code", methods=["GET", "POST"])
@public
def enter_code() -> ResponseReturnValue:
    """Ask for a code after the password, or have a second factor set up where the role requires one."""
    waiting, way = find_sign_in(), sign_in_redirect.way_on(sign_in_redirect.next_arg())
    if waiting is None:
        return htmx.go(url_for("sign_in.login", **way))
    form, actor_of_step = CodeForm(), actor_named(waiting.username)
    if not second_factors().has(waiting.account):
        codes = _add(form, waiting.account, actor_of_step)
        if codes is None:
            return _render_set_up("sign_in/set_up.html", form, waiting.account, waiting.username, way=way)
        finish_sign_in(waiting)
        return htmx.render("sign_in/recovery_codes.html", codes=codes, next_url=url_for("sign_in.login", **way))
    if form.validate_on_submit():
        if second_factors().is_right(waiting.account, form.code.data or "", actor_of_step):
            finish_sign_in(waiting)
            return sign_in_redirect.go_on(way["next"])
        form.code.errors = [sign_in_redirect.WRONG_CODE]
    return htmx.render("sign_in/code.html", status=401 if form.errors else 200, form=form, way=way)


@blueprint.route("/account/second-factor", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_VIEW)
def show() -> ResponseReturnValue:
    """Show what there is, or set it up."""
    user, factors = current_user(), second_factors()
    if not user.row.account:  # signed in by an earlier release, which did not keep it
        return htmx.go(url_for("sign_in.login", again=1, next=url_for(".show")))
    if factors.has(user.row.account):
        return _show_factor(CodeForm(formdata=None))
    form = CodeForm()
    codes = _add(form, user.row.account, actor(user))
    if codes is None:
        return _render_set_up("second_factor/set_up.html", form, user.row.account, user.username)
    confirm_session()
    return _show_codes(codes)


@blueprint.post("/account/second-factor/remove")
@requires(Permission.ACCOUNT_VIEW)
def remove() -> ResponseReturnValue:
    refusal = _refuse_without_code()
    if refusal is not None:
        return refusal
    user = current_user()
    second_factors().remove(user.row.account or "", actor(user))
    if not is_required():
        flash("Second factor removed. Your password alone signs you in.", "ok")
    return htmx.go(url_for("account.show"))


@blueprint.post("/account/second-factor/recovery-codes")
@requires(Permission.ACCOUNT_VIEW)
def renew_codes() -> ResponseReturnValue:
    refusal = _refuse_without_code()
    if refusal is not None:
        return refusal
    user = current_user()
    return _show_codes(second_factors().renew_codes(user.row.account or "", actor(user)))


@blueprint.route("/account/confirm", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_VIEW)
def confirm() -> ResponseReturnValue:
    """Ask for a code, and go on to where it was needed."""
    form = CodeForm()
    if not second_factors().has(current_user().row.account):
        return sign_in_redirect.go_on_after_code()
    if form.validate_on_submit() and _is_right(form):
        confirm_session()
        return sign_in_redirect.go_on_after_code()
    args = {**sign_in_redirect.carried_args(), "next": sign_in_redirect.next_arg()}
    status = 422 if form.errors else 200
    return htmx.render("second_factor/confirm.html", status=status, form=form, args=args)


def _add(form: CodeForm, account: str, person: Actor) -> Sequence[str] | None:
    """Set up a factor with the form. Return its recovery codes; None where there is no code, or a wrong one."""
    if not form.validate_on_submit():
        return None
    codes = second_factors().add(account, secret_to_set_up(account), form.code.data or "", person)
    if codes is None:
        form.code.errors = [WRONG_SETUP]
    else:
        forget_secret()
    return codes


def _render_set_up(page: str, form: CodeForm, account: str, username: str, **context: Any) -> ResponseReturnValue:
    secret = secret_to_set_up(account)
    context |= {"form": form, "secret": secret, "qr_code": draw(secret, username)}
    return htmx.render(page, status=422 if form.errors else 200, **context)


def _refuse_without_code() -> ResponseReturnValue | None:
    """Return the answer where the account has no factor, or its right code was not entered with this act."""
    form = CodeForm()
    if not second_factors().has(current_user().row.account):
        return htmx.go(url_for(".show"))
    return None if form.validate_on_submit() and _is_right(form) else _show_factor(form)


def _is_right(form: CodeForm) -> bool:
    user = current_user()
    is_right = second_factors().is_right(user.row.account or "", form.code.data or "", actor(user))
    if not is_right:
        form.code.errors = [sign_in_redirect.WRONG_CODE]
    return is_right


def _show_factor(form: CodeForm) -> ResponseReturnValue:
    factor = second_factors().find(current_user().row.account or "")
    status = 422 if form.errors else 200
    return htmx.render("second_factor/page.html", status=status, form=form, factor=factor, is_required=is_required())


def _show_codes(codes: Sequence[str]) -> ResponseReturnValue:
    return htmx.render("second_factor/codes.html", codes=codes, next_url=url_for("account.show"))
