"""Read the session cookie of a browser."""

from flask import Flask

from tests.support.client import Browser


def read_cookie(browser: Browser) -> str:
    cookie = browser.client.get_cookie("portal")
    assert cookie is not None
    return cookie.value


def read_session_token(app: Flask, value: str) -> str:
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # Flask's own
    return str(serializer.loads(value).get("_user_id", ""))
