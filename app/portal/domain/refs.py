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

    def overlap(self, other: "Scope") -> "Scope | None":
        """Return what lies within both, of scopes without devices; None if nothing does."""
        tenant_id = other.tenant_id if self.tenant_id is None else self.tenant_id
        group_id = other.group_id if self.group_id is None else self.group_id
        is_inside = other.tenant_id in {None, tenant_id} and other.group_id in {None, group_id}
        return Scope(tenant_id, group_id) if is_inside else None


EVERYWHERE = Scope()
