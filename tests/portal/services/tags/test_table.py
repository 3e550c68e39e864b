"""The rows, filters and counts of the tag table."""

from datetime import UTC, datetime

import pytest

from app.portal.models.access_device import AccessDevice
from app.portal.models.tag import Tag
from app.portal.services.tags.native import native_tags
from app.portal.services.tags.resolver import resolve_tags
from app.portal.services.tags.table import TagTable, has_no_value
from app.portal.services.tags.uses import TagUse, TagUses

DEVICE = AccessDevice(device_name="D", device_type="T")  # without a MAC
DEFINITIONS = [
    Tag(name="%EMPTY%", level="DeviceProfile"),
    Tag(name="%CIRCLE%", value="%CIRCLE%", level="DeviceProfile"),
    Tag(name="%REGION%", value="a", level="System_DeviceType", region_name="A", tag_set_name="Set B"),
    Tag(name="%REGION%", value="b", level="System_DeviceType", region_name="B", tag_set_name="Set A"),
    Tag(name="%FULL%", value="x", level="System_Default", tag_set_name="System Default"),
    Tag(name="%BROKEN", level="System_Default"),
]
RESOLUTION = resolve_tags(DEFINITIONS, native_tags(DEVICE, None))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("%EMPTY%", True),
        ("%CIRCLE%", True),
        ("%BWMACADDRESS%", True),
        ("%NOWHERE%", True),
        ("%REGION%", False),
        ("%FULL%", False),
        ("%BROKEN", False),
        ("%BWTIMESTAMP%", False),
        ("%BWLINEPORT-1%", False),
    ],
)
def test_value_known_to_platform_is_a_value(name: str, expected: bool) -> None:
    assert has_no_value(RESOLUTION.by_name.get(name) or RESOLUTION.placeholder(name)) is expected


def test_table_includes_undefined_tags_of_files() -> None:
    uses = TagUses({"%FULL%": [TagUse("b.cfg", 1)], "%NOWHERE%": [TagUse("a.cfg", 2)]})
    table = TagTable(RESOLUTION, uses, datetime.now(UTC))
    assert {tag.name for tag in table.rows} == {tag.name for tag in RESOLUTION.tags} | {"%NOWHERE%"}
    assert table.counts["show"] == {"files": 2, "empty": 4, "malformed": 1}
    assert table.sets == ["Set A", "Set B"]
    assert [table.rows[position].name for position in table.order("files")][:2] == ["%NOWHERE%", "%FULL%"]
    narrowed = table.of_set("Set A", {"%REGION%", "%NOWHERE%"})
    assert [tag.name for tag in narrowed.rows] == ["%NOWHERE%", "%REGION%"]
