"""CSRF tokens that never look the same twice.

The length of a compressed answer that quotes the URL and holds a secret tells how much of the secret the URL
repeats (BREACH), as long as the secret is the same in the next answer.
"""

from functools import lru_cache
from typing import cast

from flask import Flask, g, session
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf

from app.portal.web.encrypted_fields import decrypt_field, encrypt_field


class EncryptedCsrf(CSRFProtect):  # type: ignore[misc]  # published without types
    """Flask-WTF's tokens, encrypted anew for each answer."""

    def init_app(self, app: Flask) -> None:
        super().init_app(app)
        app.before_request(_encrypt)
        app.jinja_env.globals["csrf_token"] = token_of_answer

    def _get_csrf_token(self) -> str | None:
        token: str | None = super()._get_csrf_token()
        decrypted = decrypt_field(token.encode()) if token else None
        return decrypted if isinstance(decrypted, str) else token  # another field of ours holds something else


def token_of_answer() -> str:
    """Return what Flask-WTF would, which looks at its settings first, for each form of a page."""
    return cast(str, g.get("csrf_token") or generate_csrf())


def _encrypt() -> None:
    # Flask-WTF shows what it finds in `g`. A token that this answer is the first to hold needs no encryption.
    if "csrf_token" in session:
        g.csrf_token = encrypt_field(_sign(session["csrf_token"])).decode()


@lru_cache(maxsize=1024)
def _sign(_token: str) -> str:
    """Return what Flask-WTF makes of the session's token, which it takes from there by itself."""
    return cast(str, generate_csrf())
