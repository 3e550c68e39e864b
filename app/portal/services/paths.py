"""Where the backend keeps the devices of a group."""

from app.portal.places import Place


def devices_path(place: Place, *more: str) -> tuple[str, ...]:
    """The parts of the path to them all; with `more`, to one of them and on to what belongs to it."""
    return ("tenants", place.tenant_id, "groups", place.group_id, "access_devices", *more)
