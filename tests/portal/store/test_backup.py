"""A copy of the database, taken while the portal runs, from which all of it can be had again."""

import shutil
import stat
from pathlib import Path
from threading import Event, Thread

import pytest

from app.portal.store.backup import NoBackupError, back_up
from tests.support.commands import run_command
from tests.support.config_files import TEXT, THE_FILE, VERSIONS, apply, upload
from tests.support.sessions import read_cookie
from tests.support.world import OWNER, World, settings_in


def restored(world: World, copy: Path, folder: Path) -> World:
    folder.mkdir()
    shutil.copy(copy, folder / "portal.db")
    settings = settings_in(folder, reference_database_url=world.settings.reference_database_url)
    return World(settings, world.templates, clock=world.clock)


def test_backup_during_writes_is_complete(world: World, tmp_path: Path) -> None:
    owner = world.browser(OWNER)
    apply(owner, upload(owner, TEXT))
    over = Event()

    def write_on() -> None:
        while not over.is_set():
            world.held_by().cache_generations.bump(THE_FILE.group)

    writer = Thread(target=write_on)
    writer.start()
    try:
        said = run_command(world.portal, "backup", str(tmp_path / "backups" / "portal.db"))
    finally:
        over.set()
        writer.join()
    assert "Keep the portal's keys separately" in said
    copy = tmp_path / "backups" / "portal.db"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert [file.name for file in copy.parent.iterdir()] == ["portal.db"]

    apply(owner, upload(owner, b"after the backup\n"))
    again = restored(world, copy, tmp_path / "restored")
    try:
        browser = again.browser(OWNER)
        assert browser.get(f"{VERSIONS}2/download").body == TEXT
        assert browser.get(f"{VERSIONS}3/").status == 404
        assert [outcomes for change, outcomes in again.changes() if change.action == "files:edit"] == [["applied"]]
        signed_in_before = again.nobody()
        signed_in_before.client.set_cookie("portal", read_cookie(owner))
        assert signed_in_before.get(VERSIONS).status == 200
    finally:
        again.close()


def test_without_its_keys_a_copy_tells_nothing(world: World, tmp_path: Path) -> None:
    owner = world.browser(OWNER)
    apply(owner, upload(owner, b"admin_password = pl4nted\n"))
    copy = tmp_path / "copy.db"
    back_up(world.held_by().engine, copy)
    assert b"pl4nted" not in copy.read_bytes()
    stranger = world.browser(OWNER, world.another_portal(encryption_keys=("another key that nobody guesses",)))
    page = stranger.get(f"{VERSIONS}2/")
    assert "The portal’s current keys cannot decrypt it." in page.words
    assert stranger.get(f"{VERSIONS}2/download").status == 404


def test_backup_overwrites_nothing(world: World, tmp_path: Path) -> None:
    taken = tmp_path / "taken.db"
    taken.write_text("mine")
    for target in (taken, taken / "below"):
        with pytest.raises(NoBackupError, match=r"taken\.db"):
            back_up(world.held_by().engine, target)
    assert taken.read_text() == "mine"
    done = world.portal.test_cli_runner().invoke(args=["backup", str(taken)])
    assert (done.exit_code, "was not overwritten" in done.output) == (1, True)
