"""What the filters of the tag table take for what."""

from datetime import UTC, datetime

import pytest

from app.portal.models.access_device import AccessDevice
from app.portal.models.tag import Tag
from app.portal.services.tags.native import native_tags
from app.portal.services.tags.resolver import resolve
from app.portal.services.tags.table import TagTable, without_value
from app.portal.services.tags.uses import TagUses, Use

BARE = AccessDevice(device_name="D", device_type="T")  # without a MAC
DEFINED = [
    Tag(name="%EMPTY%", level="DeviceProfile"),
    Tag(name="%CIRCLE%", value="%CIRCLE%", level="DeviceProfile"),
    Tag(name="%REGION%", value="a", level="System_DeviceType", region_name="A", tag_set_name="Set B"),
    Tag(name="%REGION%", value="b", level="System_DeviceType", region_name="B", tag_set_name="Set A"),
    Tag(name="%FULL%", value="x", level="System_Default", tag_set_name="System Default"),
    Tag(name="%BROKEN", level="System_Default"),
]
RESOLUTION = resolve(DEFINED, native_tags(BARE, None))


@pytest.mark.parametrize(
    ("name", "is_without"),
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
def test_what_only_the_platform_knows_is_not_without_value(name: str, is_without: bool) -> None:
    assert without_value(RESOLUTION.get(name) or RESOLUTION.placeholder(name)) is is_without


def test_a_table_has_what_files_use_too_and_knows_the_sets_to_ask_for() -> None:
    uses = TagUses({"%FULL%": [Use("b.cfg", 1)], "%NOWHERE%": [Use("a.cfg", 2)]})
    table = TagTable(RESOLUTION, uses, datetime.now(UTC))
    assert {tag.name for tag in table.rows} == {tag.name for tag in RESOLUTION.tags} | {"%NOWHERE%"}
    assert table.counts["show"] == {"files": 2, "empty": 4, "malformed": 1}
    assert table.sets == ["Set A", "Set B"]
    assert [table.rows[at].name for at in table.order("files")][:2] == ["%NOWHERE%", "%FULL%"]
    narrowed = table.of_set("Set A", {"%REGION%", "%NOWHERE%"})
    assert [tag.name for tag in narrowed.rows] == ["%NOWHERE%", "%REGION%"]
