"""A database that has been in use comes through an upgrade with all that was in it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, select, text

from app.database import connect, snapshot, upgrade
from app.portal.domain.refs import GroupRef
from app.portal.store.audit import AuditLog
from app.portal.store.schema import MIGRATIONS
from app.portal.store.tables import Change, Outcome
from tests.support import postgres
from tests.support.migrations import migrate

PLACE = GroupRef("acme", "headquarters")
WRITES: list[tuple[str, dict[str, Any], str | None]] = [
    ("device:edit", {"mac_address": "001565000009"}, "applied"),
    ("device:edit", {"description": "x"}, "applied"),
    ("device:edit", {"password": "•••"}, "unknown"),
    ("lines:edit", {"order": {}}, None),
    ("files:edit", {"file_format": "x.cfg"}, "applied"),
    ("device:create", {"mac_address": "001565000009"}, "applied"),
]


def test_migration_keeps_entries_and_marks_reboots(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/portal.db")
    upgraded_with_rows(engine)
    with snapshot(engine) as db:
        changes = list(db.scalars(select(Change).order_by(Change.id)))
        outcomes = list(db.scalars(select(Outcome).order_by(Outcome.id)))
    engine.dispose()
    assert [(each.action, each.after) for each in changes] == [(action, after) for action, after, _ in WRITES]
    assert [each.needs_reboot for each in changes] == [True, False, True, True, True, False]
    assert [each.outcome for each in outcomes] == [result for _, _, result in WRITES if result]
    assert not any(each.settles for each in outcomes)


def test_way_back_is_open_too(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/portal.db")
    migrate(engine, command.upgrade, "head")
    migrate(engine, command.downgrade, "0001")
    upgraded_with_rows(engine)
    engine.dispose()


@pytest.mark.xdist_group("postgresql")
@pytest.mark.skipif(postgres.binaries() is None, reason=postgres.NOT_INSTALLED)
def test_same_over_postgresql(request: pytest.FixtureRequest) -> None:
    with postgres.database(request.getfixturevalue("postgresql"), "older") as url:
        engine = connect(url)
        upgraded_with_rows(engine)
        engine.dispose()


def upgraded_with_rows(engine: Engine) -> None:
    """Tables as they first were, with rows in them, brought up to date."""
    migrate(engine, command.upgrade, "0001")
    now = datetime(2026, 3, 2, tzinfo=UTC)
    with engine.begin() as connection:
        for change_id, (action, after, result) in enumerate(WRITES, 1):
            values = {
                "id": change_id,
                "at": now,
                "action": action,
                "after": json.dumps(after),
                "device": f"D{change_id}",
            }
            connection.execute(text(_CHANGE), values)
            if result:
                connection.execute(text(_OUTCOME), {"change_id": change_id, "at": now, "outcome": result})
    assert not upgrade(engine, MIGRATIONS, "portal_alembic")
    assert AuditLog(engine).reboot_pending_since(PLACE) == {"D1": now, "D5": now}


_CHANGE = """INSERT INTO portal_changes
    (id, at, request_id, username, role, address, action, tenant_id, group_id, device_name, before_json, after_json)
    VALUES (:id, :at, '', 'me', 'Group admin', '', :action, 'acme', 'headquarters', :device, '{}', :after)"""
_OUTCOME = "INSERT INTO portal_outcomes (change_id, at, outcome, detail) VALUES (:change_id, :at, :outcome, '')"
