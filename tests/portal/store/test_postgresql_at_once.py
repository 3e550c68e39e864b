"""The portal over PostgreSQL, where writers do not take turns: many at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Event
from time import sleep

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from app import database
from app.database import acquire_locks, connect, upgrade, writing
from app.portal import prepare
from app.portal.domain.files import Upload
from app.portal.domain.refs import FileRef, GroupRef
from app.portal.store.login_attempts import LoginAttempts
from app.portal.store.schema import MIGRATIONS
from tests.support import postgres
from tests.support.changes import ACTOR, INTENT
from tests.support.config_files import begin_transfer
from tests.support.population import HEADQUARTERS
from tests.support.postgres import settings_in_one_database
from tests.support.rounds import Rounds, at_once
from tests.support.world import World

postgres.skip_without()
pytestmark = pytest.mark.xdist_group("postgresql")


@pytest.fixture
def world(postgresql_world: World) -> World:
    return postgresql_world


_NUMBERS = text("SELECT number FROM portal_file_versions WHERE file_format = :file_format ORDER BY number")
_CONTENTS = text("SELECT count(*) FROM portal_file_contents")


def test_servers_that_start_at_once_make_the_tables_once(postgresql: str, tmp_path: Path) -> None:
    with postgres.database(postgresql, "fresh") as url:
        settings = settings_in_one_database(tmp_path, url)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda settings: prepare(settings, "support@provider.example"), [settings] * 4))
        engine = connect(url)
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM portal_support_names")) == 1
        engine.dispose()


def test_of_many_guesses_at_once_no_sixth_is_tried(world: World, rounds: Rounds) -> None:
    attempts, now = LoginAttempts(world.held_by().engine), world.clock.now
    for number, chance in enumerate(rounds):
        account = f"owner {number}"
        guesses = [partial(attempts.register, account, f"2001:db8:{number:x}:{guess:x}::1", now) for guess in range(12)]
        assert sum(each is not None for each in at_once(chance, *guesses)) == 5
        assert attempts.register(account, "192.0.2.99", now) is None
    assert attempts.register(account, "192.0.2.99", now + timedelta(minutes=5)) is not None


def test_concurrent_guesses_from_one_address_stop_at_20(world: World) -> None:
    attempts, now = LoginAttempts(world.held_by().engine), world.clock.now
    with ThreadPoolExecutor(8) as pool:
        begun = list(pool.map(lambda number: attempts.register(f"account {number}", "192.0.2.1", now), range(30)))
    assert sum(each is not None for each in begun) == 20


def test_no_rise_of_a_lists_version_is_lost(world: World, rounds: Rounds) -> None:
    generations = world.held_by().cache_generations
    for number, chance in enumerate(rounds, 1):
        at_once(chance, *[partial(generations.bump, HEADQUARTERS)] * 8)
        assert generations.current(HEADQUARTERS) == 8 * number


def test_concurrent_intents_get_ids_of_their_own(world: World, rounds: Rounds) -> None:
    audit_log, ids = world.held_by().audit_log, set[int]()
    for number, chance in enumerate(rounds, 1):
        begun = at_once(chance, *[partial(audit_log.begin, INTENT, ACTOR, world.clock.now)] * 8)
        ids.update(change.id for change in begun)
        assert len(ids) == 8 * number
    assert ids == {change.id for change, _ in world.changes()}


def test_intent_sees_every_older_one_of_its_device(world: World) -> None:
    audit_log, other = world.held_by().audit_log, world.held_by(world.another_portal()).audit_log
    about_to_end, may_end = Event(), Event()

    def wait(_connection: object) -> None:
        about_to_end.set()
        assert may_end.wait(20)

    def begin(group: GroupRef) -> int:
        return other.begin(replace(INTENT, group=group), ACTOR, world.clock.now).id

    event.listen(world.held_by().engine, "commit", wait)
    with ThreadPoolExecutor(2) as pool:
        older = pool.submit(audit_log.begin, INTENT, ACTOR, world.clock.now)
        assert about_to_end.wait(20)
        assert begin(GroupRef("acme", "warehouse")) > 0  # that one waits for nobody
        younger = pool.submit(begin, HEADQUARTERS)
        wait_until_somebody_waits(world)
        may_end.set()
        ids = [older.result().id, younger.result()]
        assert ids == sorted(ids)
        rows = other.list_unsettled_writes(HEADQUARTERS, INTENT.device_name, undone_since=world.clock.now)
        assert [change.id for change, _ in rows] == ids[::-1]


def test_stuck_writer_times_out_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    late = world.held_by(world.another_portal()).audit_log
    with writing(world.held_by().engine) as stuck:
        acquire_locks(stuck.connection(), repr(("begin", HEADQUARTERS, INTENT.device_name)))
        with pytest.raises(OperationalError, match="lock timeout"):
            late.begin(INTENT, ACTOR, world.clock.now)
    assert late.begin(INTENT, ACTOR, world.clock.now).id > 0


def test_start_waits_for_another_migration(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    engine = world.held_by(world.another_portal()).engine
    with ThreadPoolExecutor(1) as pool:
        with writing(world.held_by().engine) as first:
            acquire_locks(first.connection(), "portal_alembic")
            second = pool.submit(upgrade, engine, MIGRATIONS, "portal_alembic")
            wait_until_somebody_waits(world)
            sleep(0.3)
        assert second.result() is False


def wait_until_somebody_waits(world: World) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    with world.api_engine.connect() as connection:
        for _ in range(100):
            if connection.scalar(waiting):
                return
            sleep(0.05)
    raise AssertionError("the younger one did not wait")


def test_concurrent_support_roles_are_given_once(world: World, rounds: Rounds) -> None:
    support = world.held_by().support_accounts
    for number, chance in enumerate(rounds):
        spellings = [f"new {number}", f"NEW {number}"] * 4
        named = at_once(chance, *[partial(support.add, each, "me", world.clock.now) for each in spellings])
        assert sum(named) == 1


def test_of_many_who_send_the_same_upload_at_once_one_does(world: World, rounds: Rounds) -> None:
    uploads, file = world.held_by().pending_uploads, FileRef(HEADQUARTERS, "Reception", "a.cfg")
    upload = Upload(origin="upload", detail="", content=b"a", opened=None, opened_state="")
    for chance in rounds:
        kept = uploads.keep("me", file, upload, world.clock.now)
        begun = at_once(chance, *[partial(begin_transfer, world, file, b"a", upload_id=kept)] * 8)
        assert [claim.is_ours for *_, claim in begun].count(True) == 1
        assert [change.rival.by for change, *_ in begun if change.rival] == 7 * [ACTOR.username]


def test_concurrent_versions_share_content(world: World, rounds: Rounds) -> None:
    for number, chance in enumerate(rounds, 1):
        file, data = FileRef(HEADQUARTERS, "Reception", f"{number}.cfg"), b"%d" % number
        at_once(chance, *[partial(begin_transfer, world, file, data)] * 8)
        with world.api_engine.connect() as connection:
            numbers = connection.scalars(_NUMBERS, {"file_format": file.file_format}).all()
            assert (numbers, connection.scalar(_CONTENTS)) == (list(range(1, 9)), number)
