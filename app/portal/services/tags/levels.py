"""The levels at which a tag can be set, and their precedence."""

from enum import StrEnum

from app.portal.models.tag import Tag


class LevelName(StrEnum):
    """The API's names, from the most general to the most specific. The most specific level that is set wins."""

    SYSTEM_DEFAULT = "System_Default"
    SYSTEM_TYPE = "System_DeviceType"
    GROUP_TYPE = "Group_DeviceType"
    DEVICE = "DeviceProfile"


# No levels of the API: what the platform fills in by itself, and what nothing defines.
NATIVE, UNDEFINED = "Native", "Nowhere"

_LABELS: dict[str, str] = {
    LevelName.SYSTEM_DEFAULT: "System default",
    LevelName.SYSTEM_TYPE: "Device type",
    LevelName.GROUP_TYPE: "Group device type",
    LevelName.DEVICE: "This device",
    NATIVE: "Built-in",
    UNDEFINED: "Not defined",
}
_RANKS: dict[str, int] = {level: rank for rank, level in enumerate(LevelName)}
_BELOW_ALL = -1


def label_of(level: str) -> str:
    return _LABELS.get(level, level or "No level")


def is_known(level: str) -> bool:
    return level in _RANKS


def rank_of(tag: Tag) -> int:
    """Return the precedence; a level that the portal does not know gives way to every other."""
    return _RANKS.get(tag.level, _BELOW_ALL)
