"""Reboots that follow what a job did, and the watches of rebooted devices, over both databases."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, update

from app.database import reading, writing
from app.portal.domain.jobs import ItemReason, ItemState
from app.portal.store.jobs.reboots import RebootWatches, add_reboot, watch_reboot
from app.portal.store.jobs.tables import JobItem, RebootWatch
from tests.support.jobs import add_job, items
from tests.support.world import World

pytestmark = pytest.mark.both_databases


def set_items(world: World, **values: Any) -> list[int]:
    with writing(world.held_by().engine) as db:
        return list(db.scalars(update(JobItem).values(**values).returning(JobItem.id)))


def test_each_look_is_taken_by_one_process(world: World) -> None:
    add_job(world, "A", "B")
    item_ids = set_items(world, state=ItemState.DONE)
    portal = world.held_by()
    with writing(portal.engine) as db:
        for item_id in item_ids:
            watch_reboot(db, item_id, portal.clock.read(db))
    watches = [RebootWatches(portal.engine, portal.clock, 120) for _ in range(4)]
    with ThreadPoolExecutor() as pool:
        looks = [look for look in pool.map(lambda one: one.take(), watches) if look and look.devices]
    assert [[device.name for device in look.devices] for look in looks] == [["A", "B"]]
    first = looks[0].devices[0]
    watches[0].keep_away(first, first.asked_at + 4)
    watches[0].end(first, ItemReason.BACK_ONLINE, {"seconds": 61})
    with reading(portal.engine) as db:
        assert db.scalars(select(RebootWatch.device_name)).all() == ["B"]
    assert items(world) == [
        ("A", ItemState.DONE, ItemReason.BACK_ONLINE),
        ("B", ItemState.DONE, ItemReason.REBOOTING),
    ]


def test_reboot_is_added_once_and_only_after_a_change(world: World) -> None:
    add_job(world, "A", action="edit", reboot_after=True)
    add_job(world, "B", action="edit")
    item_ids = set_items(world, state=ItemState.WAITING)
    for state, count in (
        (ItemState.REFUSED, 2),
        (ItemState.SENT, 2),
        (ItemState.DONE, 3),
        (ItemState.DONE, 3),  # the reboot too
    ):
        set_items(world, state=state)
        for item_id in item_ids:
            with writing(world.held_by().engine) as db:
                add_reboot(db, item_id)
        assert len(items(world)) == count, state
    assert items(world)[2][0] == "A"
