"""Paths of the backend."""

from app.portal.domain.refs import GroupRef


def devices_path(group: GroupRef, *more: str) -> tuple[str, ...]:
    """Return the path to the devices of a group; with `more`, to one of them and what belongs to it."""
    return ("tenants", group.tenant_id, "groups", group.group_id, "access_devices", *more)
