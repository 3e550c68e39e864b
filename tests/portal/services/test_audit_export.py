"""The export of the history while it is written."""

import json
import subprocess
import sys
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from stat import S_IMODE
from threading import Event
from typing import Any

import pytest

from app.jobs.exporting import AuditExport
from app.jobs.runner import Runner
from app.portal.web.context import Portal
from tests.support.devices import edit_device
from tests.support.history import record_change
from tests.support.rounds import Rounds
from tests.support.source import ROOT
from tests.support.syslog import syslog_receiver
from tests.support.world import OWNER, World

HOSTILE = 'a\nb\r\u2028\u0085\x1b]0;x\x07"} {"kind": "entry", "id": 1}'


def exporting(world: World, target: object) -> Portal:
    return world.held_by(world.another_portal(audit_log=str(target)))


def export(portal: Portal) -> str:
    """Export what waits, and return the problem of that."""
    runner = Runner([AuditExport(portal).task], portal.tasks, 30, Event())
    runner.run_until_idle()
    return next((state.problem for state in portal.tasks.list_states() if state.name == "audit export"), "")


def names(lines: Iterable[str]) -> list[tuple[str, int]]:
    entries: list[dict[str, Any]] = [json.loads(line) for line in lines]
    return [(entry["kind"], entry["id"]) for entry in entries]


def recorded(world: World) -> list[tuple[str, int]]:
    contents = world.contents()
    changes = [("entry", row.id) for row in contents["portal_changes"]]
    return sorted(changes + [("outcome", row.id) for row in contents["portal_outcomes"]])


@pytest.mark.both_databases
def test_each_entry_becomes_one_line_once(world: World, tmp_path: Path) -> None:
    file = tmp_path / "audit.log"
    portal = exporting(world, file)
    record_change(world, device=HOSTILE, before={"description": HOSTILE}, who=HOSTILE)
    assert export(portal) == ""
    typed = {"use_custom_user_name_password": "true", "user_name": "soft", "password": "s3cret-Needle"}
    edit_device(world.browser(OWNER), "Softphone", **typed, description="Front door")
    assert export(portal) == ""
    lines = file.read_bytes().decode("ascii").removesuffix("\n").split("\n")
    assert sorted(names(lines)) == recorded(world)
    assert json.loads(lines[2])["device"] == HOSTILE
    assert "Front door" in lines[-2]
    assert "s3cret-Needle" not in file.read_text()
    assert S_IMODE(file.stat().st_mode) == 0o600


def test_rotated_file_is_begun_anew(world: World, tmp_path: Path) -> None:
    file = tmp_path / "audit.log"
    portal = exporting(world, file)
    record_change(world)
    export(portal)
    file.rename(tmp_path / "audit.log.1")
    record_change(world)
    export(portal)
    assert len(file.read_text().splitlines()) == 2


def test_torn_line_does_not_spoil_the_next(world: World, tmp_path: Path) -> None:
    file = tmp_path / "audit.log"
    file.write_text('{"kind": "ent')
    record_change(world)
    export(exporting(world, file))
    assert sorted(names(file.read_text().splitlines()[1:])) == recorded(world)


def test_file_that_cannot_be_written_loses_nothing(world: World, tmp_path: Path) -> None:
    file = tmp_path / "audit.log"
    file.mkdir()
    portal = exporting(world, file)
    record_change(world)
    assert export(portal) == f"{file} does not take the audit log: Is a directory"
    file.rmdir()
    world.clock.advance(seconds=6)
    assert export(portal) == ""
    assert sorted(names(file.read_text().splitlines())) == recorded(world)


def test_receiver_that_is_away_gets_all_later(world: World) -> None:
    with syslog_receiver(broken=1) as receiver:
        portal = exporting(world, receiver.url)
        record_change(world, device=HOSTILE)
        assert f"{receiver.url} does not take the audit log: " in export(portal)
        world.clock.advance(seconds=6)
        assert export(portal) == ""
        heads, lines = zip(*(message.split(" - audit - ", 1) for message in receiver.messages), strict=True)
    assert sorted(names(lines)) == recorded(world)
    assert all(head.startswith("<110>1 20") and head.endswith(" access-device-portal") for head in heads)
    record_change(world)
    assert "Connection refused" in export(portal)


@pytest.mark.both_databases
def test_two_processes_export_each_entry_once(world: World, tmp_path: Path) -> None:
    file = tmp_path / "audit.log"
    portals = [exporting(world, file) for _ in range(2)]
    record_change(world)
    lease = portals[0].tasks.acquire("audit export", 30)
    assert lease
    export(portals[1])
    assert not file.exists()
    portals[0].tasks.release(lease)
    for portal in portals:
        export(portal)
    assert sorted(names(file.read_text().splitlines())) == recorded(world)


@pytest.mark.both_databases
def test_repeated_refusal_is_exported_with_its_count(world: World, tmp_path: Path) -> None:
    file = tmp_path / "audit.log"
    portal = exporting(world, file)
    owner = world.browser(OWNER)
    runner = Runner([AuditExport(portal).task], portal.tasks, 30, Event())
    told = []
    for times in (1, 3, 0, 1):
        for _ in range(times):
            assert owner.post("/tenants/globex/groups/amsterdam/devices/Foreign/edit").status == 404
        world.clock.advance(minutes=2)
        runner.run_until_idle()
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        told.append([line["count"] for line in lines if line["kind"] == "count"])
    assert told == [[], [4], [4], [4, 5]]
    [refusal] = [line["id"] for line in lines if line.get("action") == "access:refuse"]
    assert [line["id"] for line in lines if line["kind"] == "count"] == [refusal, refusal]
    assert datetime.fromisoformat(lines[-1]["last_at"]) == world.clock.now - timedelta(minutes=2)


def test_counts_are_told_once_a_minute(world: World, tmp_path: Path) -> None:
    file = tmp_path / "audit.log"
    portal = exporting(world, file)
    runner = Runner([AuditExport(portal).task], portal.tasks, 30, Event())
    owner = world.browser(OWNER)
    for _ in range(5):
        for _ in range(3):
            owner.post("/tenants/globex/groups/amsterdam/devices/Foreign/edit")
        world.clock.advance(seconds=10)
        runner.run_until_idle()
    assert [json.loads(line)["count"] for line in file.read_text().splitlines() if '"count"' in line] == [3]
    world.clock.advance(minutes=1)
    runner.run_until_idle()
    assert json.loads(file.read_text().splitlines()[-1])["count"] == 15


def test_portal_without_export_forgets_the_queue(world: World) -> None:
    record_change(world)
    owner = world.browser(OWNER)
    for _ in range(2):
        owner.post("/tenants/globex/groups/amsterdam/devices/Foreign/edit")
    assert world.held_by().audit_queue.has_repeated()
    world.clock.advance(days=2)
    world.portal.test_cli_runner().invoke(args=["history", "prune"])
    waiting = world.held_by().audit_queue.list_next(9)
    assert {entry.change.action for entry in waiting} == {"support:add"}  # which is of today
    assert not world.held_by().audit_queue.has_repeated()


@pytest.mark.long
@pytest.mark.both_databases
def test_killed_export_loses_nothing(world: World, tmp_path: Path, rounds: Rounds) -> None:
    file = tmp_path / "audit.log"
    killed = [
        sys.executable,
        "-m",
        "tests.support.killed_export",
        str(tmp_path),
        world.settings.database_url,
        str(file),
    ]
    subprocess.run([*killed, str(rounds.count), rounds.seed], check=True, cwd=ROOT)
    whole = [line for line in file.read_text().splitlines() if is_json(line)]
    assert set(names(whole)) == set(recorded(world))
    assert len(whole) > 20
    assert not world.held_by().audit_queue.has_entries()


def is_json(line: str) -> bool:
    """Return False for a line that a killed process left unfinished."""
    try:
        json.loads(line)
    except json.JSONDecodeError:
        return False
    return True
