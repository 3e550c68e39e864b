"""Decoded lists of a worker: one copy each, and no more bytes than allowed."""

import pytest

from app.portal.domain.refs import GroupRef
from app.portal.models.access_device import AccessDeviceRow
from app.portal.services.devices.list_copies import ListCopies, compress
from app.portal.services.devices.list_rows import apply_patches
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.device_lists import DeviceListStore, ListHead, ListKey, NewContent
from app.portal.store.list_patches import Patch
from tests.support.world import World


def row(name: str, version: str = "") -> AccessDeviceRow:
    return AccessDeviceRow(device_name=name, device_type="T", status="Online", free_ports=3, version=version)


@pytest.fixture
def store(world: World) -> DeviceListStore:
    return DeviceListStore(world.held_by().engine, DatabaseClock(world.held_by().engine, world.clock))


def save(store: DeviceListStore, group_id: str, rows: list[AccessDeviceRow]) -> ListHead:
    key = ListKey(GroupRef("acme", group_id))
    lease = store.acquire(key, 60)
    assert lease
    store.save(lease, NewContent(compress(rows), len(rows), 0.1, "group"), "")
    return store.head(key.group, "", 0)


def copies_of(world: World, store: DeviceListStore, max_bytes: int) -> ListCopies:
    portal = world.held_by()
    return ListCopies(store, portal.audit_log, portal.platform_limits, max_bytes)


def test_list_is_decoded_once_as_it_was_sent(world: World, store: DeviceListStore) -> None:
    problems = {"status": "Missing"}
    broken = AccessDeviceRow(device_name="x", device_type="", status="", free_ports=None, problems=problems)
    head = save(store, "headquarters", [row("b", version="😀 <b>"), row("a"), broken])
    copies = copies_of(world, store, 1 << 20)
    first = copies.get(head)
    assert first
    assert list(first.table.rows) == [row("a"), row("b", version="😀 <b>"), broken]
    assert copies.get(head) is first


def test_copy_asked_for_longest_ago_gives_way(world: World, store: DeviceListStore) -> None:
    heads = [save(store, group, [row(f"{n}" * 40) for n in range(100)]) for group in ("one", "two", "three")]
    size = copies_of(world, store, 1).get(heads[0])
    assert size
    copies = copies_of(world, store, int(size.size * 2.5))
    one, two = copies.get(heads[0]), copies.get(heads[1])
    assert copies.get(heads[0]) is one
    copies.get(heads[2])
    assert len(copies) == 2
    assert copies.get(heads[0]) is one
    assert copies.get(heads[1]) is not two


def test_newer_content_replaces_the_copy(world: World, store: DeviceListStore) -> None:
    copies = copies_of(world, store, 1 << 20)
    copies.get(save(store, "one", [row("a")]))
    world.clock.advance(seconds=1)
    later = copies.get(save(store, "one", [row("b")]))
    assert later
    assert [listed.device_name for listed in later.table.rows] == ["b"]
    assert len(copies) == 1


def test_patches_apply_in_their_order() -> None:
    patches = [
        Patch("a", {"version": "1"}),
        Patch("b", None),
        Patch("c", {"device_type": "New", "mac_address": "001565000001"}),
        Patch("c", {"version": "2"}),
        Patch("b", {"device_type": "Again"}),
        Patch("a", None),
    ]
    rows = {listed.device_name: listed for listed in apply_patches((row("a"), row("b"), row("d")), patches)}
    assert rows.keys() == {"b", "c", "d"}
    assert (rows["c"].device_type, rows["c"].version, rows["c"].status) == ("New", "2", "Unknown")
    assert (rows["b"].device_type, rows["b"].free_ports) == ("Again", None)
