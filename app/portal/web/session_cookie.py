"""The session cookie: signed, and without a time.

Flask's own cookie carries the time of its signing, and a node whose clock is behind that of another refuses it. Its age
does not matter here: the session's row says how long it lives.
"""

from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import URLSafeSerializer


class UndatedSerializer(URLSafeSerializer):
    def loads(self, s: str | bytes, salt: str | bytes | None = None, max_age: object = None) -> Any:  # type: ignore[override]  # as Flask calls it
        return super().loads(s, salt)


class UndatedSessionCookie(SecureCookieSessionInterface):
    def __init__(self, secret_key: str) -> None:
        self._serializer = UndatedSerializer(
            secret_key,
            salt=self.salt,
            serializer=self.serializer,
            signer_kwargs={"key_derivation": self.key_derivation, "digest_method": self.digest_method},
        )

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        # A file is the same for everybody: with a session it would vary by the cookie, and be fetched for each anew.
        if request.path.startswith(f"{app.static_url_path}/"):
            return self.make_null_session(app)
        return super().open_session(app, request)

    def get_signing_serializer(self, app: Flask) -> Any:
        return self._serializer
