"""The people on the lines of a device: they lose service while it starts anew."""

from app.portal.domain.refs import GroupRef
from app.portal.services.lines.service import Lines
from app.portal.services.parts import read_part


def count_people(lines: Lines, group: GroupRef, device_name: str) -> int | None:
    """Return None where the platform does not tell: a preview must not fail for that."""
    users = read_part(lambda: lines.get(group, device_name)).value
    return len(users.users) if users else None
