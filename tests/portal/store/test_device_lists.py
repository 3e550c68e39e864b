"""The lease of a list and what its holder may store, over both databases."""

from datetime import UTC, datetime, timedelta
from time import sleep

import pytest
from sqlalchemy import select

from app.database import snapshot, writing
from app.portal.domain.refs import GroupRef
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.device_lists import DeviceListStore, ListHead, ListKey, NewContent
from app.portal.store.expiry import drop_expired
from app.portal.store.list_patches import Patch, add_patch
from app.portal.store.list_tables import CachedList, ListPatch
from tests.support.world import World

pytestmark = pytest.mark.both_databases

KEY = ListKey(GroupRef("acme", "headquarters"))
LEASE = 0.2  # seconds


@pytest.fixture
def store(world: World) -> DeviceListStore:
    portal = world.held_by()
    return DeviceListStore(portal.engine, DatabaseClock(portal.engine, world.clock))


def let_lease_run_out(world: World) -> None:
    world.clock.advance(seconds=LEASE * 2)  # which is SQLite's
    sleep(LEASE * 2)


def content(text: bytes) -> NewContent:
    return NewContent(text, devices=1, took=0.1, probe="group")


def head(store: DeviceListStore, username: str = "") -> ListHead:
    return store.head(KEY.group, username, session_id=1)


def test_lease_is_given_to_one_at_a_time(store: DeviceListStore) -> None:
    lease = store.acquire(KEY, 60)
    assert lease
    assert store.acquire(KEY, 60) is None
    assert head(store).lease_since is not None
    store.release(lease)
    assert head(store).lease_since is None
    assert store.acquire(KEY, 60)


def test_lease_of_a_killed_holder_runs_out(world: World, store: DeviceListStore) -> None:
    killed = store.acquire(KEY, LEASE)
    assert killed
    let_lease_run_out(world)
    assert head(store).lease_since is None
    successor = store.acquire(KEY, 60)
    assert successor
    assert not store.save(killed, content(b"late"), "")
    store.renew(killed, 600)
    store.fail(killed, {"kind": "ApiTimeout"})
    assert head(store).failures == 0
    assert store.save(successor, content(b"new"), "")
    loaded = store.load(KEY)
    assert loaded
    assert loaded.content == b"new"


def test_renewed_lease_does_not_run_out(world: World, store: DeviceListStore) -> None:
    lease = store.acquire(KEY, LEASE)
    assert lease
    store.renew(lease, 60)
    let_lease_run_out(world)
    assert store.acquire(KEY, 60) is None


def test_failures_are_counted_until_a_content_comes(store: DeviceListStore) -> None:
    for number in (1, 2):
        lease = store.acquire(KEY, 60)
        assert lease
        store.fail(lease, {"kind": "ApiTimeout"})
        assert (head(store).failures, head(store).failure) == (number, {"kind": "ApiTimeout"})
    lease = store.acquire(KEY, 60)
    assert lease
    store.save(lease, content(b"new"), "")
    assert (head(store).failures, head(store).failure, head(store).revision) == (0, None, 1)


def test_private_content_is_shown_to_its_person_alone(store: DeviceListStore) -> None:
    lease = store.acquire(KEY, 60)
    assert lease
    store.save(lease, content(b"mine"), "me")
    assert head(store, "me").as_of is not None
    assert head(store, "you").as_of is None
    assert head(store, "you").key.username == "you"


@pytest.mark.parametrize(("age", "is_kept"), [(timedelta(days=6, hours=23), True), (timedelta(days=7, hours=1), False)])
def test_list_that_nobody_opens_is_dropped(world: World, store: DeviceListStore, age: timedelta, is_kept: bool) -> None:
    lease = store.acquire(KEY, 10)
    assert lease
    store.save(lease, content(b"rows"), "")
    engine = world.held_by().engine
    with writing(engine) as db:
        add_patch(db, KEY.group, Patch("Fax", None))
    drop_expired(engine, datetime.fromtimestamp(head(store).now, UTC) + age)
    with snapshot(engine) as db:
        assert (db.scalar(select(CachedList.devices)) is not None) is is_kept
        assert (db.scalar(select(ListPatch.device_name)) == "Fax") is is_kept
