"""Two changes of the same at once: the later one is not sent, and its person loses nothing."""

from contextlib import nullcontext

import pytest

from app.portal.domain.audit import Action, Intent
from app.portal.services.changes.executor import ChangeExecutor, ChangeInProgress, OutcomeUnknown
from tests.support.changes import ACTOR, INTENT, LATE, nothing, outcomes, raises
from tests.support.client import Page
from tests.support.config_files import FILE, apply, upload
from tests.support.devices import edit_device
from tests.support.population import HEADQUARTERS, HQ
from tests.support.statements import BEGIN_WRITE, record_statements
from tests.support.world import OWNER, World


@pytest.mark.parametrize("moment", ["in its call", "before its recheck"])
def test_later_of_two_changes_names_the_other_user(world: World, executor: ChangeExecutor, moment: str) -> None:
    sent: list[str] = []

    def meanwhile() -> None:
        with (
            record_statements(world.held_by().engine) as statements,
            pytest.raises(ChangeInProgress, match="Another change by me is in progress"),
        ):
            executor.execute(INTENT, lambda: sent.append("later"), recheck=nothing, look=nothing)
        assert statements.count(BEGIN_WRITE) == 1

    first = {"call": lambda: sent.append("earlier"), "recheck": nothing}
    first["call" if moment == "in its call" else "recheck"] = meanwhile
    executor.execute(INTENT, first["call"], recheck=first["recheck"], look=nothing)
    assert sent == ([] if moment == "in its call" else ["earlier"])
    assert outcomes(world) == [["applied"], ["refused"]]
    executor.execute(INTENT, lambda: sent.append("again"), recheck=nothing, look=nothing)
    assert sent[-1] == "again"


def test_changes_of_something_else_go_on_meanwhile(world: World, executor: ChangeExecutor) -> None:
    def file(name: str) -> Intent:
        return Intent(Action.FILE, HEADQUARTERS, "Fax", {"file_format": name}, {"file_format": name})

    others = [
        file("b.cfg"),
        Intent(Action.EDIT, HEADQUARTERS, "Desk 01", {}, {}),
        Intent(Action.LINES, HEADQUARTERS, "Fax", {}, {}),
    ]

    def meanwhile() -> None:
        for other in others:
            executor.execute(other, nothing, recheck=nothing, look=nothing)
        with pytest.raises(ChangeInProgress):
            executor.execute(file("a.cfg"), nothing, recheck=nothing, look=nothing)

    executor.execute(file("a.cfg"), meanwhile, recheck=nothing, look=nothing)


def test_killed_change_blocks_for_the_longest_write(world: World, executor: ChangeExecutor) -> None:
    with pytest.raises(KeyboardInterrupt):
        executor.execute(INTENT, raises(KeyboardInterrupt()), recheck=nothing, look=nothing)
    with pytest.raises(ChangeInProgress):
        executor.execute(INTENT, nothing, recheck=nothing, look=nothing)
    world.clock.advance(seconds=world.held_by().settings.longest_write.total_seconds())
    executor.execute(INTENT, nothing, recheck=nothing, look=nothing)


@pytest.mark.parametrize(
    ("action", "is_blocked"),
    [
        (Action.EDIT, True),
        (Action.DELETE, True),
        (Action.CREATE, True),
        (Action.LINES, False),
        (Action.FILE, False),
        (Action.REBOOT, False),
    ],
)
def test_lost_edit_blocks_what_it_could_undo(
    world: World, executor: ChangeExecutor, action: Action, is_blocked: bool
) -> None:
    with pytest.raises(OutcomeUnknown):
        executor.execute(INTENT, raises(LATE), recheck=nothing, look=lambda: False)
    other = Intent(action, HEADQUARTERS, "Fax", {}, {})
    sent: list[None] = []
    words = r"The platform did not confirm a change by me, which may still take effect\. .* Try again after 09:30:\d\d"
    with pytest.raises(ChangeInProgress, match=words) if is_blocked else nullcontext():
        executor.execute(other, lambda: sent.append(None), recheck=nothing, look=nothing)
    world.clock.advance(seconds=world.held_by().settings.longest_write.total_seconds())
    executor.execute(INTENT, lambda: sent.append(None), recheck=nothing, look=nothing)
    assert len(sent) == (1 if is_blocked else 2)


@pytest.mark.parametrize("what", ["device", "lines", "file"])
def test_change_in_progress_keeps_typed_input(world: World, what: str) -> None:
    held, owner = world.held_by(), world.browser(OWNER)
    board = f"{HQ}Reception/lines/"
    typed = {"port:ada@acme.example": "2", "port:grace@acme.example": "1"}
    check = upload(owner, b"new\n") if what == "file" else None
    action, after = {
        "device": (Action.EDIT, {}),
        "lines": (Action.LINES, {}),
        "file": (Action.FILE, {"file_format": FILE}),
    }[what]
    held.audit_log.begin(Intent(action, HEADQUARTERS, "Reception", {}, after), ACTOR, world.clock())

    def send() -> Page:
        if check:
            return apply(owner, check)
        if what == "lines":
            return owner.submit(owner.get(board), f"{board}order", **typed, do="save")
        return edit_device(owner, "Reception", description="typed by me")

    page = send()
    assert page.status == (422 if what == "device" else 409)
    assert "Another change by me is in progress. Your change was not sent." in page.words
    assert "Try again in a moment.." not in page.words
    assert {"device": "typed by me", "lines": "ada@acme.example", "file": "new"}[what] in page.text
    assert outcomes(world) == [[], ["refused"]]
    world.clock.advance(seconds=held.settings.longest_write.total_seconds())
    assert send().status == 303
