"""Versions of configuration files, and uploads on their way to the platform."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from app.portal.domain.audit import Result

LineCounts = tuple[int, int]  # removed, added


class MissingUpload(StrEnum):
    """The reason why an upload is not kept; EXPIRED too for one that nobody knows."""

    EXPIRED = "expired"
    DISPLACED = "displaced"  # by newer ones of its user


class Origin(StrEnum):
    """The origin of a content."""

    UPLOAD = "upload"
    EDIT = "edit"
    ROLLBACK = "rollback"  # to an earlier version
    DEFAULT = "default"  # back to the type's template
    PRE_EXISTING = "pre_existing"  # it was there before the portal sent something


@dataclass(frozen=True, kw_only=True)
class FileVersion:
    """`number` counts from 1 for each file. `size` and `sha256` are None where the content is not known.

    `lines` counts the lines removed from and added to the content that it replaced; None where that is not known.
    `result` is APPLIED, or UNKNOWN where nothing tells yet whether it arrived.
    `belongs_to_previous_device`: another device had the name then; it was made or deleted through the portal since.
    `note` is that of the change that sent it.
    """

    id: int
    number: int
    at: datetime
    username: str
    origin: Origin
    detail: str
    source: str
    size: int | None
    sha256: str | None
    lines: LineCounts | None
    result: Result
    belongs_to_previous_device: bool
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class NewVersion:
    """A content that becomes a version of a file; None where it is not known."""

    origin: Origin
    source: str
    content: bytes | None
    username: str
    at: datetime
    detail: str = ""
    lines: LineCounts | None = None


@dataclass(frozen=True)
class VersionRecord:
    """The user who sent a version and when, or who replaced one that the portal had not sent."""

    username: str
    at: datetime
    is_pre_existing: bool


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A new content for a file. `content` None: the type's template.

    `opened` and `opened_state` are the file as its user saw it; `is_claimed`: it is being sent, or was.
    """

    origin: str
    detail: str
    content: bytes | None
    opened: bytes | None
    opened_state: str
    kept_at: datetime | None = None
    is_claimed: bool = False


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()
