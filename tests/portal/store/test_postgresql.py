"""The portal over PostgreSQL, sharing one database with the reference API."""

import subprocess
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, select, text
from sqlalchemy.exc import InternalError

from app.database import connect, reading, snapshot
from app.portal.domain.audit import Action, Actor, Intent, Reason, Result
from app.portal.domain.jobs import JobState
from app.portal.domain.refs import GroupRef
from app.portal.store.backup import NoBackupError, back_up
from app.portal.store.tables import Base, SessionRow, SortKey
from app.reference_api.tables import Base as ApiBase
from tests.support import config_files, postgres
from tests.support.devices import edit_device, read_device
from tests.support.jobs import NOW, add_job
from tests.support.population import HQ
from tests.support.postgres import settings_in_one_database
from tests.support.world import COLLEAGUE, OWNER, PASSWORD, World

postgres.skip_without()
pytestmark = pytest.mark.xdist_group("postgresql")


@pytest.fixture
def world(postgresql_world: World) -> World:
    return postgresql_world


PLACE = GroupRef("acme", "headquarters")
INTENT = Intent(Action.EDIT, PLACE, "Fax", {"description": ""}, {"description": "a\0b"})
ACTOR = Actor(username="me", role="Group admin", address="192.0.2.1", request_id="0A1B")
NUL = "a\0b"


@pytest.mark.parametrize(("prefix", "metadata"), [("portal_", Base.metadata), ("api_", ApiBase.metadata)])
def test_migrations_make_the_tables_that_are_declared(world: World, prefix: str, metadata: MetaData) -> None:
    def is_declared(name: str, kind: str, _parents: object) -> bool:
        """Leave out the indexes of trigrams: those of SQLite are tables."""
        return name.startswith(prefix) if kind == "table" else not (kind == "index" and name.endswith("_text"))

    def differ(_context: object, _column: object, _declared: object, made: Any, declared: object) -> bool | None:
        """Return None for what Alembic compares itself, which it cannot of a collation."""
        return made.collation != "C" if isinstance(declared, SortKey) else None

    options = {
        "version_table": f"{prefix}alembic",
        "compare_type": differ,
        "include_name": is_declared,
    }
    with world.held_by().engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []


def test_main_path_works_on_postgresql(world: World) -> None:
    other = world.another_portal()
    owner, colleague = world.browser(OWNER), world.browser(COLLEAGUE, other)
    assert "Desk 02" in colleague.get(HQ).words
    assert edit_device(owner, "Desk 02", description="Corner of floor 3").location == f"{HQ}Desk%2002/"
    assert read_device(world, "Desk 02")["description"] == "Corner of floor 3"
    owner.post(f"{HQ}Desk%2002/reboot")
    row = next(row for row in colleague.get(HQ).document.iter("tr") if "Desk 02" in "".join(row.itertext()))
    assert "Offline" in "".join(row.itertext())  # the other worker's list is no older than the change
    assert [(change.action, outcomes) for change, outcomes in world.changes()] == [
        ("device:edit", ["applied"]),
        ("device:reboot", ["applied"]),
    ]


def test_moments_come_back_in_utc_whatever_the_servers_zone(world: World) -> None:
    engine = world.held_by().engine
    with engine.connect() as connection:
        connection.execute(text("ALTER DATABASE portal SET timezone TO 'Asia/Kathmandu'"))
        connection.commit()
    engine.dispose()
    world.browser(OWNER)
    with reading(engine) as db:
        row = db.scalars(select(SessionRow)).one()
    assert (row.signed_in_at, row.signed_in_at.tzinfo) == (world.clock.now, UTC)


def test_reader_sees_one_moment_and_cannot_write(world: World) -> None:
    generations, engine = world.held_by().cache_generations, world.held_by().engine
    generations.bump(PLACE)
    count = text("SELECT sum(version) FROM portal_list_versions")
    with snapshot(engine) as db:
        before = db.scalar(count)
        generations.bump(PLACE)
        assert db.scalar(count) == before
        with pytest.raises(InternalError, match="read-only"):
            db.execute(text("DELETE FROM portal_list_versions"))
    assert generations.current(PLACE) == 2


def test_audit_log_takes_any_text(world: World) -> None:
    audit_log = world.held_by().audit_log
    begun = audit_log.begin(INTENT, ACTOR, world.clock.now)
    audit_log.finish(begun, world.clock.now, Result.UNKNOWN, Reason.ANSWER_LOST, cause=NUL * 50_000)
    [(change, outcomes)] = world.changes()
    assert (change.id, change.after, outcomes) == (begun.id, {"description": NUL}, ["unknown"])


def test_what_was_dumped_is_all_there_again(world: World, postgresql: str, tmp_path: Path) -> None:
    owner = world.browser(OWNER)
    config_files.apply(owner, config_files.upload(owner, config_files.TEXT))
    with pytest.raises(NoBackupError, match="Use: pg_dump --format=custom"):
        back_up(world.held_by().engine, tmp_path / "portal.dump")
    programs, dump = postgres.binaries(), tmp_path / "portal.dump"
    assert programs is not None
    with postgres.database(postgresql, "restored") as url:
        for command in (
            [programs / "pg_dump", "--format=custom", f"--file={dump}", f"--dbname={world.settings.database_url}"],
            [programs / "pg_restore", "--clean", "--if-exists", f"--dbname={url}", dump],
        ):
            subprocess.run([str(part) for part in command], check=True)
        again = World(settings_in_one_database(tmp_path, url), world.templates, clock=world.clock)
        assert again.browser(OWNER).get(f"{config_files.VERSIONS}2/download").body == config_files.TEXT
        again.close()


SAME_SITE = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}
ADDRESSES = (
    "/%00",
    f"{HQ}?q=%00&sort=%00&status=%00",
    f"{HQ}%00/",
    f"{HQ}Reception%00/edit",
    f"{HQ}Reception/edit?draft=%00",
    f"{HQ}Reception/edit?draft={'x' * 5000}",
    "/tenants/%00/",
    "/tenants/acme/groups/%00/devices/",
    "/login?next=%00&username=%00",
    "/search/typing?q=a%00b",
    "/search/live?q=a%00b",
    "/search?q=a%00b&kind=%00&tenant=%00&group=%00",
    "/history/?q=%00&user=%00&device=%00&action=%00&since=%00",
    "/jobs/?state=%00&by=%00&page=%00",
    f"{HQ}?cols=%00&type=%00&view=%00&files=%00",
)


@pytest.mark.parametrize("url", ADDRESSES)
def test_no_url_breaks_on_nul(world: World, url: str) -> None:
    for browser in (world.browser(OWNER), world.nobody()):
        assert browser.get(url).status < 500


def test_no_page_of_a_job_breaks_on_nul(world: World) -> None:
    owner = world.browser(OWNER)
    url = f"/jobs/{add_job(world, 'Reception', state=JobState.DRAFT, checked_at=NOW)}/"
    for name in ("difference", "open", "sort", "view", "verdict"):
        assert owner.get(f"{url}?{name}=%00").status == 200, name
    assert owner.post(f"{url}leave-out", difference="\0").status == 422


def test_no_form_breaks_on_nul(world: World) -> None:
    owner = world.browser(OWNER)
    assert owner.post(f"{HQ}views", name="a\0b", query="", scope="group").status < 500
    for url in (f"{HQ}new?type=Yealink-T46G", f"{HQ}Reception/edit", f"{HQ}Reception/delete"):
        page = owner.get(url)
        for name in page.form().names - {"", "csrf_token"}:
            answer = owner.open(url, "POST", data={**page.form().fields, name: NUL}, headers=SAME_SITE)
            assert answer.status < 500, (url, name)
    assert owner.post("/account/sessions/99999999999999999999999/end").status < 500


def test_sign_in_with_such_characters_is_refused_in_words(world: World) -> None:
    browser = world.nobody()
    for username, password in ((NUL, PASSWORD), (OWNER.username, NUL), (f"{OWNER.username}\0", PASSWORD)):
        answer = browser.sign_in(username, password)
        assert answer.status in {401, 422}, answer.words
    assert world.browser(OWNER).get(HQ).status == 200


def test_database_that_was_restarted_is_found_again(world: World, postgresql: str) -> None:
    owner = world.browser(OWNER)
    engine = connect(postgresql)
    with engine.connect() as connection:
        cut = text("SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = 'portal'")
        assert connection.scalar(cut)
    engine.dispose()
    assert owner.get(HQ).status == 200
