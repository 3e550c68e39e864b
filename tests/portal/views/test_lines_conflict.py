"""What happens between opening the board and saving it: other people, ended sessions, forged boards."""

import json

from sqlalchemy import update

from app.database import writing
from app.reference_api.tables import AccessDevice, Line
from tests.support.boards import ADA, BASE, BEA, CYD, SAVE, displayed_order, press, read_ports
from tests.support.client import HTMX
from tests.support.population import API_HQ, HQ
from tests.support.world import COLLEAGUE, OWNER, World


def test_forged_board_is_refused(base: World) -> None:
    owner = base.browser(OWNER)
    page = owner.get(BASE)
    orders: list[dict[str, int]] = [{}, {ADA: 1, BEA: 1, CYD: 5}, {ADA: 1, BEA: 2}, {ADA: 0, BEA: 2, CYD: 2**40}]
    for forged in ("", "nonsense", "[]", "null", *map(json.dumps, orders)):
        for field in ("opened", "shown"):
            assert press(owner, page, None, **{"do": "save", field: forged}).status == 400, (field, forged)
    assert base.changes() == []


def test_board_of_another_device_is_refused(base: World) -> None:
    owner = base.browser(OWNER)
    form = owner.get(f"{HQ}Reception/lines/").form(f"{HQ}Reception/lines/order")
    assert owner.post(SAVE, None, **form.fields, do="save").status == 400


def move_at_the_platform(world: World, **order: int) -> None:
    body = [{"linePort": f"{name}@dect.example", "order": port} for name, port in order.items()]
    world.tell_api("PUT", f"{API_HQ}Base/connected_users/", {"connected_users": body})


def test_conflict_shows_both_orders_and_sends_nothing(base: World) -> None:
    owner = base.browser(OWNER)
    page = press(owner, owner.get(BASE), {CYD: "8"}, do="show")
    colleague = base.browser(COLLEAGUE)
    press(colleague, press(colleague, colleague.get(BASE), up=BEA), do="save")
    page = press(owner, page, do="save")
    assert page.status == 409
    assert f"{COLLEAGUE.username} changed them at 09:30:00 UTC. Your moves are not saved yet." in page.words
    rows = [" ".join("".join(row.itertext()).split()) for row in page.document.iter("tr")]
    assert f"Ada Dect {ADA} 1 2 2 Moved by someone else. Keeps that port" in rows
    assert f"Cyd Dect {CYD} 5 5 8 Moved by you" in rows
    assert read_ports(base) == {BEA: 1, ADA: 2, CYD: 5}
    assert press(owner, page, do="save").location == BASE
    assert read_ports(base) == {BEA: 1, ADA: 2, CYD: 8}
    assert [outcomes for _, outcomes in base.changes()] == [["applied"], ["refused"], ["applied"]]


def test_conflict_can_be_reviewed_on_the_board(base: World) -> None:
    owner = base.browser(OWNER)
    page = press(owner, owner.get(BASE), {CYD: "8"}, do="show")
    move_at_the_platform(base, ada=2, bea=1, cyd=5)
    page = press(owner, press(owner, page, do="save"), do="show")
    assert (page.status, displayed_order(page)) == (200, {BEA: 1, ADA: 2, CYD: 8})
    assert "1 line moves" in page.words


def test_conflict_handles_removed_and_added_lines(base: World) -> None:
    owner = base.browser(OWNER)
    page = press(owner, owner.get(BASE), {ADA: "4", BEA: "3"}, do="show")
    with writing(base.api_engine) as db:
        device = db.query(Line.device_key).filter_by(line_port=ADA).scalar()
        db.execute(
            update(Line).where(Line.line_port == BEA).values(line_port="new@dect.example", order=4, first_name="N")
        )
        assert device is not None
    page = press(owner, page, do="save")
    assert page.status == 409
    for words in ("Removed from this device. Left out", "Added meanwhile. Shifts to make room"):
        assert words in page.words
    assert press(owner, page, do="save").location == BASE
    assert read_ports(base) == {"new@dect.example": 1, ADA: 4, CYD: 5}


def test_same_order_by_both_is_not_sent(base: World) -> None:
    owner = base.browser(OWNER)
    page = press(owner, owner.get(BASE), up=BEA)
    move_at_the_platform(base, ada=2, bea=1, cyd=5)
    assert press(owner, page, do="save").location == BASE
    assert "No changes to save" in owner.get(BASE).words


def test_conflict_with_fixed_order_is_explained(base: World) -> None:
    owner = base.browser(OWNER)
    page = press(owner, owner.get(BASE), up=BEA)
    with writing(base.api_engine) as db:
        db.execute(
            update(AccessDevice).where(AccessDevice.device_name == "Base").values(device_type="Generic SIP Phone")
        )
    page = press(owner, page, do="save")
    assert page.status == 409
    assert "They can no longer be saved. The platform sets the line order for this device type" in page.words


def test_moves_survive_an_ended_session(base: World) -> None:
    owner = base.browser(OWNER)
    page = press(owner, owner.get(BASE), up=BEA)
    base.clock.advance(minutes=31)
    answer = press(owner, page, {CYD: "8"}, do="save")
    assert "/login" in (answer.location or "")
    again = owner.sign_in(OWNER.username, "correct horse battery", at=answer.location or "")
    page = owner.get(again.location or "")
    assert "Your moves are restored. Nothing was sent." in page.words
    assert displayed_order(page) == {BEA: 1, ADA: 2, CYD: 8}
    assert base.changes() == []
    assert press(owner, page, do="save").location == BASE


def test_htmx_move_makes_no_backend_call(base: World) -> None:
    owner = base.browser(OWNER)
    form = owner.get(BASE).form(SAVE)
    base.end_backend_sessions()
    assert owner.post(SAVE, HTMX, **form.fields, up=BEA).status == 200
