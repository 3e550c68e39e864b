"""Changes of config files: read a file, keep an upload for review, and send it."""

import base64
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiError, ApiNotFound
from app.portal.domain.audit import Action, Intent
from app.portal.domain.files import FileVersion, MissingUpload, NewVersion, Origin, Upload, VersionRecord, digest
from app.portal.domain.refs import FileRef
from app.portal.models.config_file import ConfigFile
from app.portal.services.changes.executor import ChangeError, ChangeExecutor, Done
from app.portal.services.changes.reconciler import Reconciler
from app.portal.services.files.review import count_changed_lines
from app.portal.services.files.service import CUSTOM, DEFAULT, ConfigFiles
from app.portal.services.parts import read_part
from app.portal.services.paths import devices_path
from app.portal.store.change_parts import ChangeParts
from app.portal.store.file_transfers import FileTransfer, UploadClaim
from app.portal.store.file_versions import FileVersions
from app.portal.store.pending_uploads import PendingUploads

MOST_BYTES = 1 << 20  # of a file, at the platform


@dataclass(frozen=True)
class Present:
    """A file as it is at the platform, as far as it could be read. `source` is "" where it is not known.

    `content` is None where the backend cannot show it at all or, with a `failure`, not just now.
    """

    source: str
    content: bytes | None
    extended_capture: bool | None
    failure: ApiError | None = None

    @property
    def state(self) -> str:
        """Return a short text that differs for each state, for a form to carry."""
        return f"{self.source[:20]}:{'' if self.content is None else digest(self.content)}"

    def differs_from(self, state: str) -> bool:
        """Return True if the file is known to be otherwise than in a state."""
        pairs = zip(self.state.rpartition(":"), state.rpartition(":"), strict=True)
        return any(now and then and now != then for now, then in pairs)

    def is_unseen(self, state: str) -> bool:
        """Return True if the content was known in a state and is not now, so that nothing tells whether it changed."""
        return self.content is None and not state.endswith(":")


class FileEditConflict(ChangeError):
    """The file is no longer as its reader saw it, or nothing tells whether it is; `now` is how it is."""

    def __init__(self, now: Present) -> None:
        super().__init__("it was changed by someone else")
        self.now = now


class FileChanges:
    """The config files of devices as one user may change them."""

    def __init__(
        self,
        api: ApiClient,
        executor: ChangeExecutor,
        reconciler: Reconciler,
        files: ConfigFiles,
        versions: FileVersions,
        uploads: PendingUploads,
        username: str,
        now: Callable[[], datetime],
    ) -> None:
        self._api = api
        self._executor = executor
        self._reconciler = reconciler
        self._files = files
        self._versions = versions
        self._uploads = uploads
        self._username = username
        self._now = now

    def read(self, file: FileRef) -> tuple[ConfigFile, Present]:
        """Return a file, and its content as far as it can be read. Raises ApiError where not even the file can."""
        names = (file.group, file.device_name, file.file_format)
        self._api.begin(_path(file))
        self._api.begin((*_path(file), "content"))
        config_file, content = self._files.get(*names), read_part(lambda: self._files.content(*names))
        source, sha256 = config_file.known_source, None if content.value is None else digest(content.value)
        self._reconciler.observe_file(*names, source, sha256)
        return config_file, Present(source, content.value, config_file.extended_capture_enabled, content.failure)

    def present(self, file: FileRef) -> Present:
        """Raises ApiError where not even the file can be read."""
        return self.read(file)[1]

    def present_if_readable(self, file: FileRef) -> Present:
        """Raises ApiNotFound for a file that does not exist; of one that cannot be read, nothing is known."""
        part = read_part(lambda: self.present(file))
        if isinstance(part.failure, ApiNotFound):
            raise part.failure
        return part.value or Present("", None, None, part.failure)

    def default_content(self, file: FileRef, now: Present) -> bytes | None:
        """Return the type's template as last seen: the backend shows it only while the file is the default."""
        if now.source == DEFAULT:
            return now.content
        versions = self._versions.list_current_device_versions(file)
        newest = next((version.id for version in versions if version.source == DEFAULT and version.sha256), None)
        return None if newest is None else self._versions.content(file, newest)

    def versions(self, file: FileRef) -> Sequence[FileVersion]:
        """Newest first."""
        return self._versions.list_versions(file)

    def describe_version(self, file: FileRef, version_id: int) -> VersionRecord | None:
        """Return what is known of a version that may no longer be kept."""
        return self._versions.describe(file, version_id)

    def content_of(self, file: FileRef, version_id: int) -> bytes | None:
        return self._versions.content(file, version_id)

    def content_in_state(self, file: FileRef, now: Present, state: str, upload: Upload | None = None) -> bytes | None:
        """Return the content that the file had in a state; None if it is no longer known."""
        if state == now.state:
            return now.content
        if upload and state == upload.opened_state:
            return upload.opened
        versions = self._versions.list_versions(file)
        known = (row.id for row in versions if row.sha256 and state == f"{row.source}:{row.sha256}")
        version_id = next(known, None)
        return None if version_id is None else self._versions.content(file, version_id)

    def last_sent(self, file: FileRef, source: str) -> FileVersion | None:
        """Return the version to show in place of a content that the backend cannot show."""
        return self._versions.last_sent(file, source)

    def keep_upload(self, file: FileRef, upload: Upload) -> str:
        return self._uploads.keep(self._username, file, upload, self._now())

    def find_upload(self, file: FileRef, upload_id: str) -> Upload | None:
        return self._uploads.find(upload_id, self._username, file, self._now())

    def explain_missing_upload(self, file: FileRef, upload_id: str) -> MissingUpload:
        """Return why `find_upload` finds nothing."""
        return self._uploads.explain_missing(upload_id, self._username, file)

    def was_applied_before(self, file: FileRef) -> bool:
        """Return True if the form of this request changed a file of the device when it was sent before."""
        return self._executor.was_applied_before(Action.FILE, file.group, file.device_name)

    def apply(self, file: FileRef, upload_id: str, seen: str) -> Done[None] | None:
        """Send a kept upload, once; return None if it was sent before, or is no longer kept.

        `seen` is the state of the file that it was checked against. Raises FileEditConflict, ApiInvalid,
        ChangeInProgress, AuditUnavailable, OutcomeUnknown; after each but the last the upload can be sent again.
        """
        upload = self.find_upload(file, upload_id)
        if upload is None or upload.is_claimed:
            return None
        claim = UploadClaim(self._uploads, upload_id)
        try:
            return self._send(file, upload, seen, claim)
        except (ApiError, ChangeError):
            if not claim.is_ours and self._is_claimed(file, upload_id):
                return None  # the same form was sent twice
            raise

    def send(self, file: FileRef, content: bytes | None, seen: str, origin: Origin, detail: str) -> Done[None]:
        """Send a content that is no kept upload, None being the type's template; raises as `apply` does.

        `detail` says more of its origin, in words.
        """
        upload = Upload(origin=origin, detail=detail, content=content, opened=None, opened_state=seen)
        return self._send(file, upload, seen)

    def _send(self, file: FileRef, upload: Upload, seen: str, claim: UploadClaim | None = None) -> Done[None]:
        now = self.present(file)
        transfer = self._transfer(file, upload, now)
        _require_state(now, seen)
        return self._executor.execute(
            _intent(file, now, upload.content),
            lambda: self._put(file, upload.content, now, transfer),
            recheck=lambda: _require_state(self.present(file), seen),
            look=lambda: self._has_arrived(file, upload.content, now, transfer),
            part=ChangeParts([claim, transfer]) if claim else transfer,
        )

    def _is_claimed(self, file: FileRef, upload_id: str) -> bool:
        upload = self.find_upload(file, upload_id)
        return upload is not None and upload.is_claimed

    def _transfer(self, file: FileRef, upload: Upload, now: Present) -> FileTransfer:
        moment, content = self._now(), upload.content
        existing = NewVersion(
            origin=Origin.PRE_EXISTING, source=now.source, content=now.content, username=self._username, at=moment
        )
        pending = NewVersion(
            origin=Origin(upload.origin),
            detail=upload.detail,
            source=DEFAULT if content is None else CUSTOM,
            content=content,
            username=self._username,
            at=moment,
            lines=count_changed_lines(now.content, content),
        )
        is_seen = now.content is not None
        return FileTransfer(self._versions, file, existing if is_seen else None, pending)

    def _put(self, file: FileRef, content: bytes | None, before: Present, transfer: FileTransfer) -> None:
        """Send no URL back: those that the portal knows are masked."""
        body: dict[str, object] = {"fileSource": DEFAULT if content is None else CUSTOM}
        if before.extended_capture is not None:
            body["extendedCaptureEnabled"] = before.extended_capture
        if content is not None:
            body["fileContent"] = base64.b64encode(content).decode()
        self._api.put(_path(file), body)
        self._files.index_content(file, content)
        if content is None:
            with suppress(ApiError):
                self._has_arrived(file, content, before, transfer)

    def _has_arrived(
        self, file: FileRef, content: bytes | None, before: Present, transfer: FileTransfer
    ) -> bool | None:
        now = self.present(file)
        if content is None and now.source == DEFAULT and now.content is not None:
            # Another template than the one last seen, where types changed.
            transfer.seen = now.content, count_changed_lines(before.content, now.content)
        wanted = DEFAULT if content is None else CUSTOM
        if now.source and (content is None or now.source != CUSTOM):
            return now.source == wanted
        return None if content is None or now.content is None else now.content == content


def _path(file: FileRef) -> tuple[str, ...]:
    return devices_path(file.group, file.device_name, "config_files", file.file_format)


def _require_state(now: Present, seen: str) -> None:
    if now.differs_from(seen) or now.is_unseen(seen):
        raise FileEditConflict(now)


def _intent(file: FileRef, now: Present, content: bytes | None) -> Intent:
    before = _describe(file, now.source, now.content)
    after = _describe(file, DEFAULT if content is None else CUSTOM, content)
    return Intent(Action.FILE, file.group, file.device_name, before, after, needs_reboot=True)


def _describe(file: FileRef, source: str, content: bytes | None) -> dict[str, object]:
    """Return what the audit log keeps of a content; the transfer adds which version it is."""
    return {
        "file_format": file.file_format,
        "source": source,
        "sha256": None if content is None else digest(content),
        "bytes": None if content is None else len(content),
    }
