"""Signing in and out."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.password_hashing import HashingBusy
from app.portal.api.errors import ApiBusy
from app.portal.forms.sign_in import SignInForm
from app.portal.web import htmx, session, sign_in_redirect
from app.portal.web.access import public
from app.portal.web.context import portal
from app.portal.web.sign_in import SignInResult, count_own_jobs, sign_in, sign_out
from app.portal.web.urls import safe_redirect_target

blueprint = Blueprint("sign_in", __name__)

BUSY = "Too many people are signing in at the moment. Wait a few seconds, then enter your password again."
AGAIN = "Sign in again to renew your session at the platform. Your session in this portal is still there."
SESSION_OVER = "Your session ended. Sign in again to continue. Entries are kept, except passwords and files."
STALE = "This sign-in page was out of date. Enter your user name and password again."


@blueprint.route("/login", methods=["GET", "POST"])
@public
def login() -> ResponseReturnValue:
    user = session.current_user_or_none()
    if user and "again" not in request.args:  # where only the platform's session may have ended
        if "another" in request.args:
            return _show_who_is_signed_in()
        if request.method == "POST":
            return sign_in_redirect.repeat_sign_in()
        return sign_in_redirect.go_on(request.args.get("next"))
    form = SignInForm(next=request.args.get("next", ""), username=user.username if user else _chosen_demo_account())
    notice = _notice(is_signed_in=user is not None)
    if not form.validate_on_submit():
        return _show(form, 422 if form.errors else 200, notice=notice)
    try:
        result = sign_in(form.username.data or "", form.password.data or "")
    except (HashingBusy, ApiBusy):
        return _show(form, 429, notice=BUSY)
    if result is SignInResult.REFUSED:
        return _show(form, 401, refused=True)
    if result is SignInResult.CODE_NEEDED:
        return htmx.go(url_for("second_factor.enter_code", **sign_in_redirect.way_on(form.next.data)))
    return sign_in_redirect.go_on(form.next.data)


@blueprint.post("/logout")
@public
def logout() -> ResponseReturnValue:
    """Sign out; where jobs work with the session, only after a page that says so."""
    if "confirm" not in request.form and (jobs := count_own_jobs()):
        next_url = safe_redirect_target(request.form.get("next")) or ""
        has_account = bool(portal().settings.service_username)
        return htmx.render("sign_in/sign_out.html", jobs=jobs, next_url=next_url, has_service_account=has_account)
    sign_out()
    response = htmx.go(url_for("sign_in.login", next=safe_redirect_target(request.form.get("next"))))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'  # not cookies: the theme stays
    return response


def _notice(*, is_signed_in: bool) -> str | None:
    if is_signed_in:
        return AGAIN
    if sign_in_redirect.has_ended_session():
        return SESSION_OVER
    return STALE if "stale" in request.args else None


def _show_who_is_signed_in() -> ResponseReturnValue:
    next_url = safe_redirect_target(request.args.get("next")) or url_for("directory.index")
    return htmx.render("sign_in/signed_in.html", next_url=next_url)


def _show(form: SignInForm, status: int, notice: str | None = None, refused: bool = False) -> ResponseReturnValue:
    return htmx.render(
        "sign_in/page.html",
        status=status,
        form=form,
        demo_accounts=portal().demo_accounts,
        notice=notice,
        carried=sign_in_redirect.carried_args(),
        refused=refused,
    )


def _chosen_demo_account() -> str:
    """Return the account that the URL names, if it is one of the demo."""
    name = request.args.get("username", "")
    return name if name in dict(portal().demo_accounts) else ""
