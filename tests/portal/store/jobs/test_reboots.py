"""Reboots that follow what a job did, and the watches of rebooted devices, over both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.database import reading, writing
from app.portal.domain.audit import Action, Actor, Intent, Reason, Result
from app.portal.domain.jobs import ItemReason, ItemState
from app.portal.store.jobs.reboots import RebootWatches, add_reboot, watch_reboot
from app.portal.store.jobs.tables import Job, JobItem, RebootWatch
from tests.support.jobs import NOW, add_job, items
from tests.support.population import HEADQUARTERS
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


def end(world: World, minute: int, state: ItemState = ItemState.DONE, **values: Any) -> None:
    """Let items of this part, or of this number, end at a minute; what follows of that is added."""
    which = [getattr(JobItem, name) == value for name, value in values.items()]
    with writing(world.held_by().engine) as db:
        ended = update(JobItem).where(*which).values(state=state, ended_at=NOW + timedelta(minutes=minute))
        for item_id in db.scalars(ended.returning(JobItem.id)).all():
            add_reboot(db, item_id)


def test_reboot_is_added_once_and_only_after_a_change(world: World) -> None:
    add_job(world, "A", action="edit", reboot_after=True)
    add_job(world, "B", action="edit")
    end(world, 1, ItemState.REFUSED)
    assert len(items(world)) == 2
    end(world, 2, ItemState.SENT)
    assert len(items(world)) == 2
    end(world, 3)
    assert [item[0] for item in items(world)] == ["A", "B", "A"]
    end(world, 4, part=1)
    assert len(items(world)) == 3


def test_part_that_is_tried_again_is_followed_by_its_own_reboot(world: World) -> None:
    job_id = add_job(world, "A", "A", action="edit", reboot_after=True)
    with writing(world.held_by().engine) as db:
        second = (JobItem.job_id == job_id) & (JobItem.number == 2)
        db.execute(update(JobItem).where(second).values(number=1, part=1, state=ItemState.REFUSED, ended_at=NOW))
    end(world, 1, part=0)
    end(world, 2, part=2)
    end(world, 3, ItemState.REFUSED, part=1)
    assert len(items(world)) == 3
    end(world, 4, part=1)
    assert len(items(world)) == 4


def test_reading_that_shows_a_change_lets_its_reboot_follow(world: World) -> None:
    intent = Intent(Action.EDIT, HEADQUARTERS, "A", {}, {"description": "new"})
    actor = Actor(username="", role="", address="", request_id="")
    change_id = world.held_by().audit_log.begin(intent, actor, NOW).id
    add_job(world, "A", action="edit", reboot_after=True)
    set_items(world, state=ItemState.UNKNOWN, change_id=change_id)
    world.held_by().audit_log.reconcile(change_id, HEADQUARTERS, NOW, Result.APPLIED, Reason.SEEN_DONE)
    assert [item[1] for item in items(world)] == [ItemState.DONE, ItemState.WAITING]


def test_device_that_does_not_come_back_is_a_failure(world: World) -> None:
    add_job(world, "A", "B")
    portal = world.held_by()
    watches = RebootWatches(portal.engine, portal.clock, 120)
    with writing(portal.engine) as db:
        for item_id in set_items(world, state=ItemState.DONE):
            watch_reboot(db, item_id, portal.clock.read(db))
    look = watches.take()
    assert look
    watches.end(look.devices[0], ItemReason.BACK_ONLINE, {"seconds": 61})
    watches.end(look.devices[1], ItemReason.NOT_BACK, {"status": "Offline"})
    with reading(portal.engine) as db:
        assert db.scalars(select(Job.failures)).all() == [1]
