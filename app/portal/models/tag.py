"""Tags of a device's configuration files."""

from app.portal.models.base import ListItem, Model


class Tag(ListItem, frozen=True, kw_only=True):
    """One definition; a name may be defined at several levels."""

    name: str
    value: str = ""
    level: str
    tag_set_name: str = ""
    region_name: str = ""


class TagList(Model, frozen=True, kw_only=True):
    available_tags: tuple[Tag, ...]
