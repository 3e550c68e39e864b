"""The second factor in a request: sign-ins that wait for a code, the secret being set up, and codes asked for again."""

from dataclasses import replace

from flask import session
from flask_login import login_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.portal.domain.step_up import CONFIRMED_FOR, ROLE_NAMES, StepUp
from app.portal.services.second_factor.codes import draw_qr_code, make_secret
from app.portal.services.second_factor.service import SecondFactors
from app.portal.store.sessions import SignIn
from app.portal.web import sign_in_redirect
from app.portal.web.context import portal
from app.portal.web.encrypted_fields import decrypt_field, encrypt_field
from app.portal.web.session import actor, current_user, forget_browser, load_user, needs_second_factor

_STEP, _SECRET = "sign_in_step", "new_second_factor"  # in the browser's cookie


def second_factors() -> SecondFactors:
    return portal().second_factors


def must_enter_code(sign_in: SignIn) -> bool:
    """Return True if the account has a second factor, or its role requires one."""
    return second_factors().has(sign_in.account) or needs_second_factor(sign_in)


def begin_step(sign_in: SignIn) -> None:
    """Keep a sign-in whose password was right until a code is entered."""
    session[_STEP] = portal().sign_in_steps.keep(sign_in, portal().now())


def find_sign_in() -> SignIn | None:
    """Return the sign-in of this browser that waits for a code."""
    token = session.get(_STEP)
    return portal().sign_in_steps.find(token, portal().now()) if token else None


def finish_sign_in(sign_in: SignIn) -> None:
    """Start the session of a sign-in for which a right code was entered; once, however often that is sent."""
    if portal().sign_in_steps.claim(session.get(_STEP, "")):
        start_session(replace(sign_in, confirmed_at=portal().now()))


def start_session(sign_in: SignIn) -> None:
    """Start the session of a sign-in that has all it needs, in place of the one that this browser holds."""
    forget_browser()
    token, surplus = portal().sessions.start(sign_in, portal().now())
    login_user(load_user(token))
    user = current_user()
    portal().events.record_sign_in(actor(user), user.group, portal().now())
    portal().events.record_ended_sessions(actor(user), user.group, surplus, portal().now())


def confirm_session() -> None:
    """Note that a code was entered in the session of this request."""
    portal().sessions.confirm(current_user().session_id, portal().now())


def secret_to_set_up(account: str) -> str:
    """Return the same secret for each request of this browser: it may have been scanned already."""
    kept = decrypt_field(session.get(_SECRET, "").encode())
    if isinstance(kept, list) and kept[0] == account:
        return str(kept[1])
    secret = make_secret()
    session[_SECRET] = encrypt_field([account, secret]).decode()
    return secret


def draw(secret: str, username: str) -> Markup:
    """Return the picture that an authenticator app scans."""
    return Markup(draw_qr_code(secret, username))  # noqa: S704 - paths and numbers only


def forget_secret() -> None:
    session.pop(_SECRET, None)


def must_confirm(act: StepUp) -> bool:
    """Return True if whoever has a second factor has to enter a code again before this act."""
    row = current_user().row
    if act not in portal().settings.step_up or not second_factors().has(row.account):
        return False
    return row.confirmed_at is None or portal().now() - row.confirmed_at >= CONFIRMED_FOR


def ask_for_code(act: StepUp | None) -> Response | None:
    """Lead to the page that asks for a code and back, where the act needs one."""
    return sign_in_redirect.redirect_to_confirm() if act is not None and must_confirm(act) else None


def is_required() -> bool:
    """Return True if the role of the signed-in user requires a second factor."""
    return ROLE_NAMES.get(current_user().role) in portal().settings.second_factor
