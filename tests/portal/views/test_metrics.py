"""What Prometheus reads of a portal."""

import re

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app.portal.domain.jobs import JobState
from app.portal.store.tasks import HEARTBEAT_TASK
from tests.support.adapters import UnreachableAdapter
from tests.support.changes import ACTOR, INTENT
from tests.support.client import Browser
from tests.support.jobs import add_job
from tests.support.metrics import BEARER, TOKEN, growth, read_samples, scrape
from tests.support.population import HQ
from tests.support.world import OWNER, World

LIST_RULE = "/tenants/<name:tenant>/groups/<name:group>/devices/"


@pytest.fixture
def watcher(world: World) -> Browser:
    """Prometheus."""
    return world.nobody(world.another_portal(metrics_token=TOKEN))


@pytest.mark.parametrize("given", ["", TOKEN, f"bearer {TOKEN}", f"Bearer {TOKEN}x", "Bearer é", "Basic eDp5"])
def test_metrics_are_not_there_without_the_token(world: World, given: str) -> None:
    portal = world.portals[-1] if len(world.portals) > 1 else world.another_portal(metrics_token=TOKEN)
    answer = world.nobody(portal).get("/metrics", headers={"Authorization": given.encode().decode("latin-1")})
    assert (answer.status, answer.h1) == (404, "Page not found")


def test_metrics_are_not_there_without_the_setting(world: World) -> None:
    assert world.nobody().get("/metrics", headers=BEARER).status == 404
    assert world.nobody().get("/metrics", headers={"Authorization": "Bearer "}).status == 404


def test_requests_calls_and_caches_are_counted(world: World, watcher: Browser) -> None:
    before = scrape(watcher)
    world.nobody().sign_in(OWNER.username, "wrong")
    owner = world.browser(OWNER)
    for _ in range(2):
        owner.get(HQ)
    owner.get(f"{HQ}Reception/tags/")
    owner.get("/nowhere/é")
    after = scrape(watcher)
    grown = growth(before, after)
    assert grown[f'portal_http_requests_total{{rule="{LIST_RULE}",status="200"}}'] == 2
    assert grown[f'portal_http_request_seconds_count{{rule="{LIST_RULE}"}}'] == 2
    assert grown['portal_http_requests_total{rule="none",status="404"}'] == 1
    assert grown['portal_backend_calls_total{call="POST login",outcome="200"}'] == 1
    assert grown['portal_backend_calls_total{call="POST login",outcome="401"}'] == 1
    assert grown['portal_backend_call_seconds_count{call="GET tenants/groups/access_devices"}'] == 1
    assert grown['portal_cache_reads_total{cache="device_lists",result="hit"}'] == 1
    assert grown['portal_cache_age_seconds_count{cache="device_lists"}'] == 2
    assert grown['portal_cache_reads_total{cache="tag_tables",result="miss"}'] == 1
    assert grown['portal_sign_in_attempts_total{kind="page",outcome="signed in"}'] == 1
    assert grown['portal_sign_in_attempts_total{kind="page",outcome="wrong"}'] == 1
    samples = read_samples(after)
    assert samples['portal_breaker_open{call="POST login"}'] == 0
    assert samples["portal_cache_bytes"] > 0
    assert samples["portal_database_connections_limit"] > samples["portal_database_connections_in_use"] >= 0
    names = ("acme", "globex", "headquarters", "Reception", OWNER.username.partition("@")[0], "nowhere")
    assert [name for name in names if re.search(rf'"[^"]*{name}', after)] == []


def test_open_breaker_and_calls_without_answer_are_counted(world: World, watcher: Browser) -> None:
    app = world.another_portal(lambda _: UnreachableAdapter(), breaker_failures=2)
    before = scrape(watcher)
    for _ in range(3):
        world.nobody(app).sign_in(OWNER.username, "x")
    after = scrape(watcher)
    assert growth(before, after)['portal_backend_calls_total{call="POST login",outcome="no answer"}'] == 2
    assert growth(before, after)['portal_backend_calls_total{call="POST login",outcome="suspended"}'] == 1
    assert growth(before, after)['portal_sign_in_attempts_total{kind="page",outcome="no answer"}'] == 3
    assert read_samples(after)['portal_breaker_open{call="POST login"}'] == 1


@pytest.mark.both_databases
def test_figures_of_the_database(world: World, watcher: Browser) -> None:
    samples = read_samples(scrape(watcher))
    assert samples["portal_database_up"] == 1
    assert samples["portal_sessions"] == samples['portal_jobs{state="running"}'] == 0
    assert samples["portal_jobs_oldest_waiting_seconds"] == samples["portal_unknown_outcomes"] == 0
    assert "portal_jobs_worker_seen_seconds" not in samples
    world.browser(OWNER)
    held = world.held_by(watcher.app)
    lease = held.tasks.acquire(HEARTBEAT_TASK, 30)
    assert lease
    held.tasks.finish(lease, 60)
    add_job(world, "Reception", "Desk 02", started_at=world.clock())
    add_job(world, "Lobby", state=JobState.DONE)
    world.held_by().audit_log.begin(INTENT, ACTOR, world.clock())
    world.clock.advance(minutes=5)
    samples = read_samples(scrape(world.nobody(world.another_portal(metrics_token=TOKEN))))
    assert samples["portal_sessions"] == samples['portal_jobs{state="running"}'] == 1
    assert (samples['portal_jobs{state="done"}'], samples['portal_jobs{state="paused"}']) == (1, 0)
    assert samples['portal_jobs_items{state="waiting"}'] == 2
    assert samples["portal_jobs_oldest_waiting_seconds"] > 0
    assert samples["portal_jobs_worker_seen_seconds"] >= 0
    assert samples["portal_unknown_outcomes"] == 1


def test_database_that_is_away_is_a_figure(world: World, watcher: Browser) -> None:
    def fail(*_args: object) -> None:
        raise OperationalError("SELECT", None, Exception("gone"))

    event.listen(world.held_by(watcher.app).engine, "before_cursor_execute", fail)
    samples = read_samples(scrape(watcher))
    assert samples["portal_database_up"] == 0
    assert "portal_sessions" not in samples
