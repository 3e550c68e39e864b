"""The tags of a device, from the most general level to the device itself."""

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.reference_api.answers import TagRow
from app.reference_api.errors import NotFound, require
from app.reference_api.phone_types import CATALOGUE
from app.reference_api.tables import AccessDevice, Tag

SYSTEM_DEFAULT, SYSTEM_TYPE, GROUP_TYPE, DEVICE = LEVELS = (
    "System_Default",
    "System_DeviceType",
    "Group_DeviceType",
    "DeviceProfile",
)
SYSTEM_DEFAULT_LABEL = "System Default"


def list_tags(session: Session, device_key: int, tag_set: str | None) -> list[TagRow]:
    """Return every definition by name, then level. Raises NotFound, also for a tag set that the type does not use."""
    device = require(session.get(AccessDevice, device_key))
    own_set = CATALOGUE[device.device_type].tag_set
    if tag_set not in {None, own_set}:
        raise NotFound
    condition = and_(Tag.level == SYSTEM_TYPE, Tag.tag_set == own_set)
    if tag_set is None:
        condition = or_(
            Tag.level == SYSTEM_DEFAULT,
            condition,
            and_(Tag.group_key == device.group_key, Tag.device_type == device.device_type),
            Tag.device_key == device.id,
        )
    tags = session.scalars(select(Tag).where(condition))
    ordered = sorted(tags, key=lambda tag: (tag.name, LEVELS.index(tag.level), tag.region_name))
    return [TagRow(tag.name, tag.value, tag.level, tag.tag_set, tag.region_name) for tag in ordered]
