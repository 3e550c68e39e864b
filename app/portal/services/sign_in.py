"""Signing in to the backend, and out of it."""

import contextlib

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiError
from app.portal.models.signed_in import SignedIn


def sign_in_to(api: ApiClient, username: str, password: str) -> SignedIn:
    """Raises ApiUnauthenticated for a wrong name or password; `api` then holds the session's cookies."""
    return api.post(("login",), {"username": username, "password": password}, type=SignedIn)


def sign_out_of(api: ApiClient) -> None:
    """End the backend's session. One that cannot be reached lets it run out by itself."""
    with contextlib.suppress(ApiError):
        api.post(("logout",), {})
