"""What the pages of one file share."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from flask import Response, g, request, url_for
from werkzeug.http import dump_options_header

from app.portal.api.errors import ApiError, ApiUnauthenticated
from app.portal.domain.files import FileVersion
from app.portal.domain.refs import FileRef
from app.portal.models.access_device import AccessDevice
from app.portal.services.files.changes import DEFAULT, Present
from app.portal.services.tags.resolver import Resolution
from app.portal.web import errors
from app.portal.web.services import services

# What a file's name cannot hold on one system or another, or what hides the end of it.
_NOT_FOR_DISKS = re.compile(r'^[.\s]|[\x00-\x1f\x7f-\x9f"*/:<>?\\|\u200e\u200f\u2028-\u202e\u2066-\u2069]')


def the_file() -> FileRef:
    """The file that the address names."""
    named: dict[str, str] = request.view_args or {}
    return FileRef(g.group_ref, named["device"], named["file"])


def url(endpoint: str, **values: Any) -> str:
    """The address of another page of the same file."""
    named = {name: (request.view_args or {})[name] for name in ("tenant", "group", "device", "file")}
    return url_for(f"files.{endpoint}", **named, **values)


def current_of(versions: Sequence[FileVersion], now: Present) -> FileVersion | None:
    """The newest version of this device that is what is there now; None for the default, and for what came from
    elsewhere."""
    if now.source == DEFAULT:
        return None
    own = (each for each in versions if not each.is_former)
    return next((each for each in own if f"{each.source}:{each.sha256 or ''}" == now.state), None)


def tags_of(device: AccessDevice) -> tuple[Resolution | None, str]:
    """What the tags stand for; or why that cannot be told, which keeps nobody from reading or changing a file."""
    try:
        return services().tags.resolution(g.group_ref, device), ""
    except ApiUnauthenticated:
        raise
    except ApiError as error:
        return None, errors.of(error).words


def attachment(content: bytes, name: str) -> Response:
    """The very bytes, to be kept and never to be shown by a browser; under a name that is safe on any disk."""
    name = _NOT_FOR_DISKS.sub("_", name)
    spelled = quote(name, safe="")
    plain = {"filename": name} if name.isascii() else {}
    disposition = dump_options_header("attachment", {**plain, "filename*": f"UTF-8''{spelled}"})
    return Response(content, mimetype="application/octet-stream", headers={"Content-Disposition": disposition})
