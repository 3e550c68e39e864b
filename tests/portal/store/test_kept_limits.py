"""How long and how many of its rows the portal keeps, at the edge of each limit."""

from datetime import timedelta

import pytest

from app.portal.store.sessions import SignIn
from tests.support.config_files import TEXT, upload
from tests.support.population import HQ
from tests.support.world import OWNER, World

FIELDS = [("description", "By the door")]
MOMENT = timedelta(microseconds=1)


def start_session(world: World, username: str = "ada@acme.example", browser: str = "") -> str:
    sign_in = SignIn(
        username=username,
        level=8,
        tenant_id="acme",
        group_id="headquarters",
        must_change_password=False,
        backend_cookies={},
        address="198.51.100.7",
        browser=browser,
    )
    return world.held_by().sessions.start(sign_in, world.clock.now)


def test_ended_session_is_kept_for_30_days(world: World) -> None:
    sessions = world.held_by().sessions
    token = start_session(world)
    world.clock.advance(days=30)
    start_session(world, "bob@acme.example")
    assert sessions.find(token) is not None
    world.clock.now += MOMENT
    start_session(world, "cyd@acme.example")
    assert sessions.find(token) is None


def test_session_is_renewed_once_a_minute(world: World) -> None:
    sessions = world.held_by().sessions
    token = start_session(world)
    for wait, renewed in ((timedelta(minutes=1) - MOMENT, False), (MOMENT, True)):
        world.clock.now += wait
        row = sessions.find(token)
        assert row is not None
        sessions.seen(row, world.clock.now)
        row = sessions.find(token)
        assert row is not None
        assert (row.seen_at == world.clock.now) is renewed


def test_session_keeps_200_characters_of_a_browser(world: World) -> None:
    for length in (200, 201):
        row = world.held_by().sessions.find(start_session(world, browser="x" * length))
        assert row is not None
        assert row.browser == "x" * 200


def test_draft_is_kept_for_an_hour(world: World) -> None:
    drafts = world.held_by().saved_drafts
    draft_id = drafts.keep(OWNER.username, HQ, FIELDS, world.clock.now)
    world.clock.advance(hours=1)
    assert drafts.find(draft_id, OWNER.username, HQ, world.clock.now) == FIELDS
    world.clock.now += MOMENT
    assert drafts.find(draft_id, OWNER.username, HQ, world.clock.now) is None


def test_user_keeps_five_drafts(world: World) -> None:
    drafts = world.held_by().saved_drafts
    ids = []
    for _ in range(6):
        world.clock.advance(seconds=1)
        ids.append(drafts.keep(OWNER.username, HQ, FIELDS, world.clock.now))
    kept = [draft_id for draft_id in ids if drafts.find(draft_id, OWNER.username, HQ, world.clock.now)]
    assert kept == ids[1:]


@pytest.mark.parametrize(("past", "status"), [(timedelta(), 200), (MOMENT, 303)])
def test_upload_is_kept_for_an_hour(world: World, past: timedelta, status: int) -> None:
    owner = world.browser(OWNER)
    page = upload(owner, TEXT)
    for _ in range(3):  # no session is idle for so long
        world.clock.advance(minutes=20)
        owner.get("/account")
    world.clock.now += past
    assert owner.get(page.url).status == status


def test_ids_are_of_32_random_bytes(world: World) -> None:
    upload(world.browser(OWNER), TEXT)
    [row] = world.contents()["portal_uploads"]
    draft_id = world.held_by().saved_drafts.keep(OWNER.username, HQ, FIELDS, world.clock.now)
    assert [len(text) for text in (row.id, draft_id, start_session(world))] == [43] * 3
