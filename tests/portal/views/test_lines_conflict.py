"""What happens between opening the board and saving it: other people, ended sessions, forged boards."""

import json

from sqlalchemy import update

from app.database import writing
from app.reference_api.tables import AccessDevice, Line
from tests.support.boards import ADA, BASE, BEA, CYD, SAVE, ports, press, shown
from tests.support.client import HTMX
from tests.support.population import API_HQ, HQ
from tests.support.world import COLLEAGUE, OWNER, World


def test_a_board_that_this_portal_never_made_is_refused(base: World) -> None:
    owner = base.browser(OWNER)
    page = owner.get(BASE)
    orders: list[dict[str, int]] = [{}, {ADA: 1, BEA: 1, CYD: 5}, {ADA: 1, BEA: 2}, {ADA: 0, BEA: 2, CYD: 2**40}]
    for forged in ("", "nonsense", "[]", "null", *map(json.dumps, orders)):
        for field in ("opened", "shown"):
            assert press(owner, page, None, **{"do": "save", field: forged}).status == 400, (field, forged)
    assert base.changes() == []


def test_a_board_of_another_device_is_refused(base: World) -> None:
    owner = base.browser(OWNER)
    form = owner.get(f"{HQ}Reception/lines/").form(f"{HQ}Reception/lines/order")
    assert owner.post(SAVE, None, **form.fields, do="save").status == 400


def move_at_the_platform(world: World, **order: int) -> None:
    body = [{"linePort": f"{name}@dect.example", "order": port} for name, port in order.items()]
    world.tell_api("PUT", f"{API_HQ}Base/connected_users/", {"connected_users": body})


def test_an_order_changed_in_between_is_shown_beside_mine_and_nothing_is_sent(base: World) -> None:
    owner = base.browser(OWNER)
    page = press(owner, owner.get(BASE), {CYD: "8"}, do="show")
    colleague = base.browser(COLLEAGUE)
    press(colleague, press(colleague, colleague.get(BASE), up=BEA), do="save")
    page = press(owner, page, do="save")
    assert page.status == 409
    assert f"{COLLEAGUE.username} saved them at 09:30:00 UTC. Nothing of yours is saved or lost yet." in page.words
    rows = [" ".join("".join(row.itertext()).split()) for row in page.document.iter("tr")]
    assert f"Ada Dect {ADA} 1 2 2 Moved by someone else; stays there" in rows
    assert f"Cyd Dect {CYD} 5 5 8 You move it" in rows
    assert ports(base) == {BEA: 1, ADA: 2, CYD: 5}
    assert press(owner, page, do="save").location == BASE
    assert ports(base) == {BEA: 1, ADA: 2, CYD: 8}
    assert [outcomes for _, outcomes in base.changes()] == [["applied"], ["refused"], ["applied"]]


def test_mine_can_be_looked_at_on_the_board_before_it_is_sent(base: World) -> None:
    owner = base.browser(OWNER)
    page = press(owner, owner.get(BASE), {CYD: "8"}, do="show")
    move_at_the_platform(base, ada=2, bea=1, cyd=5)
    page = press(owner, press(owner, page, do="save"), do="show")
    assert (page.status, shown(page)) == (200, {BEA: 1, ADA: 2, CYD: 8})
    assert "1 line moves" in page.words


def test_who_left_is_left_out_and_who_came_keeps_a_port(base: World) -> None:
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
    for words in ("No longer on this device; left out", "New since; makes room"):
        assert words in page.words
    assert press(owner, page, do="save").location == BASE
    assert ports(base) == {"new@dect.example": 1, ADA: 4, CYD: 5}


def test_the_same_order_by_both_leaves_nothing_to_do(base: World) -> None:
    owner = base.browser(OWNER)
    page = press(owner, owner.get(BASE), up=BEA)
    move_at_the_platform(base, ada=2, bea=1, cyd=5)
    assert press(owner, page, do="save").location == BASE
    assert "Nothing was different, so nothing was sent" in owner.get(BASE).words


def test_a_device_that_keeps_its_order_now_says_so(base: World) -> None:
    owner = base.browser(OWNER)
    page = press(owner, owner.get(BASE), up=BEA)
    with writing(base.api_engine) as db:
        db.execute(
            update(AccessDevice).where(AccessDevice.device_name == "Base").values(device_type="Generic SIP Phone")
        )
    page = press(owner, page, do="save")
    assert page.status == 409
    assert "It cannot be saved any more. The platform keeps the order of this type itself" in page.words


def test_moves_made_when_a_session_ended_come_back_unsent(base: World) -> None:
    owner = base.browser(OWNER)
    page = press(owner, owner.get(BASE), up=BEA)
    base.clock.advance(minutes=31)
    answer = press(owner, page, {CYD: "8"}, do="save")
    assert "/login" in (answer.location or "")
    again = owner.sign_in(OWNER.username, "correct horse battery", at=answer.location or "")
    page = owner.get(again.location or "")
    assert "Your moves are back as you left them, and nothing of them was sent." in page.words
    assert shown(page) == {BEA: 1, ADA: 2, CYD: 8}
    assert base.changes() == []
    assert press(owner, page, do="save").location == BASE


def test_an_htmx_move_asks_the_backend_for_nothing(base: World) -> None:
    owner = base.browser(OWNER)
    form = owner.get(BASE).form(SAVE)
    base.end_backend_sessions()
    assert owner.post(SAVE, HTMX, **form.fields, up=BEA).status == 200
