"""Jobs while the platform is away: nothing is lost, nothing is sent twice, and they go on by themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from app.jobs.working import JobLoop
from app.portal import build_portal
from app.portal.api.deadline import DeadlineAdapter
from app.portal.domain.jobs import ItemReason, ItemState, JobReason, JobState
from tests.support.faults.server import Exchange, FaultServer, message, refused_address
from tests.support.jobs import add_job, items, job_state, session_of
from tests.support.world import OWNER, World

AWAY = (JobState.PAUSED, JobReason.PLATFORM)


@contextmanager
def jobs_over(world: World, url: str) -> Iterator[JobLoop]:
    adapter = DeadlineAdapter()
    settings = replace(world.settings, read_timeout=0.5, write_timeout=0.5, connect_timeout=0.5)
    portal = build_portal(settings, adapter, url, now=world.clock, hasher=world.hasher)
    yield JobLoop(portal)
    portal.engine.dispose()
    adapter.close()


def be_busy(exchange: Exchange) -> None:
    exchange.send(message(503, b"{}", ("Retry-After", "40")))


def test_job_goes_on_when_the_platform_is_back(world: World) -> None:
    owner = world.browser(OWNER)
    url = f"/jobs/{add_job(world, 'Reception', **session_of(world, OWNER.username))}/"
    with jobs_over(world, refused_address()) as jobs:
        jobs.run_until_idle()
        assert job_state(world) == AWAY
        assert "The platform gave no usable answer: " in owner.get(url).words
        world.clock.advance(seconds=4)
        jobs.tend_once()
        assert job_state(world) == AWAY
        world.clock.advance(seconds=2)
        jobs.run_until_idle()  # in vain again, so it waits longer
    with FaultServer(world.api) as server, jobs_over(world, server.url) as jobs:
        world.clock.advance(seconds=6)
        jobs.tend_once()
        assert job_state(world) == AWAY
        server.script("GET", "/Reception/", be_busy)
        assert owner.submit(owner.get(url), f"{url}resume").status == 303  # by hand
        jobs.run_until_idle()
        assert job_state(world) == AWAY
        world.clock.advance(seconds=39)
        jobs.run_until_idle()
        assert (job_state(world), server.seen("PUT")) == (AWAY, [])
        assert "asks to wait" in owner.get(url).words
        server.heal()
        with jobs_over(world, server.url) as others:  # this process keeps to the 40 seconds by a clock of its own
            for seconds in (2, 25):
                world.clock.advance(seconds=seconds)
                others.run_until_idle()
        assert items(world) == [("Reception", ItemState.DONE, ItemReason.BACK_ONLINE)]
        assert job_state(world) == (JobState.DONE, None)
        assert len(server.seen("PUT", "/reboot_phone/")) == 1


def test_lost_answer_is_unknown_and_never_sent_again(world: World) -> None:
    """Whether it was lost before the platform acted or after."""
    world.browser(OWNER)
    add_job(world, "Reception", "Fax", "Desk 01", **session_of(world, OWNER.username))

    def lose_before(exchange: Exchange) -> None:
        exchange.wait(0.7)

    def lose_after(exchange: Exchange) -> None:
        exchange.act()
        exchange.wait(0.7)

    with FaultServer(world.api) as server, jobs_over(world, server.url) as jobs:
        server.script("PUT", "/Reception/reboot_phone/", lose_before)
        server.script("PUT", "/Fax/reboot_phone/", lose_after)
        for seconds in (1, 1, 1, 10, 20):
            world.clock.advance(seconds=seconds)
            jobs.run_until_idle()
        assert [item[1] for item in items(world)] == [ItemState.UNKNOWN, ItemState.UNKNOWN, ItemState.DONE]
        assert job_state(world) == (JobState.DONE, None)
        assert [seen.path.split("/")[-3] for seen in server.seen("PUT")] == ["Reception", "Fax", "Desk%2001"]
