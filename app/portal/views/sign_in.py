"""Signing in and out."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.portal import htmx, identity, returning
from app.portal.access import public
from app.portal.addresses import local_address
from app.portal.context import portal
from app.portal.forms.sign_in import SignInForm

blueprint = Blueprint("sign_in", __name__)

SESSION_OVER = "Your session ended. Sign in again to go on where you were; what you typed is kept."


@blueprint.route("/login", methods=["GET", "POST"])
@public
def login() -> ResponseReturnValue:
    if identity.person():
        return redirect(url_for("directory.index"), 303)
    form = SignInForm(next=request.args.get("next", ""), username=_chosen_demo_account())
    notice = SESSION_OVER if returning.had_session() else None
    if not form.validate_on_submit():
        return _show(form, 422 if form.errors else 200, notice=notice)
    if not identity.sign_in(form.username.data or "", form.password.data or ""):
        return _show(form, 401, refused=True)
    return htmx.go(local_address(form.next.data) or url_for("directory.index"))


@blueprint.post("/logout")
@public
def logout() -> ResponseReturnValue:
    identity.sign_out()
    return htmx.go(url_for("sign_in.login"))


def _show(form: SignInForm, status: int, notice: str | None = None, refused: bool = False) -> ResponseReturnValue:
    return htmx.render(
        "sign_in/page.html",
        status=status,
        form=form,
        demo_accounts=portal().demo_accounts,
        notice=notice,
        refused=refused,
    )


def _chosen_demo_account() -> str:
    """The account that the address names, if it is one that everybody may know."""
    name = request.args.get("username", "")
    return name if name in dict(portal().demo_accounts) else ""
