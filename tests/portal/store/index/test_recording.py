"""What readings leave in the index, over both databases."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from app.database import reading
from app.portal.domain.refs import FileRef
from app.portal.store.index.records import FileOnDevice
from app.portal.store.index.tables import (
    IndexedCount,
    IndexedDevice,
    IndexedFile,
    IndexedGroup,
    IndexedPerson,
    IndexedTag,
    StatusChange,
)
from tests.support.index import HEADQUARTERS, details, listed, person, recorder
from tests.support.world import World

pytestmark = pytest.mark.both_databases


def rows(world: World, table: type[Any]) -> list[Any]:
    with reading(world.held_by().engine) as db:
        return sorted(
            db.scalars(select(table)), key=lambda row: (getattr(row, "device_name", ""), getattr(row, "id", 0))
        )


def names(world: World) -> list[str]:
    return [row.device_name for row in rows(world, IndexedDevice)]


def test_list_replaces_devices_of_its_group(world: World) -> None:
    index = recorder(world)
    index.record_list(HEADQUARTERS, [listed("A"), listed("B", status="Offline"), listed("C")])
    world.clock.advance(minutes=1)
    index.record_list(HEADQUARTERS, [listed("B"), listed("C"), listed("D", version="1.0")], age=-1)
    assert names(world) == ["B", "C", "D"]
    counts = {(row.version, row.status): row.devices for row in rows(world, IndexedCount)}
    assert counts == {("", "Online"): 2, ("1.0", "Online"): 1}
    [group] = rows(world, IndexedGroup)
    assert (group.devices, group.problems) == (3, 0)


def test_device_read_after_list_began_outlives_it(world: World) -> None:
    """A device that somebody just added is missing from a list whose reading began before that."""
    index = recorder(world)
    index.record_list(HEADQUARTERS, [listed("A")], age=60, digest="same")
    index.record_device(HEADQUARTERS, "Added", details(serial_number="S1"))
    index.record_device(HEADQUARTERS, "A", details(status="Offline"))
    index.record_list(HEADQUARTERS, [listed("A")], age=30, digest="same")
    assert names(world) == ["A", "Added"]
    assert rows(world, IndexedDevice)[0].status == "Offline"
    index.record_list(HEADQUARTERS, [listed("A")], age=-30, digest="same")
    assert names(world) == ["A"]
    assert rows(world, IndexedDevice)[0].status == "Online"


def test_late_writer_of_an_older_list_changes_nothing(world: World) -> None:
    index = recorder(world)
    index.record_list(HEADQUARTERS, [listed("A")], age=10)
    index.record_list(HEADQUARTERS, [listed("B")], age=20)
    assert names(world) == ["A"]


def test_equal_list_is_seen_without_a_look_at_its_devices(world: World) -> None:
    index = recorder(world)
    index.record_list(HEADQUARTERS, [listed("A")], age=20, digest="same")
    [before] = rows(world, IndexedGroup)
    index.record_list(HEADQUARTERS, [], age=10, digest="same")
    [group] = rows(world, IndexedGroup)
    assert group.devices_seen_at > before.devices_seen_at
    assert names(world) == ["A"]


def test_status_changes_keep_when_each_was_seen(world: World) -> None:
    index = recorder(world)
    for age, status in ((50, "Online"), (40, "Online"), (30, "Offline"), (20, "Offline"), (10, "Online")):
        index.record_list(HEADQUARTERS, [listed("A", status=status)], age=age)
    changes = rows(world, StatusChange)
    assert [(change.from_status, change.to_status) for change in changes] == [
        ("", "Online"),
        ("Online", "Offline"),
        ("Offline", "Online"),
    ]
    assert changes[0].last_seen_at is None
    spans = [round(change.first_seen_at - change.last_seen_at) for change in changes[1:]]
    assert spans == [10, 10]
    [device] = rows(world, IndexedDevice)
    assert device.status_since == changes[-1].first_seen_at


def test_details_stay_when_list_changes(world: World) -> None:
    index = recorder(world)
    index.record_list(HEADQUARTERS, [listed("A")], age=20)
    index.record_device(HEADQUARTERS, "A", details(serial_number="S1", description="Lobby"), age=10)
    index.record_list(HEADQUARTERS, [listed("A", version="2.0")])
    [device] = rows(world, IndexedDevice)
    assert (device.serial_number, device.version) == ("S1", "2.0")
    assert "\ns1\n" in device.search_text
    assert "\n2.0\n" in device.search_text


def test_detail_without_status_leaves_that_of_the_list(world: World) -> None:
    """Not every platform repeats the fields of the list; a device that was opened has not changed its status."""
    index = recorder(world)
    index.record_list(HEADQUARTERS, [listed("A", mac="001565A1B2C3", version="1.0")], age=20)
    index.record_device(HEADQUARTERS, "A", details(status="", description="Lobby"), age=10)
    [device] = rows(world, IndexedDevice)
    assert (device.status, device.mac, device.version, device.description) == ("Online", "001565A1B2C3", "1.0", "Lobby")
    assert "\n001565a1b2c3\n" in device.search_text
    assert [change.to_status for change in rows(world, StatusChange)] == ["Online"]


def test_people_of_group_and_of_device(world: World) -> None:
    index = recorder(world)
    index.record_list(HEADQUARTERS, [listed("A"), listed("B")], age=60)
    index.record_people_of_group(HEADQUARTERS, [person("A", last_name="Weber"), person("B", last_name="Kim")], age=50)
    index.record_people_of_device(HEADQUARTERS, "A", [person("A", last_name="Ito")], age=40)
    assert [(row.device_name, row.last_name) for row in rows(world, IndexedPerson)] == [("A", "Ito"), ("B", "Kim")]
    index.record_people_of_group(HEADQUARTERS, [person("A", last_name="Weber"), person("B", last_name="Kim")], age=30)
    assert [row.last_name for row in rows(world, IndexedPerson)] == ["Weber", "Kim"]


def test_files_and_tags_of_device(world: World) -> None:
    index = recorder(world)
    index.record_list(HEADQUARTERS, [listed("A")], age=60)
    index.record_files(HEADQUARTERS, "A", [FileOnDevice(file_format="a.cfg", is_custom=True)], age=50)
    index.record_content(FileRef(HEADQUARTERS, "A", "a.cfg"), b"x")
    index.record_files(HEADQUARTERS, "A", [FileOnDevice(file_format="a.cfg", is_custom=True)], age=10)
    [file] = rows(world, IndexedFile)
    assert (file.size, len(file.sha256)) == (1, 64)
    index.record_files(HEADQUARTERS, "A", [FileOnDevice(file_format="a.cfg", is_custom=False)])
    [file] = rows(world, IndexedFile)
    assert (file.is_custom, file.sha256) == (False, None)
    index.record_tags(HEADQUARTERS, "A", ["%VLAN%", "%VLAN%", "%NTP%"])
    assert {row.tag_name for row in rows(world, IndexedTag)} == {"%VLAN%", "%NTP%"}
    index.forget_device(HEADQUARTERS, "A")
    assert not any(rows(world, table) for table in (IndexedDevice, IndexedFile, IndexedTag, StatusChange))


def test_directory_names_are_found_and_forgotten(world: World) -> None:
    index = recorder(world)
    index.record_directory("acme", "Acme Ltd", {"headquarters": "Head office", "annex": "Annex"})
    index.record_list(HEADQUARTERS, [listed("A")])
    assert {(row.group_id, row.name, row.tenant_name) for row in rows(world, IndexedGroup)} == {
        ("", "", "Acme Ltd"),
        ("headquarters", "Head office", "Acme Ltd"),
        ("annex", "Annex", "Acme Ltd"),
    }
    index.forget_group(HEADQUARTERS)
    assert {row.group_id for row in rows(world, IndexedGroup)} == {"", "annex"}
    assert names(world) == []


def test_times_are_by_the_clock_of_the_database(world: World) -> None:
    recorder(world).record_list(HEADQUARTERS, [listed("A")])
    seen_at = datetime.fromtimestamp(rows(world, IndexedDevice)[0].seen_at, UTC)
    is_local = world.held_by().engine.dialect.name == "sqlite"
    expected = world.clock() if is_local else datetime.now(UTC)
    assert abs((seen_at - expected).total_seconds()) < 60
