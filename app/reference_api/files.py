"""The config files of a device: the phone type's template, or what was stored for this device."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, undefer

from app.reference_api import file_urls
from app.reference_api.answers import ConfigFileAnswer, ConfigFileRow
from app.reference_api.devices import lock_device
from app.reference_api.errors import Refused, TooLarge, require
from app.reference_api.phone_types import CATALOGUE, FileType, PhoneType
from app.reference_api.schemas import MAX_FILE_BYTES
from app.reference_api.tables import AccessDevice, ConfigFile, Group

DEFAULT = "Default"


@dataclass(frozen=True)
class _FileOwner:
    """A device, as far as its files depend on it; `path` is tenant, group and device."""

    phone_type: PhoneType
    mac: str | None
    path: tuple[str, str, str]

    def file(self, file_format: str) -> FileType:
        return require(self.phone_type.file(file_format))

    def urls(self, file: FileType, source: str) -> dict[str, str]:
        custom = "" if source == DEFAULT else file_urls.custom_url(*self.path, file.file_format)
        return {
            "access_url": file_urls.access_url(self.phone_type, file, self.mac),
            "repository_url": custom,
            "template_url": file_urls.template_url(self.phone_type, file),
        }


def list_files(session: Session, device_key: int) -> list[ConfigFileRow]:
    """Raises NotFound."""
    owner = _owner(session, device_key)
    of_device = select(ConfigFile.file_format, ConfigFile.source).where(ConfigFile.device_key == device_key)
    sources = dict(session.execute(of_device).all())
    return [
        ConfigFileRow(
            file_format=file.file_format,
            is_authenticated="true",
            **owner.urls(file, sources.get(file.file_format, DEFAULT)),
        )
        for file in owner.phone_type.files
    ]


def get_file(session: Session, device_key: int, file_format: str) -> ConfigFileAnswer:
    """Raises NotFound."""
    owner = _owner(session, device_key)
    file = owner.file(file_format)
    stored = session.scalar(_stored(device_key, file))
    source = stored.source if stored else DEFAULT
    custom_path = file_urls.custom_path(*owner.path, file_format)
    return ConfigFileAnswer(
        file_source=source,
        configuration_file_name=(file_urls.template_path(owner.phone_type, file) if source == DEFAULT else custom_path),
        extended_capture_enabled=stored is not None and stored.extended_capture,
        **owner.urls(file, source),
    )


def read_content(session: Session, device_key: int, file_format: str) -> bytes:
    """Return the stored bytes or the type's template, tags not filled in. Raises NotFound."""
    file = _owner(session, device_key).file(file_format)
    stored = session.scalar(_stored(device_key, file).options(undefer(ConfigFile.content)))
    if stored is None or stored.source == DEFAULT or stored.content is None:
        return file.default_content()
    return stored.content


def update_file(session: Session, device_key: int, file_format: str, values: Mapping[str, Any]) -> ConfigFileAnswer:
    """Keep the stored bytes when the source goes back to Default. Raises Refused, NotFound."""
    lock_device(session, device_key)
    file = _owner(session, device_key).file(file_format)
    stored = session.scalar(_stored(device_key, file).options(undefer(ConfigFile.content)))
    if stored is None:
        stored = ConfigFile(device_key=device_key, file_format=file_format)
        session.add(stored)
    stored.source = values.get("fileSource", stored.source) or DEFAULT
    stored.extended_capture = values.get("extendedCaptureEnabled", stored.extended_capture)
    stored.content = values.get("fileContent", stored.content)
    if stored.source != DEFAULT and stored.content is None:
        raise Refused(f"fileContent: is required: nothing is stored for this file, and {stored.source} needs it")
    session.flush()
    return get_file(session, device_key, file_format)


def check_content(values: Mapping[str, Any]) -> None:
    """Raises Refused, TooLarge."""
    if "fileSource" not in values and ("fileContent" in values or "extendedCaptureEnabled" not in values):
        raise Refused("fileSource: is required, except with extendedCaptureEnabled alone")
    if "fileContent" not in values:
        return
    if values["fileSource"] == DEFAULT:
        raise Refused("fileContent: goes with the sources Custom and Manual only")
    if len(values["fileContent"]) > MAX_FILE_BYTES:
        raise TooLarge(f"fileContent: a file may have at most {MAX_FILE_BYTES} bytes")


def _owner(session: Session, device_key: int) -> _FileOwner:
    query = (
        select(
            AccessDevice.device_type,
            AccessDevice.mac_address,
            Group.tenant_id,
            Group.group_id,
            AccessDevice.device_name,
        )
        .join(Group, Group.id == AccessDevice.group_key)
        .where(AccessDevice.id == device_key)
    )
    device_type, mac, *path = require(session.execute(query).one_or_none())
    return _FileOwner(CATALOGUE[device_type], mac, (path[0], path[1], path[2]))


def _stored(device_key: int, file: FileType) -> Select[ConfigFile]:
    return select(ConfigFile).where(ConfigFile.device_key == device_key, ConfigFile.file_format == file.file_format)
