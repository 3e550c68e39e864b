"""The tags that the files of a device may use, from the most general level to the device itself."""

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.reference_api.answers import TagRow
from app.reference_api.errors import NotFound
from app.reference_api.phone_types import CATALOGUE
from app.reference_api.tables import AccessDevice, Tag

SYSTEM_DEFAULT, SYSTEM_TYPE, GROUP_TYPE, DEVICE = LEVELS = (
    "System_Default",
    "System_DeviceType",
    "Group_DeviceType",
    "DeviceProfile",
)
SYSTEM_DEFAULT_LABEL = "System Default"


def available(session: Session, device_key: int, tag_set: str | None) -> list[TagRow]:
    """Every definition by name, then level. Raises NotFound, also for a tag set that the type does not use."""
    device = session.get(AccessDevice, device_key)
    if device is None:
        raise NotFound
    own_set = CATALOGUE[device.device_type].tag_set
    of_set = and_(Tag.level == SYSTEM_TYPE, Tag.tag_set == own_set)
    if tag_set is not None:
        if tag_set != own_set:
            raise NotFound
        condition = of_set
    else:
        condition = or_(
            Tag.level == SYSTEM_DEFAULT,
            of_set,
            and_(Tag.group_key == device.group_key, Tag.device_type == device.device_type),
            Tag.device_key == device.id,
        )
    found = session.scalars(select(Tag).where(condition))
    ordered = sorted(found, key=lambda tag: (tag.name, LEVELS.index(tag.level), tag.region_name))
    return [TagRow(tag.name, tag.value, tag.level, tag.tag_set, tag.region_name) for tag in ordered]
