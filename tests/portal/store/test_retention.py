"""The history is kept as long as the setting says, and longer where something still hangs on it."""

import ast

import pytest

from app.portal import prepare
from app.portal.domain.audit import NOWHERE, Action, Reason, Result
from app.portal.domain.refs import GroupRef
from tests.support.config_files import TEXT, apply, upload
from tests.support.history import record_change
from tests.support.population import HEADQUARTERS
from tests.support.retention import list_kept_changes, prune_history
from tests.support.source import modules, name, tree
from tests.support.world import OWNER, SYSTEM_ADMIN, World

MAC = {"mac_address": "001565000009"}


@pytest.mark.both_databases
def test_what_is_old_goes_and_what_is_not_stays(world: World) -> None:
    record_change(world, device="Old")
    record_change(world, Action.SIGN_IN, device="", place=NOWHERE)
    world.clock.advance(days=700)
    record_change(world, device="Young")
    assert prune_history(world) == 0
    world.clock.advance(days=31)
    assert prune_history(world) == 2
    assert list_kept_changes(world) == ["Young device:edit"]
    outcomes = world.contents()["portal_outcomes"]
    assert {row.change_id for row in outcomes} <= {change.id for change, _ in world.entries()}


def test_it_is_itself_an_entry_if_anything_went(world: World) -> None:
    record_change(world)
    world.clock.advance(days=731)
    prune_history(world)
    prune_history(world)
    [(change, results)] = [each for each in world.entries() if each[0].action == Action.PRUNE]
    assert (change.username, change.after, results) == (
        "the portal",
        {"before": "2026-03-03 09:31 UTC"},
        ["applied"],
    )
    page = world.browser(SYSTEM_ADMIN).get("/history/")
    assert "Old entries deleted Older than 2026-03-03 09:31 UTC 1 entry Done" in page.words
    assert "Audit log, read-only, kept 2 years. Filter days are UTC." in page.words


def test_for_ever_is_for_ever(world: World) -> None:
    record_change(world)
    world.clock.advance(days=30_000)
    assert prune_history(world, days=0) == 0


def test_what_nobody_knows_stays_with_what_came_after_it(world: World) -> None:
    record_change(world, device="A", result=Result.APPLIED)
    record_change(world, device="A", result=None)
    record_change(world, device="A", result=Result.APPLIED)
    record_change(world, Action.REBOOT, device="B", result=Result.UNKNOWN)
    record_change(world, device="A", place=GroupRef("acme", "warehouse"))
    world.clock.advance(days=731)
    assert prune_history(world) == 2
    assert list_kept_changes(world) == ["A device:edit", "A device:edit", "B device:reboot"]


def test_what_no_reading_will_ever_tell_goes_like_all_else(world: World) -> None:
    record_change(world, device="A", result=None)
    [(change, _)] = world.changes()
    audit_log, now = world.held_by().audit_log, world.clock.now
    audit_log.reconcile(change.id, HEADQUARTERS, now, Result.UNKNOWN, Reason.CHANGED_AGAIN)
    world.clock.advance(days=731)
    assert prune_history(world) == 1


def test_creation_entry_stays_for_former_versions(world: World) -> None:
    owner = world.browser(OWNER)
    for _ in range(2):
        record_change(world, Action.CREATE, device="Reception")
        world.clock.advance(minutes=1)
        apply(owner, upload(owner, TEXT))
    world.clock.advance(days=10)
    prune_history(world, days=5)
    assert [each for each in list_kept_changes(world) if "create" in each] == ["Reception device:create"]


@pytest.mark.both_databases
def test_what_waits_for_a_reboot_stays_until_there_is_one(world: World) -> None:
    record_change(world, Action.LINES, device="A")
    record_change(world, Action.EDIT, device="B", after=MAC, needs_reboot=True)
    record_change(world, Action.REBOOT, device="B")
    world.clock.advance(days=731)
    assert prune_history(world) == 2
    assert list_kept_changes(world) == ["A lines:edit"]
    record_change(world, Action.REBOOT, device="A")
    assert prune_history(world) == 1
    assert list_kept_changes(world) == ["A device:reboot"]


def test_much_goes_in_small_steps(world: World) -> None:
    for _ in range(3):
        record_change(world)
    world.clock.advance(days=731)
    assert prune_history(world) == 3


def test_command_and_each_start_do_it(world: World) -> None:
    world.clock.now = world.clock.now.replace(year=2020)
    record_change(world)
    world.clock.advance(days=731)
    answer = world.portal.test_cli_runner().invoke(args=["history", "prune"])
    assert answer.output == "1 entries deleted. Entries are kept for 730 days.\n"
    record_change(world)
    prepare(world.settings)
    assert list_kept_changes(world) == []


ENTRY = {"Change", "Outcome"}


def names_in(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def called(node: ast.AST) -> str:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def test_no_other_code_changes_or_deletes_an_entry() -> None:
    """One module adds entries and one takes them away; none sets anything in a row, or speaks SQL to the two tables."""
    adding, removing = set(), set()
    for file in modules("portal"):
        nodes = list(ast.walk(tree(file)))
        if "migrations" in file.parts or file.stem == "tables":
            continue
        for node in nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not {"portal_changes", "portal_outcomes"} & set(node.value.split()), name(file)
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                assert not names_in(node.value) & {"change", "outcome", "last"}, name(file)
            if called(node) in ENTRY:
                adding.add(name(file))
            if called(node) in {"update", "delete"} and ENTRY & names_in(node):
                removing.add((name(file), called(node)))
    assert adding == {"app.portal.store.audit"}
    assert removing == {("app.portal.store.retention", "delete")}
