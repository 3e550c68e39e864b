"""What the address of a history may ask for, and how much of a device's history is read at a time."""

from collections.abc import Mapping

import pytest

from app.portal.domain.audit import Action
from tests.support.history import GROUP_URL, list_history_rows, record_change
from tests.support.population import HEADQUARTERS
from tests.support.world import OWNER, World


def read_filters(world: World, query: str) -> Mapping[str, str]:
    """Return what the form of filters shows for a query."""
    forms = world.browser(OWNER).get(f"{GROUP_URL}history/?{query}").forms
    return next(form.fields for form in forms if "since" in form.names)


@pytest.mark.parametrize(
    ("day", "is_asked"),
    [("1969-12-31", False), ("1970-01-01", True), ("9998-12-31", True), ("9999-01-01", False)],
)
def test_day_lies_between_1970_and_9998(world: World, day: str, is_asked: bool) -> None:
    assert read_filters(world, f"since={day}")["since"] == (day if is_asked else "")


def test_filter_is_read_whole(world: World) -> None:
    fields = read_filters(world, f"who={'x' * 300}&device={'y' * 300}")
    assert (fields["who"], fields["device"]) == ("x" * 300, "y" * 300)


def test_until_is_the_last_day(world: World) -> None:
    record_change(world)
    today = f"{world.clock.now:%Y-%m-%d}"
    world.clock.now = world.clock.now.replace(hour=23, minute=58)
    record_change(world)
    world.clock.now = world.clock.now.replace(hour=23, minute=59)
    record_change(world)  # a minute later: the next day
    rows = list_history_rows(world.browser(OWNER).get(f"{GROUP_URL}history/?until={today}&action=device:edit"))
    assert len(rows) == 2


def test_newest_hundred_changes_of_a_device_are_listed(world: World) -> None:
    audit_log = world.held_by().audit_log
    ids = [record_change(world) for _ in range(101)]
    record_change(world, Action.REBOOT)
    record_change(world, device="Lobby")
    changes = audit_log.list_changes(HEADQUARTERS, "Fax", Action.EDIT)
    assert [change.id for change, _ in changes] == ids[:0:-1]


@pytest.mark.parametrize(("name", "kept"), [("abcdef", "ab…"), ("abcde", "…")])
def test_unknown_name_is_kept_by_its_beginning(world: World, name: str, kept: str) -> None:
    world.nobody().sign_in(name, "wrong")
    assert world.entries()[-1][0].username == kept
