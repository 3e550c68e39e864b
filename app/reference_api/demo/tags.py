"""The demo's tags at all four levels, with overrides, regions, an empty winner and a name without its closing %."""

import json
from collections.abc import Iterator, Sequence
from importlib.resources import files

from app.reference_api.tables import AccessDevice, Tag
from app.reference_api.tags import DEVICE, GROUP_TYPE, SYSTEM_DEFAULT, SYSTEM_DEFAULT_LABEL, SYSTEM_TYPE

_TAGS = json.loads(files(__package__).joinpath("tags.json").read_text("utf-8"))
_OWN_TAGS_PER_TYPE = 3


def system_tags() -> Iterator[Tag]:
    for name, value in _TAGS["system"].items():
        yield Tag(level=SYSTEM_DEFAULT, name=name, value=value, tag_set=SYSTEM_DEFAULT_LABEL)
    for tag_set, tags in _TAGS["type_sets"].items():
        for name, value in tags.items():
            yield Tag(level=SYSTEM_TYPE, name=name, value=value, tag_set=tag_set)
    for region, server in _TAGS["regions"].items():
        yield Tag(level=SYSTEM_TYPE, name="%NTP_SERVER%", value=server, tag_set="Yealink-T4x_Tags", region_name=region)


def group_tags(group_id: str, group_key: int) -> Iterator[Tag]:
    for device_type, tags in _TAGS["groups"].get(group_id, {}).items():
        for name, value in tags.items():
            yield Tag(level=GROUP_TYPE, name=name, value=value, group_key=group_key, device_type=device_type)


def device_tags(group_id: str, devices: Sequence[AccessDevice]) -> Iterator[Tag]:
    """Yield own tags of the first phones with a MAC of each type, in groups that override anything at all."""
    if group_id not in _TAGS["groups"]:
        return
    for device_type, tags in _TAGS["devices"].items():
        own = [device for device in devices if device.device_type == device_type and device.mac_address]
        for device in own[:_OWN_TAGS_PER_TYPE]:
            for name, value in tags.items():
                yield Tag(level=DEVICE, name=name, value=value, device_key=device.id)
