"""Config files: the same content for each device, and the way back to the template of the type."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from app.portal.api.errors import ApiNotFound, ApiUnavailable, ApiUnsupported
from app.portal.domain.files import Origin
from app.portal.domain.jobs import ItemReason, Verdict
from app.portal.domain.refs import FileRef, GroupRef
from app.portal.models.access_device import AccessDevice
from app.portal.services.devices.history import DeviceHistory
from app.portal.services.devices.service import Devices
from app.portal.services.files.changes import FileChanges, FileEditConflict
from app.portal.services.files.hints import find_hints
from app.portal.services.files.review import ContentWarning, check_tags, content_warning, count_changed_lines
from app.portal.services.files.service import CUSTOM, ConfigFiles, ListedFile
from app.portal.services.files.text import read_text
from app.portal.services.history.entries import content_words
from app.portal.services.jobs.acts.act import ItemChanged, reason_of
from app.portal.services.jobs.acts.people import count_people
from app.portal.services.lines.service import Lines
from app.portal.services.parts import read_part
from app.portal.services.tags.service import Tags
from app.portal.store.jobs.outcomes import Preview
from app.portal.store.jobs.tables import JobItem

_MAC_TAG = "%BWMACADDRESS%"
_MOST_TAGS = 5  # named
_WARNINGS: Mapping[ContentWarning, str] = {
    ContentWarning.EMPTY: "The file is empty.",
    ContentWarning.LINES: "The file has too many lines to compare.",
    ContentWarning.PICTURE: "The file looks like a picture.",
    ContentWarning.ARCHIVE: "The file looks like an archive.",
    ContentWarning.PROGRAM: "The file looks like a document or a program.",
    ContentWarning.BINARY: "The file is not a text file.",
}


class FileSender:
    """Sends files for the items of one job, each while it is as the preview saw it."""

    def __init__(self, changes: FileChanges, history: DeviceHistory) -> None:
        self._changes = changes
        self._history = history

    def send(self, item: JobItem, file: FileRef, content: bytes | None, origin: Origin, detail: str) -> None:
        try:
            self._changes.send(file, content, item.seen["opened"]["state"], origin, detail)
        except FileEditConflict as conflict:
            raise self._explain(item, file) from conflict

    def _explain(self, item: JobItem, file: FileRef) -> ItemChanged:
        last = self._history.last_file_changes(file.group, file.device_name).get(file.file_format)
        is_newer = last is not None and last.at.isoformat() >= item.seen["at"]
        return ItemChanged(last.username, last.at.isoformat()) if last and is_newer else ItemChanged()


@dataclass(frozen=True)
class FilePlan:
    """The content for the file of this format. `detail`: where it comes from, for the versions of the file."""

    file_format: str
    content: bytes
    detail: str


class FileAct:
    def __init__(
        self,
        devices: Devices,
        lines: Lines,
        tags: Tags,
        changes: FileChanges,
        sender: FileSender,
        plan: FilePlan,
    ) -> None:
        self._devices = devices
        self._lines = lines
        self._tags = tags
        self._changes = changes
        self._sender = sender
        self._plan = plan

    def preview(self, item: JobItem) -> Preview:
        group, name = item.group, item.device_name
        device = self._devices.get(group, name)
        try:
            now = self._changes.present(self._file_of(item))
        except ApiNotFound:
            words = f"The device has no file {self._plan.file_format}."
            return Preview(verdict=Verdict.REFUSED, reason=ItemReason.UNSUPPORTED, params={"words": words})
        self._require_mac(device)
        if now.content == self._plan.content and now.source == CUSTOM:
            return Preview(verdict=Verdict.UNCHANGED, reason=ItemReason.UNCHANGED)
        before = content_words({"source": now.source, "bytes": None if now.content is None else len(now.content)})
        after = content_words({"source": CUSTOM, "bytes": len(self._plan.content)})
        if lines := count_changed_lines(now.content, self._plan.content):
            after = f"{after}, +{lines[1]:,} −{lines[0]:,} lines"
        doubts = " ".join(self._find_doubts(group, device))
        return Preview(
            verdict=Verdict.CHANGE,
            changes=[(self._plan.file_format, before, after)],
            opened={"state": now.state},
            content=now.state,
            people=count_people(self._lines, group, name),
            reason=ItemReason.DOUBTFUL if doubts else None,
            params={"words": doubts} if doubts else {},
        )

    def carry_out(self, item: JobItem) -> bool:
        if _MAC_TAG in self._plan.file_format:
            self._require_mac(self._devices.get(item.group, item.device_name))
        self._sender.send(item, self._file_of(item), self._plan.content, Origin.UPLOAD, self._plan.detail)
        return True

    def _require_mac(self, device: AccessDevice) -> None:
        """Raise ApiUnsupported for a file that is named after a MAC address which the device does not have."""
        if _MAC_TAG in self._plan.file_format and not device.mac_address:
            words = f"The device has no MAC address, so no phone could load {self._plan.file_format}."
            raise ApiUnsupported(words)

    def _file_of(self, item: JobItem) -> FileRef:
        return FileRef(item.group, item.device_name, self._plan.file_format)

    def _find_doubts(self, group: GroupRef, device: AccessDevice) -> Iterator[str]:
        """Yield what may not be meant, in sentences, as the page that checks a single file says it."""
        content, file_format = self._plan.content, self._plan.file_format
        text, tags = read_text(content), read_part(lambda: self._tags.resolution(group, device)).value
        if warning := content_warning(content):
            yield _WARNINGS[warning]
        yield from find_hints(file_format, device.device_type, content, text)
        names = list(check_tags(text, tags).unresolved) if text and tags else []
        if names:
            more = f" and {len(names) - _MOST_TAGS} more" if len(names) > _MOST_TAGS else ""
            yield f"Tags without a value: {', '.join(names[:_MOST_TAGS])}{more}."


class DefaultAct:
    """Each custom file of a device is an item of its own: the preview tells how many there are."""

    def __init__(self, lines: Lines, files: ConfigFiles, changes: FileChanges, sender: FileSender, detail: str) -> None:
        self._lines = lines
        self._files = files
        self._changes = changes
        self._sender = sender
        self._detail = detail

    def preview(self, item: JobItem) -> Preview:
        group, name = item.group, item.device_name
        listed = self._files.list_with_details(group, name)
        previews = [preview for file in listed if (preview := self._preview_file(group, name, file))]
        if not previews:
            return Preview(verdict=Verdict.UNCHANGED, reason=ItemReason.UNCHANGED, subject="")
        first, *others = previews
        return replace(first, people=count_people(self._lines, group, name), others=others)

    def carry_out(self, item: JobItem) -> bool:
        file = FileRef(item.group, item.device_name, item.subject)
        self._sender.send(item, file, None, Origin.DEFAULT, self._detail)
        return True

    def _preview_file(self, group: GroupRef, name: str, listed: ListedFile) -> Preview | None:
        """Return None of a file that is the template already."""
        file_format = listed.row.file_format
        if isinstance(listed.failure, ApiUnavailable):
            raise listed.failure
        if listed.failure:
            reason, params = reason_of(listed.failure)
            return Preview(verdict=Verdict.REFUSED, reason=reason, params=params, subject=file_format)
        if listed.file is None or listed.file.known_source != CUSTOM:
            return None
        now = self._changes.present(FileRef(group, name, file_format))
        before = content_words({"source": now.source, "bytes": None if now.content is None else len(now.content)})
        changes = [(file_format, before, "Type template")]
        return Preview(verdict=Verdict.CHANGE, changes=changes, opened={"state": now.state}, subject=file_format)
