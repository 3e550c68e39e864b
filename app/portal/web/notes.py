"""The note on a change: why its user makes it. Every form that changes something has the field."""

from flask import Flask, request

from app.portal.domain.audit import MOST_OF_NOTE
from app.portal.services.masking import SECRETS, mask_note
from app.portal.web.sign_in_redirect import draft_fields

_FIELD = "note"


def init_app(app: Flask) -> None:
    app.jinja_env.globals["typed_note"] = _typed_note
    app.jinja_env.globals["most_of_note"] = MOST_OF_NOTE


def read_note() -> str:
    """Return the note of this request's form, without the secrets that it or the form holds; "" for none."""
    secrets = [request.form.get(name, "") for name in SECRETS]
    return mask_note(" ".join(request.form.get(_FIELD, "").split()), secrets)


def _typed_note() -> str:
    """Return the note as it was typed, for a form that is shown again."""
    fields = request.form if request.method == "POST" else draft_fields()
    return fields.get(_FIELD, "") if fields else ""
