"""The history cannot be changed past the portal, over each database."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.database import writing
from app.database_time import utc_now
from app.portal.domain.audit import NOWHERE, Action, Intent, Result, by_itself
from app.portal.domain.refs import GroupRef
from tests.support.history import record_change
from tests.support.retention import prune_history
from tests.support.world import World

BENDING = (
    "UPDATE portal_changes SET username = 'somebody else'",
    "UPDATE portal_outcomes SET outcome = 'refused'",
    "DELETE FROM portal_changes",
    "DELETE FROM portal_outcomes",
)
BENDING_OF = {
    "sqlite": (
        "REPLACE INTO portal_outcomes SELECT * FROM portal_outcomes",
        "UPDATE OR REPLACE portal_changes SET id = 1",
        "INSERT OR REPLACE INTO portal_changes SELECT * FROM portal_changes",
    ),
    "postgresql": (
        "TRUNCATE portal_outcomes CASCADE",
        "TRUNCATE portal_changes CASCADE",
        "SET session_replication_role = replica; DELETE FROM portal_outcomes",
        # A table of the same name that says that pruning is under way.
        """CREATE TEMP TABLE portal_changes AS SELECT * FROM public.portal_changes;
        INSERT INTO portal_changes SELECT id + 9, at, request_id, username, role, address, 'history:prune', '', '', '',
        '{}', '{"before": "2999-01-01"}' FROM public.portal_changes; DELETE FROM public.portal_outcomes""",
    ),
}
DELETE = {
    "change": text("DELETE FROM portal_changes WHERE id = :id"),
    "outcome": text("DELETE FROM portal_outcomes WHERE change_id = :id"),
}


def execute(world: World, statements: str) -> None:
    with writing(world.held_by().engine) as db:
        for statement in statements.split(";"):
            db.connection().exec_driver_sql(statement)


def delete(world: World, what: str, change_id: int) -> None:
    with writing(world.held_by().engine) as db:
        db.execute(DELETE[what], {"id": change_id})


def history(world: World) -> list[object]:
    contents = world.contents()
    return [*contents["portal_changes"], *contents["portal_outcomes"]]


@pytest.mark.both_databases
def test_history_refuses_update_and_delete(world: World) -> None:
    record_change(world)
    before = history(world)
    for statement in (*BENDING, *BENDING_OF[world.held_by().engine.dialect.name]):
        with pytest.raises(IntegrityError, match="append-only"):
            execute(world, statement)
    assert history(world) == before


@pytest.mark.both_databases
def test_announced_pruning_takes_only_old_entries(world: World) -> None:
    old, older = record_change(world), record_change(world)
    world.clock.now = utc_now()
    young, audit_log = record_change(world, place=GroupRef("acme", "warehouse")), world.held_by().audit_log
    intent = Intent(Action.PRUNE, NOWHERE, "", before={}, after={"before": "2999-01-01 00:00 UTC"})
    begun = audit_log.begin(intent, by_itself("nobody"), world.clock.now)
    delete(world, "outcome", old)
    delete(world, "change", old)
    for change_id in (young, begun.id):
        with pytest.raises(IntegrityError, match="append-only"):
            delete(world, "change", change_id)
    audit_log.finish(begun, world.clock.now, Result.APPLIED)
    with pytest.raises(IntegrityError, match="append-only"):
        delete(world, "outcome", older)


@pytest.mark.both_databases
def test_prune_leaves_entries_that_wait_for_export(world: World) -> None:
    record_change(world)
    world.clock.advance(days=731)
    assert prune_history(world, is_exported=True) == 0
    queue = world.held_by().audit_queue
    queue.remove(queue.list_next(100))
    assert prune_history(world, is_exported=True) == 1
