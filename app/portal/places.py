"""Where a thing lives."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A group of a tenant, by the identifiers the backend knows them by."""

    tenant_id: str
    group_id: str


@dataclass(frozen=True)
class FilePlace:
    """A configuration file of a device."""

    place: Place
    device_name: str
    file_format: str
