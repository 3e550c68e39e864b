"""Where the backend keeps the devices of a group."""

from app.portal.domain.refs import GroupRef


def devices_path(group: GroupRef, *more: str) -> tuple[str, ...]:
    """The parts of the path to them all; with `more`, to one of them and on to what belongs to it."""
    return ("tenants", group.tenant_id, "groups", group.group_id, "access_devices", *more)
