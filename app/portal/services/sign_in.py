"""Signing in to the backend, and out of it."""

import contextlib

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiBroken, ApiError
from app.portal.models.sign_in_answer import SignInAnswer


def sign_in_to(api: ApiClient, username: str, password: str) -> SignInAnswer:
    """Raises ApiUnauthenticated for a wrong name or password; `api` then holds the session's cookies."""
    answer = api.post(("login",), {"username": username, "password": password}, type=SignInAnswer)
    if answer is None:
        raise ApiBroken("unreadable response")
    return answer


def sign_out_of(api: ApiClient) -> None:
    """End the backend's session. One that cannot be reached lets it run out by itself."""
    with contextlib.suppress(ApiError):
        api.post(("logout",), {})
