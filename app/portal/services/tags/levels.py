"""The levels at which a tag can be set, and which of them wins."""

from enum import StrEnum

from app.portal.models.tag import Tag


class Level(StrEnum):
    """From the most general to the most particular, under the API's names. The most particular one that is set wins."""

    SYSTEM_DEFAULT = "System_Default"
    SYSTEM_TYPE = "System_DeviceType"
    GROUP_TYPE = "Group_DeviceType"
    DEVICE = "DeviceProfile"


# No levels of the API: what the platform fills in by itself, and what nothing defines.
NATIVE, NOWHERE = "Native", "Nowhere"

_WORDS: dict[str, str] = {
    Level.SYSTEM_DEFAULT: "System default",
    Level.SYSTEM_TYPE: "Device type",
    Level.GROUP_TYPE: "Group’s device type",
    Level.DEVICE: "This device",
    NATIVE: "The platform’s own",
    NOWHERE: "Not defined",
}
_RANKS: dict[str, int] = {level: rank for rank, level in enumerate(Level)}
_BELOW_ALL = -1


def in_words(level: str) -> str:
    return _WORDS.get(level, level or "No level")


def is_known(level: str) -> bool:
    return level in _RANKS


def rank(tag: Tag) -> int:
    """A level that the portal does not know gives way to every other: nothing says how particular it is."""
    return _RANKS.get(tag.level, _BELOW_ALL)
