"""Where a thing lives."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A group of a tenant, by the identifiers the backend knows them by."""

    tenant_id: str
    group_id: str
