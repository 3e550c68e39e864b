"""Readings of pages, and what becomes of them in the index."""

import logging
from time import monotonic
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, text

from app.database import reading, writing
from app.portal.models.access_device import AccessDevice, AccessDeviceRow
from app.portal.models.connected_user import ConnectedUser
from app.portal.store.index.tables import (
    IndexedDevice,
    IndexedFile,
    IndexedGroup,
    IndexedPerson,
    IndexedTag,
    StatusChange,
)
from tests.support.config_files import apply, back_to, upload
from tests.support.devices import NEW_T46, create_device
from tests.support.index import HEADQUARTERS
from tests.support.population import HQ
from tests.support.tables import list_row_headings
from tests.support.world import OWNER, SYSTEM_ADMIN, World

PHONE_PASSWORD = "s3cret-of-a-phone"


@pytest.fixture
def indexed(world: World) -> Flask:
    return world.another_portal(index_days=30)


def rows(world: World, table: type[Any], **values: str) -> list[Any]:
    world.held_by(world.portals[-1]).index.feed.flush()
    with reading(world.held_by().engine) as db:
        return list(db.scalars(select(table).filter_by(**values)))


def test_each_page_feeds_the_index_with_its_reading(world: World, indexed: Flask) -> None:
    owner = world.browser(OWNER, indexed)
    owner.get(HQ)
    devices = {row.device_name: row for row in rows(world, IndexedDevice)}
    assert len(devices) > 10
    assert devices["Reception"].detail_seen_at is None
    for page in ("", "lines/", "files/", "files/%25BWMACADDRESS%25.cfg/", "tags/"):
        assert owner.get(f"{HQ}Reception/{page}").status == 200
    [device] = rows(world, IndexedDevice, device_name="Reception")
    assert None not in (device.detail_seen_at, device.people_seen_at, device.files_seen_at, device.tags_seen_at)
    assert rows(world, IndexedPerson, device_name="Reception")
    files = rows(world, IndexedFile, device_name="Reception")
    assert "%BWMACADDRESS%.cfg" in {file.file_format for file in files if file.sha256}
    [group] = rows(world, IndexedGroup, group_id="headquarters")
    assert group.devices == len(devices)


def test_reading_before_its_device_is_known_is_kept(world: World, indexed: Flask) -> None:
    feed = world.held_by(indexed).index.feed
    people = [ConnectedUser(line_port="ada@acme.example", order=1, extension="2001")]
    feed.add_people(HEADQUARTERS, "Fax", people)
    feed.add_tags(HEADQUARTERS, "Fax", {"%RING%"})
    for number in range(150):
        feed.add_files(HEADQUARTERS, f"nobody's {number}", [])
    feed.add_people(HEADQUARTERS, "Lobby", people)
    assert not rows(world, IndexedPerson)
    world.browser(OWNER, indexed).get(HQ)
    assert [row.device_name for row in rows(world, IndexedPerson, extension="2001")] == ["Lobby"], "the newest 100"
    feed.add_people(HEADQUARTERS, "late", people)
    feed.add_tags(HEADQUARTERS, "late", {"%RING%"})
    feed.add_device(HEADQUARTERS, "late", AccessDevice(device_type="T", status="Online"))
    [device] = rows(world, IndexedDevice, device_name="late")
    assert device.people_seen_at is not None
    assert rows(world, IndexedTag, device_name="late")
    assert rows(world, IndexedPerson, device_name="late")


def test_directory_feeds_names_of_tenants_and_groups(world: World, indexed: Flask) -> None:
    world.browser(SYSTEM_ADMIN, indexed).get("/")
    assert {row.group_id for row in rows(world, IndexedGroup, tenant_id="acme")} > {"", "headquarters"}


def test_added_device_is_indexed_and_deleted_one_forgotten(world: World, indexed: Flask) -> None:
    owner = world.browser(OWNER, indexed)
    added = create_device(owner, **NEW_T46)
    assert added.status == 303
    owner.get(f"{HQ}Fresh/")
    assert rows(world, IndexedDevice, device_name="Fresh")
    deleted = owner.submit(owner.get(f"{HQ}Fresh/delete"))
    assert deleted.status == 303
    assert not rows(world, IndexedDevice, device_name="Fresh")
    assert not rows(world, StatusChange, device_name="Fresh")


def test_index_that_cannot_be_written_hurts_no_page(
    world: World, indexed: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with writing(world.held_by().engine) as db:
        db.execute(text("DROP TABLE portal_index_devices"))
    owner = world.browser(OWNER, indexed)
    with caplog.at_level(logging.ERROR):
        assert owner.get(HQ).status == owner.get(f"{HQ}Reception/").status == 200
        world.held_by(indexed).index.feed.flush()
    assert "a reading for the index" in caplog.text


def test_unchanged_reading_is_not_written_again(world: World, indexed: Flask) -> None:
    owner = world.browser(OWNER, indexed)
    owner.get(f"{HQ}Reception/")
    [before] = rows(world, IndexedDevice, device_name="Reception")
    world.clock.advance(seconds=30)
    owner.get(f"{HQ}Reception/")
    [now] = rows(world, IndexedDevice, device_name="Reception")
    assert now.detail_seen_at == before.detail_seen_at
    world.clock.advance(seconds=60)
    owner.get(f"{HQ}Reception/")
    [later] = rows(world, IndexedDevice, device_name="Reception")
    assert later.detail_seen_at > before.detail_seen_at
    assert later.seen_at == before.seen_at


def test_index_thrown_away_is_filled_by_the_next_reading(world: World, indexed: Flask) -> None:
    owner = world.browser(OWNER, indexed)
    owner.get(HQ)
    count = len(rows(world, IndexedDevice))
    with writing(world.held_by().engine) as db:
        db.execute(delete(IndexedDevice))
        db.execute(delete(IndexedGroup))
    world.clock.advance(minutes=5)
    owner.get(f"{HQ}?fresh=1")
    owner.get(HQ)
    assert len(rows(world, IndexedDevice)) == count


def test_values_of_tags_and_credentials_of_urls_stay_out(world: World, indexed: Flask) -> None:
    world.tell_api(
        "PUT",
        "tenants/acme/groups/headquarters/access_devices/Reception/",
        {
            "description": "no secret",
            "useCustomUserNamePassword": True,
            "userName": "phone",
            "password": PHONE_PASSWORD,
        },
    )
    owner = world.browser(OWNER, indexed)
    for page in ("", "files/", "tags/"):
        owner.get(f"{HQ}Reception/{page}")
    [device] = rows(world, IndexedDevice, device_name="Reception")
    assert "no secret" in device.search_text
    assert PHONE_PASSWORD.encode() not in world.database_bytes()
    columns = {column.name for column in IndexedTag.__table__.columns}
    assert columns == {"tenant_id", "group_id", "tag_name", "device_name"}


def test_name_that_no_database_stores_is_one_device(world: World, indexed: Flask) -> None:
    feed = world.held_by(indexed).index.feed
    nul = AccessDeviceRow(device_name="A\0B", device_type="", status="Online", free_ports=1)
    for number, began in enumerate((monotonic(), monotonic() + 60)):
        feed.add_list(HEADQUARTERS, [nul, nul], str(number).encode(), began)
    assert [row.device_name for row in rows(world, IndexedDevice)] == ["A\ufffdB"]
    assert len(rows(world, StatusChange)) == 1


def test_changes_are_indexed_without_a_reading_after_them(world: World, indexed: Flask) -> None:
    owner = world.browser(OWNER, indexed)
    owner.get(HQ)
    assert create_device(owner, device_name="Fresh", device_type="Generic SIP Phone", description="first").status == 303
    assert [row.description for row in rows(world, IndexedDevice, device_name="Fresh")] == ["first"]
    page = owner.get(f"{HQ}Fax/edit")
    world.clock.advance(seconds=1)
    assert owner.submit(page, description="by hand").status == 303
    [fax] = rows(world, IndexedDevice, device_name="Fax")
    assert fax.description == "by hand"
    assert "by hand" in fax.search_text
    page = owner.get(f"{HQ}Reception/lines/")
    world.clock.advance(seconds=1)
    swapped = {"port:ada@acme.example": "2", "port:grace@acme.example": "1"}
    assert owner.submit(page, f"{HQ}Reception/lines/order", **swapped, do="save").status == 303
    ports = {row.line_port: row.port for row in rows(world, IndexedPerson, device_name="Reception")}
    assert ports["ada@acme.example"] == 2


def test_custom_file_is_listed_until_template_is_back(world: World, indexed: Flask) -> None:
    owner = world.browser(OWNER, indexed)
    owner.get(HQ)
    [device] = rows(world, IndexedDevice, device_name="Reception")
    assert device.custom_files is None
    apply(owner, upload(owner, b"#!version:1.0.0.1\n"))
    [device] = rows(world, IndexedDevice, device_name="Reception")
    assert (device.custom_files, device.files_seen_at) == (1, None)
    [file] = rows(world, IndexedFile, device_name="Reception")
    assert (file.is_custom, file.size) == (True, 18)
    assert list_row_headings(owner.get(f"{HQ}?files=custom")) == ["Reception"]
    apply(owner, back_to(owner, "default"))
    [device] = rows(world, IndexedDevice, device_name="Reception")
    assert device.custom_files is None, "nobody has read the other file"
    assert list_row_headings(owner.get(f"{HQ}?files=custom")) == []
