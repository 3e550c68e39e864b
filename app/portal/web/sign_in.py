"""Signing in with a backend account, and out again."""

from collections.abc import Mapping
from enum import Enum, auto
from urllib.parse import urlsplit

from flask import request

from app import metrics
from app.portal.api.errors import ApiError, ApiInvalid, ApiUnauthenticated
from app.portal.models.sign_in_answer import SignInAnswer
from app.portal.services.sign_in import sign_in_to, sign_out_of
from app.portal.store.login_attempts import WINDOW
from app.portal.store.sessions import SignIn
from app.portal.web.context import portal
from app.portal.web.request_log import trace
from app.portal.web.second_factor import begin_step, must_enter_code, start_session
from app.portal.web.session import (
    actor,
    actor_named,
    client_address,
    current_user_or_none,
    forget_browser,
)


class SignInResult(Enum):
    """`REFUSED`: wrong credentials and a locked account alike. `CODE_NEEDED`: the password was right."""

    REFUSED = auto()
    CODE_NEEDED = auto()
    DONE = auto()


def sign_in(username: str, password: str) -> SignInResult:
    """Sign in with a backend account.

    Raises ApiUnavailable and its subclasses where the backend gives no verdict, and HashingBusy.
    """
    attempt_id = portal().login_attempts.register(username, client_address(), portal().now())
    if attempt_id is None:
        portal().hasher.hash(password)  # a locked account must not answer faster than a wrong password
        portal().events.record_lockout(actor_named(username), portal().now(), WINDOW)
        return _count("locked", SignInResult.REFUSED)
    client = portal().client({}, trace())
    try:
        account = sign_in_to(client, username, password)
    except (ApiUnauthenticated, ApiInvalid):
        portal().events.record_failed_sign_in(actor_named(username), portal().now())
        return _count("wrong", SignInResult.REFUSED)
    except ApiError:
        portal().login_attempts.discard(attempt_id)
        metrics.sign_in_attempts.labels("page", "no answer").inc()
        raise
    portal().login_attempts.discard(attempt_id)
    facts = _describe(username, account, client.authentication.cookies)
    if must_enter_code(facts):
        begin_step(facts)
        return _count("code needed", SignInResult.CODE_NEEDED)
    start_session(facts)
    return _count("signed in", SignInResult.DONE)


def _describe(username: str, account: SignInAnswer, cookies: Mapping[str, str]) -> SignIn:
    """Return the facts of a sign-in. A platform may take several spellings of a user name: its own id counts first."""
    platform = urlsplit(portal().backend_url).netloc
    return SignIn(
        username=username,
        level=account.level,
        tenant_id=account.ids.tenant_id,
        group_id=account.ids.group_id,
        must_change_password=account.profile.must_change_password,
        backend_cookies=cookies,
        address=client_address(),
        browser=request.headers.get("User-Agent", ""),
        account=f"{platform} {account.ids.user_id or username}".casefold(),
    )


def _count(outcome: str, result: SignInResult) -> SignInResult:
    metrics.sign_in_attempts.labels("page", outcome).inc()
    return result


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
