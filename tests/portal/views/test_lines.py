"""The line board: what it shows, every way to move a line, and saving."""

import pytest

from tests.support.boards import ADA, BASE, BEA, CYD, SAVE, add_device, displayed_order, press, read_ports, row_text
from tests.support.client import HTMX
from tests.support.population import HQ
from tests.support.statements import fail_statements
from tests.support.world import OWNER, SUPPORT, World


def test_base_shows_every_port_and_its_line(base: World) -> None:
    page = base.browser(OWNER).get(BASE)
    assert page.status == 200
    for words in ("Ada Dect", ADA, "101", "5 of 8 ports are free", "Ports can stay empty", "swap ports"):
        assert words in page.words
    assert page.words.count("Empty") == 5
    assert displayed_order(page) == {ADA: 1, BEA: 2, CYD: 5}


def test_large_base_joins_empty_ports(world: World) -> None:
    add_device(world, "Base", "Gigaset-N720", {ADA: 1, BEA: 40})
    owner = world.browser(OWNER)
    page = owner.get(BASE)
    assert "Ports 2–39 are empty" in page.words
    assert "Ports 41–100 are empty" in page.words
    page = press(owner, page, {ADA: "70"}, do="save")
    assert page.status == 303
    assert read_ports(world) == {BEA: 40, ADA: 70}


def test_dynamic_type_shows_no_empty_ports(phone: World) -> None:
    page = phone.browser(OWNER).get(BASE)
    assert "without gaps" in page.words
    assert "Empty" not in page.words


def test_fixed_type_is_read_only_with_reason(world: World) -> None:
    add_device(world, "Base", "Generic SIP Phone", {ADA: 1})
    page = world.browser(OWNER).get(BASE)
    assert "The platform sets the line order for this device type. It cannot be changed here." in page.words
    assert "Move to" not in page.words
    assert [form.action for form in page.forms if "lines" in form.action and form.method == "POST"] == []


def test_device_without_lines_says_so(world: World) -> None:
    assert "No people assigned" in world.browser(OWNER).get(f"{HQ}Fax/lines/").words


MOVES: dict[str, list[tuple[dict[str, str], dict[str, str], dict[str, int]]]] = {
    "base": [
        ({}, {"up": BEA}, {ADA: 2, BEA: 1, CYD: 5}),
        ({}, {"down": BEA}, {ADA: 1, BEA: 3, CYD: 5}),
        ({}, {"up": ADA}, {ADA: 1, BEA: 2, CYD: 5}),
        ({ADA: "5"}, {"do": "show"}, {ADA: 5, BEA: 2, CYD: 1}),
        ({ADA: " 8 "}, {"do": "show"}, {ADA: 8, BEA: 2, CYD: 5}),
        ({ADA: "2", BEA: "1"}, {"do": "show"}, {ADA: 2, BEA: 1, CYD: 5}),
        ({ADA: "7"}, {"down": ADA}, {ADA: 8, BEA: 2, CYD: 5}),
        ({ADA: "8"}, {"down": ADA}, {ADA: 8, BEA: 2, CYD: 5}),
        ({}, {"up": "nobody@dect.example"}, {ADA: 1, BEA: 2, CYD: 5}),
        ({}, {"do": "nonsense"}, {ADA: 1, BEA: 2, CYD: 5}),
    ],
    "phone": [
        ({}, {"up": CYD}, {ADA: 1, CYD: 2, BEA: 3}),
        ({}, {"down": CYD}, {ADA: 1, BEA: 2, CYD: 3}),
        ({ADA: "3"}, {"do": "show"}, {BEA: 1, CYD: 2, ADA: 3}),
        ({CYD: "1"}, {"do": "show"}, {CYD: 1, ADA: 2, BEA: 3}),
    ],
}


@pytest.mark.parametrize("kind", MOVES)
def test_every_move_shows_its_result_and_sends_nothing(kind: str, request: pytest.FixtureRequest) -> None:
    world: World = request.getfixturevalue(kind)
    owner, before = world.browser(OWNER), read_ports(world)
    opened = owner.get(BASE)
    for typed, pressed, order in MOVES[kind]:
        page = press(owner, opened, typed, **pressed)
        assert (page.status, displayed_order(page)) == (200, order), (typed, pressed)
    assert (read_ports(world), world.changes()) == (before, [])


def test_pending_moves_are_listed_and_can_be_undone(base: World) -> None:
    owner = base.browser(OWNER)
    page = press(owner, owner.get(BASE), {ADA: "5", BEA: "7"}, do="show")
    for words in (
        "3 lines move, port 2 becomes empty",
        "Empty · Bea Dect moves away",
        "moved from 1",
        "Ada Dect 1 → 5",
    ):
        assert words in page.words
    page = press(owner, page, undo=BEA)
    assert "2 lines move, ports 3 and 4 stay empty" in page.words
    assert displayed_order(page) == {ADA: 5, BEA: 2, CYD: 1}
    page = press(owner, page, do="undo all")
    assert "No changes yet" in page.words
    assert displayed_order(page) == {ADA: 1, BEA: 2, CYD: 5}


def test_move_is_announced(base: World) -> None:
    owner = base.browser(OWNER)
    form = owner.get(BASE).form(SAVE)
    page = owner.post(SAVE, HTMX, **form.fields, up=BEA)
    assert "Bea Dect is on port 1. 2 lines will move, ports 3 and 4 stay empty. Not saved yet." in page.words
    assert "<html" not in page.text


def test_save_sends_whole_order_once(base: World) -> None:
    owner = base.browser(OWNER)
    page = press(owner, press(owner, owner.get(BASE), up=BEA), do="save")
    assert page.location == BASE
    assert "Line order of Base updated." in owner.get(BASE).words
    assert read_ports(base) == {BEA: 1, ADA: 2, CYD: 5}
    [(change, outcomes)] = base.changes()
    assert (change.action, outcomes) == ("lines:edit", ["applied"])


def test_typed_ports_are_saved_at_once(base: World) -> None:
    owner = base.browser(OWNER)
    assert press(owner, owner.get(BASE), {ADA: "2", BEA: "1"}, do="save").location == BASE
    assert read_ports(base) == {BEA: 1, ADA: 2, CYD: 5}


def test_typed_port_that_moves_others_is_confirmed(base: World) -> None:
    owner = base.browser(OWNER)
    page = press(owner, owner.get(BASE), {ADA: "5"}, do="save")
    assert page.status == 200
    assert "Your entries move other lines too" in page.words
    assert base.changes() == []
    assert press(owner, page, do="save").location == BASE
    assert read_ports(base) == {CYD: 1, BEA: 2, ADA: 5}


def test_unchanged_order_is_not_sent(base: World) -> None:
    owner = base.browser(OWNER)
    assert press(owner, owner.get(BASE), do="save").location == BASE
    assert "No changes to save." in owner.get(BASE).words
    assert base.changes() == []


INVALID_PORTS: list[tuple[dict[str, str], str]] = [
    ({ADA: "x"}, "Enter a whole number, 1 or higher."),
    ({ADA: "0"}, "Enter a whole number, 1 or higher."),
    ({ADA: ""}, "Enter a whole number, 1 or higher."),
    ({ADA: "9" * 30}, "Enter a whole number, 1 or higher."),
    ({ADA: "3", BEA: "3"}, "Two lines cannot use the same port"),
    ({ADA: "9"}, "This port does not exist. The device has 8 ports."),
]


def test_invalid_port_is_reported_at_its_line(base: World) -> None:
    owner = base.browser(OWNER)
    opened = owner.get(BASE)
    for typed, message in INVALID_PORTS:
        for pressed, status in (("show", 200), ("save", 422)):
            page = press(owner, opened, typed, do=pressed)
            assert page.status == status
            assert message in row_text(page, ADA)
            assert page.form(SAVE).fields[f"port:{ADA}"] == typed[ADA]
    assert base.changes() == []


def test_gap_is_reported_at_its_line(phone: World) -> None:
    owner = phone.browser(OWNER)
    page = press(owner, owner.get(BASE), {ADA: "9"}, do="save")
    assert page.status == 422
    assert "This device type does not allow gaps. The highest possible port is 3." in page.words
    assert "Gaps between ports are not allowed for this type of device" in page.words
    again = press(owner, page, do="save")
    assert (again.status, displayed_order(again)) == (422, {ADA: 9, BEA: 1, CYD: 2}), (
        "as it was shown, not tidied unseen"
    )
    assert displayed_order(press(owner, again, up=CYD)) == {CYD: 1, BEA: 2, ADA: 3}


def test_sort_and_filter_leave_order_alone(base: World) -> None:
    owner = base.browser(OWNER)
    page = owner.get(f"{BASE}?sort=-person")
    assert page.text.index("Cyd Dect") < page.text.index("Bea Dect") < page.text.index("Ada Dect")
    assert displayed_order(page) == {ADA: 1, BEA: 2, CYD: 5}
    assert "up" not in page.form(SAVE).names
    page = owner.get(f"{BASE}?q=BÉA")
    assert "Ada Dect" not in page.words
    assert "Empty" not in page.words
    assert press(owner, page, {BEA: "7"}, do="save").location == BASE
    assert read_ports(base) == {ADA: 1, CYD: 5, BEA: 7}
    assert "No lines match “nothing”" in owner.get(f"{BASE}?q=nothing&sort=nonsense").words


def test_sort_keeps_pending_moves(base: World) -> None:
    owner = base.browser(OWNER)
    page = press(owner, owner.get(BASE), up=BEA)
    page = press(owner, page, sort="ext")
    assert (displayed_order(page), 'aria-sort="ascending"' in page.text) == ({BEA: 1, ADA: 2, CYD: 5}, True)
    page = press(owner, page, {CYD: "8"}, do="show")
    assert page.form(SAVE).fields["sorted"] == "ext"
    assert displayed_order(page) == {BEA: 1, ADA: 2, CYD: 8}


def test_every_column_sorts_both_ways(base: World) -> None:
    add_device(
        base, "More", "Gigaset-N720", {"x@x": 3, "y@x": 1}, department_name="Sales", department_path="Acme \\ Sales"
    )
    owner = base.browser(OWNER)
    for column in ("port", "person", "ext", "number", "line", "kind", "department"):
        for sort, order in ((column, "ascending"), (f"-{column}", "descending")):
            page = owner.get(f"{HQ}More/lines/?sort={sort}")
            assert f'aria-sort="{order}"' in page.text, sort
    assert "Acme \\ Sales" in page.words


def test_terms_in_use_are_explained(base: World) -> None:
    page = base.browser(OWNER).get(BASE)
    assert "Owner line" in page.words
    assert "the person’s own phone" in page.words
    assert "queue" not in page.words


def test_support_can_reorder_lines(base: World) -> None:
    support = base.browser(SUPPORT)
    assert press(support, press(support, support.get(BASE), up=BEA), do="save").location == BASE


def test_save_can_request_reboot(base: World) -> None:
    owner = base.browser(OWNER)
    page = press(owner, owner.get(BASE), up=BEA)
    assert "3 people lose service for about a minute: Ada Dect, Bea Dect and Cyd Dect." in page.words
    answer = press(owner, page, do="save", then="reboot")
    assert answer.location == f"{HQ}Base/reboot/progress"
    changes = [(change.action, change.needs_reboot) for change, _ in base.changes()]
    assert changes == [("lines:edit", True), ("device:reboot", False)]
    assert "Line order of Base updated." in owner.get(answer.location).words


def test_unrecorded_reboot_is_told_apart_from_saved_order(base: World) -> None:
    owner = base.browser(OWNER)
    page = press(owner, owner.get(BASE), up=BEA)
    with fail_statements(base, "INSERT INTO portal_changes", of="device:reboot"):
        answer = press(owner, page, do="save", then="reboot")
    assert answer.location == BASE
    assert read_ports(base) == {ADA: 2, BEA: 1, CYD: 5}
    page = owner.get(BASE)
    assert "Line order of Base updated." in page.words
    assert "Reboot not requested: the portal’s database is not available. Try again in a moment." in page.words
    assert [change.action for change, _ in base.changes()] == ["lines:edit"]


def test_reboot_choice_survives_further_moves(base: World) -> None:
    owner = base.browser(OWNER)
    page = press(owner, press(owner, owner.get(BASE), up=BEA), down=CYD, then="reboot")
    page = press(owner, page, {CYD: "8"}, do="show")
    assert page.form(SAVE).fields["then"] == "reboot"


def test_overview_links_to_lines(base: World) -> None:
    page = base.browser(OWNER).get(f"{HQ}Base/")
    assert BASE in page.links()
    assert "Reorder lines" in page.words
