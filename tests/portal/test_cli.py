"""What is done from the command line."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from sqlalchemy import update

from app.database import NewerSchema, writing
from app.portal import prepare
from app.portal.store.encryption import Cipher
from app.portal.store.tables import SessionRow
from tests.support.background import background
from tests.support.commands import run_command
from tests.support.faults import faults
from tests.support.faults.server import FaultServer
from tests.support.population import API_HQ, HQ
from tests.support.sessions import read_cookie, read_session_token
from tests.support.world import OWNER, SUPPORT, SYSTEM_ADMIN, World

NEWEST = "a newest key that nobody guesses"


def test_support_is_named_listed_and_removed(world: World) -> None:
    name = SYSTEM_ADMIN.username
    browser = world.browser(SYSTEM_ADMIN)
    assert run_command(world.portal, "support", "add", name) == f"Support role given to {name}.\n"
    assert run_command(world.portal, "support", "add", name) == f"{name} already has the support role.\n"
    assert browser.get(f"{HQ}new").status == 403
    listed = run_command(world.portal, "support", "list").splitlines()
    assert f"{name}  added 2026-03-02 by command line" in listed
    assert [line for line in listed if line.startswith(SUPPORT.username) and line.endswith("by the demo")]
    assert run_command(world.portal, "support", "remove", name) == f"Support role removed from {name}.\n"
    assert run_command(world.portal, "support", "remove", name) == f"{name} does not have the support role.\n"
    assert browser.get(f"{HQ}new").status == 200


def test_rotation_lets_old_key_go_and_keeps_sessions(world: World) -> None:
    value = read_cookie(world.browser(OWNER))
    both = world.another_portal(encryption_keys=(NEWEST, *world.settings.encryption_keys))
    assert run_command(both, "keys", "rotate") == "1 values are encrypted with the newest key.\n"
    browser = world.nobody(world.another_portal(encryption_keys=(NEWEST,)))
    browser.client.set_cookie("portal", value)
    assert browser.get(HQ).status == 200


def test_rotation_says_what_no_key_opens_and_leaves_it(world: World) -> None:
    value = read_cookie(world.browser(OWNER))
    said = run_command(world.another_portal(encryption_keys=(NEWEST,)), "keys", "rotate")
    assert "1 values cannot be decrypted with any of the keys" in said
    browser = world.nobody()
    browser.client.set_cookie("portal", value)
    assert browser.get(HQ).status == 200


def while_resealing(monkeypatch: pytest.MonkeyPatch, do: Callable[[], object]) -> None:
    re_encrypt = Cipher.re_encrypt

    def slowly(self: Cipher, sealed: bytes) -> bytes | None:
        do()
        return re_encrypt(self, sealed)

    monkeypatch.setattr(Cipher, "re_encrypt", slowly)


def test_others_write_while_a_rotation_is_under_way(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.browser(OWNER)
    both = world.another_portal(encryption_keys=(NEWEST, *world.settings.encryption_keys))
    named: list[str] = []

    def name_support() -> None:
        named.append(f"support{len(named)}@provider.example")
        with closing(sqlite3.connect(world.settings.database_url.removeprefix("sqlite:///"), timeout=0)) as db:
            db.execute("INSERT INTO portal_support_names VALUES (?, '2026-03-02', 'a test')", named[-1:])
            db.commit()

    while_resealing(monkeypatch, name_support)
    assert run_command(both, "keys", "rotate") == "1 values are encrypted with the newest key.\n"
    assert len(named) == 1


def test_rotation_keeps_concurrent_writes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    value = read_cookie(world.browser(OWNER))
    held = world.held_by()
    newer = [{"sessionid": "newer"}, None]
    both = world.another_portal(encryption_keys=(NEWEST, *world.settings.encryption_keys))

    def keep_cookies() -> None:
        if cookies := newer.pop(0):
            with writing(held.engine) as db:
                db.execute(update(SessionRow).values(backend_cookies=cookies))

    while_resealing(monkeypatch, keep_cookies)
    assert run_command(both, "keys", "rotate") == "1 values are encrypted with the newest key.\n"
    alone = world.held_by(world.another_portal(encryption_keys=(NEWEST,)))
    row = alone.sessions.find(read_session_token(world.portal, value))
    assert row is not None
    assert row.backend_cookies == {"sessionid": "newer"}


def test_index_is_described_rebuilt_and_emptied(world: World) -> None:
    with FaultServer(world.api) as server, background(world, server) as process:
        app = world.another_portal(**process.own_settings)
        assert "is turned off" in run_command(world.portal, "index", "status")
        none = "Service account: none, so that pages alone fill the index"
        assert none in run_command(world.another_portal(index_days=30), "index", "status")
        assert "none has begun" in run_command(app, "index", "status")
        server.script("GET", "/warehouse/access_devices/", faults.answers(403))
        process.run()
        text = run_command(app, "index", "status")
        assert f"Service account: {SYSTEM_ADMIN.username}\n" in text
        assert "Rounds:          the next begins in 1" in text
        assert "Calls left:      about 150, which take 1 s at 60000 a minute\n" in text
        assert "Last problem:    none\n" in text
        assert "Lists:           read of 3 of 4 groups, the oldest " in text
        assert "Details:         read of 2 of 32 devices, the oldest " in text
        assert "Not read:        acme / warehouse: access denied (403)\n" in text
        assert process.run() == []
        world.clock.advance(minutes=1)
        assert "will be rebuilt" in run_command(app, "index", "rebuild")
        assert "about 172," in run_command(app, "index", "status")
        assert f"{API_HQ}Reception/" in process.run()
        assert run_command(app, "index", "clear") == "The index is empty.\n"
        assert "Lists:           read of 0 of 0 groups\n" in run_command(app, "index", "status")
        assert process.devices() == {}
        process.run()
        assert len(process.devices()) == 32


OF_TABLES = ("support list", "support add x", "second-factor list", "keys rotate", "history prune", "index clear")


@pytest.mark.both_databases
def test_commands_refuse_tables_of_a_later_version(world: World) -> None:
    held = world.held_by()
    with held.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE portal_alembic SET version_num = '9999'")
    before = world.contents()
    for command in OF_TABLES:
        done = world.portal.test_cli_runner().invoke(args=command.split())
        [line] = done.output.splitlines()
        assert (done.exit_code, line.partition(" and ")[0]) == (
            1,
            "The database cannot be used: a newer version of the portal has upgraded it (to 9999),",
        )
    with pytest.raises(NewerSchema):  # what `run` and `jobs` begin with
        prepare(held.settings)
    assert world.contents() == before
