"""Forms that change a device: each has a token of its own, so that one that is sent twice is carried out once."""

import hashlib
import json
import secrets

from flask import Flask, request

FORM_TOKEN = "form_token"  # noqa: S105 - the name of a field


def init_app(app: Flask) -> None:
    app.jinja_env.globals["new_form_token"] = lambda: secrets.token_urlsafe(24)


def submission() -> str:
    """Return a hash of all that this request's form says; "" where it has no token.

    Whoever goes back in the browser and types something else sends another form. The token makes the hash tell
    nothing of a password.
    """
    if not request.form.get(FORM_TOKEN):
        return ""
    fields = sorted((name, value) for name, value in request.form.items(multi=True) if name != "csrf_token")
    return hashlib.sha256(json.dumps([request.path, fields]).encode()).hexdigest()
