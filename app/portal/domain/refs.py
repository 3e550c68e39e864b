"""References to groups and config files."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class GroupRef:
    tenant_id: str
    group_id: str


@dataclass(frozen=True)
class FileRef:
    group: GroupRef
    device_name: str
    file_format: str

    @property
    def columns(self) -> Mapping[str, str]:
        """Return the reference as tables store it."""
        return {**asdict(self.group), "device_name": self.device_name, "file_format": self.file_format}


@dataclass(frozen=True)
class Scope:
    """Everything, or as much of it as lies within a tenant, a group of it, a device of that."""

    tenant_id: str | None = None
    group_id: str | None = None
    device_name: str | None = None


EVERYWHERE = Scope()
