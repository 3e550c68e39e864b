"""Claims, the fence and outcomes of items, over both databases."""

from collections.abc import Sequence
from threading import Thread
from time import sleep

import pytest
from sqlalchemy import select, text, update

from app.database import reading, writing
from app.portal.domain.audit import Action, Intent, Result, by_itself
from app.portal.domain.jobs import ItemReason, ItemState, JobReason, JobState
from app.portal.store.audit import AuditLog
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.jobs.claims import Claim, JobClaims
from app.portal.store.jobs.outcomes import JobItemPart, JobOutcomes
from app.portal.store.jobs.tables import Job, JobItem
from tests.support.jobs import NOW, add_job
from tests.support.world import World

pytestmark = pytest.mark.both_databases

LEASE = 0.3  # seconds


@pytest.fixture
def claims(world: World) -> JobClaims:
    engine = world.held_by().engine
    return JobClaims(engine, DatabaseClock(engine, world.clock), LEASE)


@pytest.fixture
def outcomes(world: World) -> JobOutcomes:
    engine = world.held_by().engine
    return JobOutcomes(engine, DatabaseClock(engine, world.clock))


def items(world: World) -> Sequence[JobItem]:
    with reading(world.held_by().engine) as db:
        return list(db.scalars(select(JobItem).order_by(JobItem.id)))


def states(world: World) -> list[str]:
    return [item.state for item in items(world)]


def job_of(world: World, job_id: int) -> Job:
    with reading(world.held_by().engine) as db:
        return db.scalars(select(Job).where(Job.id == job_id)).one()


def pass_time(world: World, seconds: float) -> None:
    world.clock.advance(seconds=seconds)  # which is SQLite's
    if world.held_by().engine.dialect.name == "postgresql":
        sleep(seconds)


def claim(claims: JobClaims, world: World) -> Claim:
    pass_time(world, 0.02)  # the pace of 6,000 a minute
    claimed = claims.claim()
    assert claimed
    return claimed


def test_items_are_claimed_in_order_and_by_one_worker(world: World, claims: JobClaims) -> None:
    add_job(world, "A", "B")
    assert [claim(claims, world).device_name for _ in range(2)] == ["A", "B"]
    pass_time(world, 0.02)
    assert claims.claim() is None


@pytest.mark.parametrize("state", [state for state in JobState if state is not JobState.RUNNING])
def test_only_running_jobs_are_worked_on(world: World, claims: JobClaims, state: JobState) -> None:
    add_job(world, "A", state=state)
    assert claims.claim() is None


def test_pace_holds_over_all_workers(world: World, claims: JobClaims) -> None:
    add_job(world, "A", "B", pace=60)
    assert claims.claim()
    assert claims.claim() is None
    pass_time(world, 1.05)
    assert claims.claim()


def test_pace_holds_for_workers_that_claim_at_once(world: World) -> None:
    engine, job_id = world.held_by().engine, add_job(world, *map(str, range(10)), pace=60)
    workers = [JobClaims(engine, DatabaseClock(engine, world.clock), 30) for _ in range(6)]
    claimed: list[Claim | None] = []
    threads = [Thread(target=lambda worker=worker: claimed.append(worker.claim())) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == 6
    assert [claim.job_id for claim in claimed if claim] == [job_id]
    assert 0 < (workers[0].seconds_until_due() or 0) <= 1
    pass_time(world, 1.05)
    assert (workers[0].seconds_until_due() or 1) <= 0


def test_without_job_nothing_is_due(world: World, claims: JobClaims) -> None:
    assert claims.seconds_until_due() is None
    job_id = add_job(world, "A", state=JobState.PAUSED)
    assert claims.seconds_until_due() is None
    with writing(world.held_by().engine) as db:
        db.execute(update(Job).where(Job.id == job_id).values(state=JobState.RUNNING))
    assert (claims.seconds_until_due() or 1) <= 0


def test_nobody_claims_while_the_job_is_locked(world: World, claims: JobClaims) -> None:
    """The items are left alone: one of their middle would be claimed once the lock is gone, and their rows written."""
    engine, job_id = world.held_by().engine, add_job(world, "A", "B", "C")
    if engine.dialect.name == "sqlite":
        return  # its writers take turns
    with writing(engine) as db:
        db.execute(select(Job.id).where(Job.id == job_id).with_for_update())
        assert claims.claim() is None
    with reading(engine) as db:
        tried = db.scalar(text("SELECT count(*) FROM portal_job_items WHERE xmax::text <> '0'"))
    assert tried == 1
    assert claim(claims, world).device_name == "A"


def test_device_in_hand_of_one_job_waits_in_another(world: World, claims: JobClaims) -> None:
    add_job(world, "A")
    add_job(world, "A", "B")
    first = claim(claims, world)
    assert claim(claims, world).device_name == "B"
    pass_time(world, 0.02)
    assert claims.claim() is None
    claims.give_back(first)
    assert claim(claims, world).device_name == "A"


def test_lost_lease_gives_back_what_was_not_sent(world: World, claims: JobClaims) -> None:
    add_job(world, "A")
    frozen = claim(claims, world)
    pass_time(world, LEASE * 1.5)
    assert not claims.mark_sent(frozen)
    assert claims.sweep() == 1
    assert states(world) == [ItemState.WAITING]
    successor = claim(claims, world)
    assert not claims.renew(frozen)
    assert claims.mark_sent(successor)
    assert not claims.mark_sent(frozen)


def test_lost_lease_leaves_what_was_sent_unknown(world: World, claims: JobClaims) -> None:
    add_job(world, "A")
    frozen = claim(claims, world)
    assert claims.mark_sent(frozen)
    pass_time(world, LEASE * 1.5)
    assert claims.sweep() == 1
    [item] = items(world)
    assert (item.state, item.reason) == (ItemState.UNKNOWN, ItemReason.WORKER_LOST)
    pass_time(world, 0.02)
    assert claims.claim() is None


def test_renewed_lease_is_not_swept(world: World, claims: JobClaims) -> None:
    add_job(world, "A")
    working = claim(claims, world)
    for _ in range(3):
        pass_time(world, LEASE * 0.6)
        assert claims.renew(working)
        assert claims.sweep() == 0
    assert claims.mark_sent(working)


def test_paused_job_sends_nothing_more(world: World, claims: JobClaims) -> None:
    job_id = add_job(world, "A", "B")
    working = claim(claims, world)
    with writing(world.held_by().engine) as db:
        db.execute(update(Job).where(Job.id == job_id).values(state=JobState.PAUSED))
    assert not claims.mark_sent(working)
    claims.give_back(working)
    pass_time(world, 0.02)
    assert claims.claim() is None
    assert states(world) == [ItemState.WAITING] * 2


def test_item_given_back_with_a_pause_waits(world: World, claims: JobClaims) -> None:
    add_job(world, "A")
    claims.give_back(claim(claims, world), pause=0.5)
    pass_time(world, 0.1)
    assert claims.claim() is None
    pass_time(world, 0.5)
    assert claims.claim()


def test_two_jobs_claimed_at_once_never_hold_one_device(world: World, claims: JobClaims) -> None:
    """Eight workers and four jobs with the same ten devices; each item is held for a moment."""
    for _ in range(4):
        add_job(world, *map(str, range(10)), pace=1_000_000)
    held: list[str] = []
    overlaps: list[str] = []

    def work() -> None:
        for _ in range(20):
            claimed = claims.claim()
            if claimed is None:
                continue
            if claimed.device_name in held:
                overlaps.append(claimed.device_name)
            held.append(claimed.device_name)
            held.remove(claimed.device_name)
            claims.give_back(claimed)

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert overlaps == []


def test_canary_lets_the_first_items_run(world: World, claims: JobClaims, outcomes: JobOutcomes) -> None:
    job_id = add_job(world, "A", "B", "C", canary=2, canary_number=2)
    for _ in range(2):
        claimed = claim(claims, world)
        outcomes.conclude(claimed, ItemState.UNCHANGED, NOW, ItemReason.UNSUPPORTED)
    pass_time(world, 0.02)
    assert claims.claim() is None
    outcomes.settle(job_id, NOW)
    job = job_of(world, job_id)
    assert (job.state, job.reason) == (JobState.WAITING, JobReason.CANARY)


def test_job_pauses_after_failures_and_ends_with_its_last_item(
    world: World, claims: JobClaims, outcomes: JobOutcomes
) -> None:
    job_id = add_job(world, "A", "B", "C", pause_after=2)
    for count in (1, 2):
        outcomes.conclude(claim(claims, world), ItemState.REFUSED, NOW, ItemReason.UNSUPPORTED)
        outcomes.settle(job_id, NOW)
        job = job_of(world, job_id)
        assert (job.state == JobState.PAUSED) is (count == 2)
    assert (job.reason, job.params) == (JobReason.FAILURES, {"failures": 2})
    with writing(world.held_by().engine) as db:
        db.execute(update(Job).where(Job.id == job_id).values(state=JobState.RUNNING, failures=0))
    outcomes.conclude(claim(claims, world), ItemState.SKIPPED, NOW, ItemReason.GONE_MEANWHILE)
    outcomes.settle(job_id, NOW)
    job = job_of(world, job_id)
    assert (job.state, job.ended_at) == (JobState.DONE, NOW)


@pytest.mark.parametrize("is_late", [False, True])
def test_outcome_is_written_with_its_change_however_late(world: World, claims: JobClaims, is_late: bool) -> None:
    """A worker that comes back after its lease knows the answer all the same."""
    audit_log, results = AuditLog(world.held_by().engine), (Result.APPLIED, Result.UNKNOWN, Result.REFUSED)
    job_id = add_job(world, "A", "B", "C")
    for result in results:
        claimed = claim(claims, world)
        part = JobItemPart(claimed, claims.clock)
        intent = Intent(Action.REBOOT, claimed.group, claimed.device_name, {}, {})
        begun = audit_log.begin(intent, by_itself("a test"), NOW, part)
        assert claims.mark_sent(claimed)
        part.is_sent = True
        if is_late:
            pass_time(world, LEASE * 1.5)
            claims.sweep()
        audit_log.finish(begun, NOW, result)
    assert states(world) == [ItemState.DONE, ItemState.UNKNOWN, ItemState.REFUSED]
    assert all(item.change_id for item in items(world))
    assert job_of(world, job_id).failures == 2


def test_refusal_before_the_call_leaves_the_item_to_its_worker(world: World, claims: JobClaims) -> None:
    audit_log = AuditLog(world.held_by().engine)
    add_job(world, "A")
    claimed = claim(claims, world)
    intent = Intent(Action.REBOOT, claimed.group, claimed.device_name, {}, {})
    begun = audit_log.begin(intent, by_itself("a test"), NOW, JobItemPart(claimed, claims.clock))
    audit_log.finish(begun, NOW, Result.REFUSED)
    assert states(world) == [ItemState.CLAIMED]
