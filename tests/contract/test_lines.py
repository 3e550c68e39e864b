"""The portal's rules of line order are those of the API: what one lets through the other takes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from app.database import writing
from app.portal.api.errors import ApiInvalid
from app.portal.domain.refs import GroupRef
from app.portal.models.connected_user import ConnectedUserList
from app.portal.services.lines import rules as line_rules
from app.portal.services.lines.rules import Device, Proposal
from app.portal.services.lines.service import ImpossibleOrderError, LinesEditConflict, order_of
from app.reference_api import rules
from app.reference_api.errors import Refused
from app.reference_api.lines import wanted_orders
from app.reference_api.rules import Ordering
from app.reference_api.tables import AccessDevice, Line
from tests.support.contract import Backend
from tests.support.world import COLLEAGUE, OWNER, World

HQ = GroupRef("acme", "headquarters")
TYPES = {Ordering.STATIC: "Cisco-ATA191", Ordering.DYNAMIC: "Yealink-T42G", Ordering.FIXED: "Generic SIP Phone"}
PORTS = {Ordering.STATIC: 2, Ordering.DYNAMIC: 12, Ordering.FIXED: None}
LINES = [ADA, GRACE] = ["ada@acme.example", "grace@acme.example"]
RECEPTION = ("tenants", "acme", "groups", "headquarters", "access_devices", "Reception", "connected_users")

lines = st.sampled_from([*LINES, "stranger@acme.example", "", "x" * 162, "nul\0"])
proposals = st.lists(st.tuples(lines, st.sampled_from([None, -1, 0, 1, 2, 3, 4, 13])), max_size=4)
sensible = st.tuples(st.permutations(LINES), st.permutations([1, 2, 3, 13])).map(
    lambda drawn: list(zip(drawn[0], drawn[1], strict=False))
)


def wire(proposal: Proposal) -> list[dict[str, object]]:
    return [{"linePort": line, "order": port} for line, port in proposal]


def reasons(proposal: Proposal, present: list[str], ordering: Ordering, ports: int | None) -> tuple[int, str] | None:
    """What the API refuses the proposal for, by its own rules; the words of a wrong shape are its own affair."""
    try:
        rules.check_ordering(ordering)
        try:
            wanted = wanted_orders({"connected_users": wire(proposal)})
        except Refused:
            return 2, ""
        rules.check_order(wanted, present, ordering, ports)
    except Refused as refused:
        return refused.problems[0].code, refused.problems[0].details
    return None


@settings(max_examples=300)
@given(
    proposals | sensible,
    st.sets(st.sampled_from(LINES)).map(sorted),
    st.sampled_from(Ordering),
    st.sampled_from([None, 1, 2, 12]),
)
def test_both_houses_refuse_the_same_orders_for_the_same_first_reason(
    proposal: Proposal, present: list[str], ordering: Ordering, ports: int | None
) -> None:
    found = line_rules.verdicts(proposal, Device(present, line_rules.Ordering(ordering), ports))
    expected = reasons(proposal, present, ordering, ports)
    assert (found[0].code, found[0].said) == expected if found else expected is None


def reception_becomes(world: World, device_type: str) -> None:
    """A device of this type, with Ada on port 1 and Grace on port 2."""
    with writing(world.api_engine) as db:
        db.execute(update(AccessDevice).where(AccessDevice.id == 1).values(device_type=device_type))
        db.execute(update(Line).where(Line.device_key == 1).values(order=-Line.order))
        for port, line in enumerate(LINES, 1):
            db.execute(update(Line).where(Line.line_port == line).values(order=port))


@pytest.mark.parametrize("ordering", Ordering)
def test_the_api_takes_by_a_real_put_what_the_rules_let_through_and_nothing_else(
    world: World, backend: Backend, ordering: Ordering
) -> None:
    client = backend.client(OWNER)

    @settings(max_examples=30)
    @given(proposals | sensible)
    def puts(proposal: Proposal) -> None:
        reception_becomes(world, TYPES[ordering])
        found = line_rules.verdicts(proposal, Device(LINES, line_rules.Ordering(ordering), PORTS[ordering]))
        if found:
            with pytest.raises(ApiInvalid) as caught:
                client.put(RECEPTION, {"connected_users": wire(proposal)}, type=ConnectedUserList)
            assert (caught.value.code, caught.value.message) == (found[0].code, found[0].said or caught.value.message)
        else:
            answer = client.put(RECEPTION, {"connected_users": wire(proposal)}, type=ConnectedUserList)
            assert order_of(answer) == dict(proposal)

    puts()


def test_an_order_is_saved_whole_and_read_back(backend: Backend) -> None:
    lines = backend.services(OWNER).lines
    opened = lines.get(HQ, "Reception")
    done = lines.save(HQ, "Reception", opened, 16, {ADA: 2, GRACE: 1})
    assert done is not None
    assert done.answer is not None
    assert order_of(done.answer) == order_of(lines.get(HQ, "Reception")) == {GRACE: 1, ADA: 2}
    [(change, outcomes)] = backend.world.changes()
    assert (change.action, outcomes) == ("lines:edit", ["applied"])
    people = {ADA: "Ada Example", GRACE: "Grace Example"}
    assert change.before == {"order": {ADA: 1, GRACE: 2}, "people": people}
    assert change.after == {"order": {ADA: 2, GRACE: 1}, "people": people}


def test_the_same_order_is_not_sent(backend: Backend) -> None:
    lines = backend.services(OWNER).lines
    assert lines.save(HQ, "Reception", lines.get(HQ, "Reception"), 16, {ADA: 1, GRACE: 2}) is None
    assert backend.world.changes() == []


def test_an_order_that_the_api_would_refuse_is_not_sent(backend: Backend) -> None:
    lines = backend.services(OWNER).lines
    with pytest.raises(ImpossibleOrderError) as caught:
        lines.save(HQ, "Reception", lines.get(HQ, "Reception"), 16, {ADA: 1, GRACE: 3})
    assert [verdict.lines for verdict in caught.value.verdicts] == [(GRACE,)]
    assert backend.world.changes() == []


def test_what_somebody_else_did_meanwhile_stops_an_order_before_it_is_sent(backend: Backend) -> None:
    mine, theirs = backend.services(OWNER).lines, backend.services(COLLEAGUE).lines
    opened = mine.get(HQ, "Reception")
    theirs.save(HQ, "Reception", opened, 16, {ADA: 2, GRACE: 1})
    with pytest.raises(LinesEditConflict) as caught:
        mine.save(HQ, "Reception", opened, 16, {ADA: 2, GRACE: 1})
    assert order_of(caught.value.now) == {GRACE: 1, ADA: 2}
    assert [outcomes for _, outcomes in backend.world.changes()] == [["applied"], ["refused"]]


def test_a_device_that_changed_its_ways_meanwhile_stops_it_too(world: World, backend: Backend) -> None:
    lines = backend.services(OWNER).lines
    opened = lines.get(HQ, "Reception")
    reception_becomes(world, TYPES[Ordering.FIXED])
    with pytest.raises(LinesEditConflict):
        lines.save(HQ, "Reception", opened, 16, {ADA: 2, GRACE: 1})
