"""What the rounds read next, what they forget, and the retention of the index, over both databases."""

import pytest

from app.portal.domain.refs import GroupRef
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.index.pruning import clear_index, prune_index
from app.portal.store.index.rounds import DeviceRound, RoundStore
from app.portal.store.index.tables import IndexedCount, IndexedDevice, IndexedGroup, StatusChange
from tests.support.index import details, listed, recorder
from tests.support.world import World

pytestmark = pytest.mark.both_databases

ACME, GLOBEX = GroupRef("acme", ""), GroupRef("globex", "")
HQ, ANNEX = GroupRef("acme", "headquarters"), GroupRef("acme", "annex")


@pytest.fixture
def store(world: World) -> RoundStore:
    portal = world.held_by()
    return RoundStore(portal.engine, DatabaseClock(portal.engine, world.clock))


def test_round_reads_each_target_once(world: World, store: RoundStore) -> None:
    assert store.begin("me") is None
    store.set_targets([GLOBEX, ACME])
    assert store.next_target() == ACME
    store.record_try(ACME)
    store.set_targets([HQ, ANNEX], within="acme")
    assert store.next_target() == ANNEX
    store.record_try(ANNEX, "forbidden")
    recorder(world).record_list(HQ, [listed("A")])  # by a page
    assert store.next_target() == GLOBEX
    store.record_try(GLOBEX)
    assert store.next_target() is None


def test_next_round_waits(store: RoundStore) -> None:
    assert store.begin("me") is None
    assert store.begin("me") is None
    store.end(900)
    left = store.begin("me")
    assert left is not None
    assert 890 < left <= 900
    assert store.begin("another") is None


def test_target_that_went_names_its_groups(store: RoundStore) -> None:
    store.begin("me")
    store.set_targets([ACME, GLOBEX])
    store.set_targets([HQ, ANNEX], within="acme")
    assert store.set_targets([HQ], within="acme", is_complete=False) == ()
    assert store.set_targets([HQ], within="acme") == [ANNEX]
    assert store.set_targets([GLOBEX]) == [HQ]
    assert store.next_target() == GLOBEX
    assert store.drop_target(GLOBEX) == []
    assert store.next_target() is None


def test_devices_that_wait_longest_come_first(world: World, store: RoundStore) -> None:
    store.begin("me")
    store.set_targets([HQ, ANNEX], within="acme")
    recorder(world).record_list(HQ, [listed("Known"), listed("New")])
    recorder(world).record_device(HQ, "Known", details(), age=-1)
    batch = store.next_devices(DeviceRound.DETAILS, {})
    assert batch
    assert (batch.group, batch.names) == (HQ, ["New"])
    assert store.next_devices(DeviceRound.DETAILS, {HQ: {"New"}}) is None
    assert store.next_devices(DeviceRound.DETAILS, {}) is None  # looked through, for an hour
    assert store.next_devices(DeviceRound.PEOPLE, {}) is None
    store.record_try(HQ, has_end_points=False)
    batch = store.next_devices(DeviceRound.PEOPLE, {})
    assert batch
    assert batch.names == ["Known", "New"]


def test_what_was_not_seen_for_long_is_deleted(world: World) -> None:
    portal = world.held_by()
    recorder(world).record_list(HQ, [listed("Listed")], age=31 * 86_400)
    recorder(world).record_device(HQ, "Opened", details())
    recorder(world).record_list(ANNEX, [listed("Fresh")])
    prune_index(portal.engine, portal.clock, 30)
    kept = world.contents()
    assert {row.device_name for row in kept["portal_index_devices"]} == {"Opened", "Fresh"}
    assert {row.group_id for row in kept["portal_index_groups"]} == {"annex"}
    assert {row.device_name for row in kept["portal_status_changes"]} == {"Opened", "Fresh"}
    clear_index(portal.engine)
    cleared = world.contents()
    tables = (IndexedDevice, IndexedGroup, IndexedCount, StatusChange)
    assert [cleared[table.__tablename__] for table in tables] == [[], [], [], []]
