"""How long and how many of its rows the portal keeps, at the edge of each limit."""

from datetime import timedelta

import pytest

from app.portal.domain.files import MissingUpload, Upload
from app.portal.domain.refs import FileRef
from app.portal.store import pending_uploads, saved_drafts
from app.portal.store.sessions import SignIn
from tests.support.config_files import TEXT, begin_transfer, upload
from tests.support.population import HEADQUARTERS, HQ
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
    return world.held_by().sessions.start(sign_in, world.clock.now)[0]


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
        sessions.extend(row, world.clock.now)
        row = sessions.find(token)
        assert row is not None
        assert (row.seen_at == world.clock.now) is renewed


def test_session_keeps_200_characters_of_a_browser(world: World) -> None:
    for length in (200, 201):
        start_session(world, browser="x" * length)
    assert [row.browser for row in world.held_by().sessions.list_alive("ada@acme.example", world.clock.now)] == [
        "x" * 200
    ] * 2


def test_draft_is_kept_for_an_hour(world: World) -> None:
    drafts = world.held_by().saved_drafts
    draft_id = drafts.keep(OWNER.username, HQ, FIELDS, world.clock.now)
    world.clock.advance(hours=1)
    assert drafts.find(draft_id, OWNER.username, HQ, world.clock.now) == FIELDS
    world.clock.now += MOMENT
    assert drafts.find(draft_id, OWNER.username, HQ, world.clock.now) is None


@pytest.mark.both_databases
def test_drafts_are_kept_by_bytes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_drafts, "MOST_BYTES", 3_000)
    drafts = world.held_by().saved_drafts

    def keep(size: int, username: str = OWNER.username) -> str:
        world.clock.advance(seconds=1)
        return drafts.keep(username, HQ, [("content", "x" * size)], world.clock.now)

    other = keep(10, "other")
    small = [keep(10) for _ in range(9)]
    large = [keep(1_000) for _ in range(3)]
    assert drafts.find(other, "other", HQ, world.clock.now)
    found = [draft_id for draft_id in [*small, *large] if drafts.find(draft_id, OWNER.username, HQ, world.clock.now)]
    assert found == large


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


@pytest.mark.both_databases
def test_uploads_are_kept_by_bytes_not_by_number(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pending_uploads, "MOST_BYTES", 130_000)  # as they are encrypted
    uploads, file = world.held_by().pending_uploads, FileRef(HEADQUARTERS, "Reception", "a.cfg")

    def keep(size: int, username: str = "me") -> str:
        world.clock.advance(seconds=1)
        upload = Upload(origin="edit", detail="", content=b"x" * size, opened=b"", opened_state="")
        return uploads.keep(username, file, upload, world.clock.now)

    def list_kept(*upload_ids: str) -> list[bool]:
        return [uploads.find(upload_id, "me", file, world.clock.now) is not None for upload_id in upload_ids]

    small = [keep(100) for _ in range(30)]
    *_, sending = begin_transfer(world, file, b"x" * 60_000, upload_id=(sent := keep(60_000)))
    assert sending.is_ours
    others, first, second = keep(90_000, "colleague"), keep(40_000), keep(40_000)
    assert list_kept(*small, sent, first, second) == [True] * 33
    last = keep(40_000)
    assert list_kept(*small, sent, first, second, last) == [False] * 30 + [True, False, True, True]
    assert uploads.find(others, "colleague", file, world.clock.now)
    assert uploads.explain_missing(first, "me", file) is MissingUpload.DISPLACED
    assert uploads.explain_missing(first, "colleague", file) is MissingUpload.EXPIRED
    assert uploads.explain_missing(last, "me", FileRef(HEADQUARTERS, "Fax", "a.cfg")) is MissingUpload.EXPIRED
