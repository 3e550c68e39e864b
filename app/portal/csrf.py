"""CSRF tokens that never look the same twice.

A compressed answer that quotes the address and holds a secret tells by its length how much of the one is found in
the other (BREACH), as long as the secret is the same in the next answer.
"""

from flask import Flask, g, session
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf

from app.portal.context import portal


class SealedCsrf(CSRFProtect):  # type: ignore[misc]  # published without types
    """Flask-WTF's tokens, encrypted anew for each answer."""

    def init_app(self, app: Flask) -> None:
        super().init_app(app)
        app.before_request(_seal)

    def _get_csrf_token(self) -> str | None:
        token: str | None = super()._get_csrf_token()
        return token and (portal().vault.open(token.encode()) or token)


def _seal() -> None:
    # Flask-WTF shows what it finds in `g`. A token that this answer is the first to hold needs no seal.
    if "csrf_token" in session:
        g.csrf_token = portal().vault.seal(generate_csrf()).decode()
