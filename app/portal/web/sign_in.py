"""Signing in with a backend account, and out again."""

from flask import request
from flask_login import login_user

from app.portal.api.errors import ApiError, ApiInvalid, ApiUnauthenticated
from app.portal.services.sign_in import sign_in_to, sign_out_of
from app.portal.store.login_attempts import WINDOW
from app.portal.store.sessions import SignIn
from app.portal.web.context import portal
from app.portal.web.request_log import trace
from app.portal.web.session import (
    actor,
    actor_named,
    client_address,
    current_user,
    current_user_or_none,
    forget_browser,
    load_user,
)


def sign_in(username: str, password: str) -> bool:
    """Sign in with a backend account. Return False for wrong credentials and for a locked account alike.

    Raises ApiUnavailable and its subclasses where the backend gives no verdict, and HashingBusy.
    """
    attempt_id = portal().login_attempts.register(username, client_address(), portal().now())
    if attempt_id is None:
        portal().hasher.hash(password)  # a locked account must not answer faster than a wrong password
        portal().events.record_lockout(actor_named(username), portal().now(), WINDOW)
        return False
    client = portal().client({}, trace())
    try:
        account = sign_in_to(client, username, password)
    except (ApiUnauthenticated, ApiInvalid):
        portal().events.record_failed_sign_in(actor_named(username), portal().now())
        return False
    except ApiError:
        portal().login_attempts.discard(attempt_id)
        raise
    portal().login_attempts.discard(attempt_id)
    forget_browser()
    token, surplus = portal().sessions.start(
        SignIn(
            username=username,
            level=account.level,
            tenant_id=account.ids.tenant_id,
            group_id=account.ids.group_id,
            must_change_password=account.profile.must_change_password,
            backend_cookies=client.authentication.cookies,
            address=client_address(),
            browser=request.headers.get("User-Agent", ""),
        ),
        portal().now(),
    )
    login_user(load_user(token))
    user = current_user()
    portal().events.record_sign_in(actor(user), user.group, portal().now())
    portal().events.record_ended_sessions(actor(user), user.group, surplus, portal().now())
    return True


def count_own_jobs() -> int:
    """Return how many jobs work with the session of this request."""
    user = current_user_or_none()
    return portal().jobs.store.count_working(user.session_id) if user else 0


def sign_out() -> None:
    """End the session here and, as far as it answers, at the backend."""
    user = current_user_or_none()
    if user is not None:
        sign_out_of(portal().client(user.row.backend_cookies or {}, trace()))
        portal().jobs.store.withdraw_session(user.session_id)
        portal().events.record_sign_out(actor(user), user.group, portal().now())
    forget_browser()
