"""CSRF tokens that never look the same twice.

A compressed answer that quotes the address and holds a secret tells by its length how much of the one is found in
the other (BREACH), as long as the secret is the same in the next answer.
"""

from flask import Flask, g, session
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf

from app.portal.web.context import portal


class EncryptedCsrf(CSRFProtect):  # type: ignore[misc]  # published without types
    """Flask-WTF's tokens, encrypted anew for each answer."""

    def init_app(self, app: Flask) -> None:
        super().init_app(app)
        app.before_request(_encrypt)

    def _get_csrf_token(self) -> str | None:
        token: str | None = super()._get_csrf_token()
        return token and (portal().cipher.decrypt(token.encode()) or token)


def _encrypt() -> None:
    # Flask-WTF shows what it finds in `g`. A token that this answer is the first to hold needs no encryption.
    if "csrf_token" in session:
        g.csrf_token = portal().cipher.encrypt(generate_csrf()).decode()
