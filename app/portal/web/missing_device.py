"""The page in place of a form whose device is gone: it shows the entries, which can become a new device."""

from collections.abc import Mapping
from urllib.parse import unquote

import msgspec
from flask import Response, request, url_for

from app.portal.domain.roles import Permission
from app.portal.forms.device import OpenedDevice
from app.portal.forms.lines import PORT_FIELD
from app.portal.models.access_device import EDITABLE_FIELDS
from app.portal.web import htmx
from app.portal.web.context import portal
from app.portal.web.device_frame import kept_frame
from app.portal.web.request_log import request_id
from app.portal.web.session import current_user
from app.portal.web.sign_in_redirect import draft_fields

_LABELS = {
    **{name: field.label for name, field in EDITABLE_FIELDS.items() if not field.is_secret},
    "content": "File content",
    "note": "Note",
}


def render_missing() -> Response | None:
    """Return the page that shows what was typed into the form of this request; None if there is nothing to show."""
    sent: Mapping[str, str] = (request.form if request.method == "POST" else draft_fields()) or {}
    typed = [(label, _words(name, text)) for name, text in sent.items() if text and (label := _label(name))]
    if not typed or "device" not in (request.view_args or {}) or htmx.wants_fragment():
        return None
    return htmx.render(
        "errors/missing.html",
        status=404,
        what="config file" if kept_frame() else "device",
        device_name=(request.view_args or {})["device"],
        typed=typed,
        add_url=_add_url(sent),
        request_id=request_id(),
    )


def _label(name: str) -> str:
    return f"Port of {name.removeprefix(PORT_FIELD)}" if name.startswith(PORT_FIELD) else _LABELS.get(name, "")


def _words(name: str, text: str) -> str:
    return EDITABLE_FIELDS[name].to_cell(text) if name in EDITABLE_FIELDS else text


def _add_url(sent: Mapping[str, str]) -> str | None:
    """Return the page that adds a device with these fields; None for who may not, and for other forms."""
    if request.endpoint not in {"devices.edit", "devices.replace"} or not current_user().may(Permission.DEVICE_CREATE):
        return None
    args = {name: value for name, value in (request.view_args or {}).items() if name != "device"}
    url = url_for("devices.new", **args)
    fields = {name: text for name, text in sent.items() if name in _LABELS}
    fields |= {"device_name": (request.view_args or {})["device"], "device_type": _device_type(sent)}
    draft_id = portal().saved_drafts.keep(current_user().username, unquote(url), list(fields.items()), portal().now())
    return f"{url}?draft={draft_id}"


def _device_type(sent: Mapping[str, str]) -> str:
    try:
        return msgspec.json.decode(sent.get("opened", ""), type=OpenedDevice).device_type
    except msgspec.DecodeError:
        return ""
