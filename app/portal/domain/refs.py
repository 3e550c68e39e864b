"""References to groups and config files."""

from dataclasses import dataclass


@dataclass(frozen=True)
class GroupRef:
    tenant_id: str
    group_id: str


@dataclass(frozen=True)
class FileRef:
    group: GroupRef
    device_name: str
    file_format: str


@dataclass(frozen=True)
class Scope:
    """Everything, or as much of it as lies within a tenant, a group of it, a device of that."""

    tenant_id: str | None = None
    group_id: str | None = None
    device_name: str | None = None
