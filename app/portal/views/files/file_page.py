"""Parts that the pages of one file share: their URLs, the present version, the tags, the download."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from flask import Response, request, url_for
from werkzeug.http import dump_options_header

from app.portal.domain.files import FileVersion
from app.portal.domain.refs import FileRef, GroupRef
from app.portal.models.access_device import AccessDevice
from app.portal.services.files.changes import Present
from app.portal.services.files.service import DEFAULT
from app.portal.services.parts import read_part
from app.portal.services.tags.resolver import Resolution
from app.portal.web import errors
from app.portal.web.services import services

# What a file's name cannot hold on one system or another, or what hides the end of it.
_NOT_FOR_DISKS = re.compile(r'^[.\s]|[\x00-\x1f\x7f-\x9f"*/:<>?\\|\u200e\u200f\u2028-\u202e\u2066-\u2069]')

_LONGEST_QUERY = 200  # characters


def file_url(file: FileRef, endpoint: str, **values: Any) -> str:
    """Return the URL of one of the pages of a file."""
    names: dict[str, Any] = {"tenant": file.group.tenant_id, "group": file.group.group_id, "device": file.device_name}
    return url_for(f"files.{endpoint}", **names, file=file.file_format, **values)


def current_version(versions: Sequence[FileVersion], present: Present) -> FileVersion | None:
    """Return the newest version of this device that is what the platform has now.

    None for the default, and for what came from elsewhere.
    """
    if present.source == DEFAULT or present.content is None:
        return None
    own = [version for version in versions if not version.belongs_to_previous_device and version.sha256]
    same = [version for version in own if not present.differs_from(f"{version.source}:{version.sha256}")]
    return next(iter(same), None)


def content_and_version(file: FileRef, present: Present) -> tuple[bytes | None, FileVersion | None]:
    """Return the content and the version that it is; where the backend cannot show any, what the portal sent last."""
    changes = services().file_changes
    if present.content is not None:
        return present.content, current_version(changes.versions(file), present)
    last = changes.last_sent(file, present.source)
    return (changes.content_of(file, last.id), last) if last else (None, None)


def read_tags(group: GroupRef, device: AccessDevice) -> tuple[Resolution | None, str]:
    """Return what the tags stand for, or why nobody can tell: that keeps nobody from reading or changing a file."""
    part = read_part(lambda: services().tags.resolution(group, device))
    return part.value, errors.describe_part(part.failure) if part.failure else ""


def search_query() -> str:
    """Return what is searched for in the lines of the file; "" for nothing."""
    return request.args.get("find", "").strip()[:_LONGEST_QUERY]


def attachment(content: bytes, name: str) -> Response:
    """Return the bytes as a download that no browser shows, under a name that is safe on any disk."""
    name = _NOT_FOR_DISKS.sub("_", name)
    spelled = quote(name, safe="")
    plain = {"filename": name} if name.isascii() else {}
    disposition = dump_options_header("attachment", {**plain, "filename*": f"UTF-8''{spelled}"})
    return Response(content, mimetype="application/octet-stream", headers={"Content-Disposition": disposition})
