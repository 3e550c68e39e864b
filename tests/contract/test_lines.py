"""The portal's rules of line order agree with those of the API."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from app.database import writing
from app.portal.api.errors import ApiInvalid
from app.portal.domain.refs import GroupRef
from app.portal.models.connected_user import ConnectedUserList
from app.portal.services.lines import rules as line_rules
from app.portal.services.lines.rules import LineRules, Proposal
from app.portal.services.lines.service import ImpossibleOrderError, LinesEditConflict, order_of
from app.reference_api import rules
from app.reference_api.errors import Refused
from app.reference_api.lines import parse_order
from app.reference_api.rules import Ordering
from app.reference_api.tables import AccessDevice, Line
from tests.support.cases import record_case, requires_cases
from tests.support.contract import Backend
from tests.support.world import COLLEAGUE, OWNER, World

HQ = GroupRef("acme", "headquarters")
TYPES = {Ordering.STATIC: "Cisco-ATA191", Ordering.DYNAMIC: "Yealink-T42G", Ordering.FIXED: "Generic SIP Phone"}
PORTS = {Ordering.STATIC: 2, Ordering.DYNAMIC: 12, Ordering.FIXED: None}
LINES = [ADA, GRACE] = ["ada@acme.example", "grace@acme.example"]
RECEPTION = ("tenants", "acme", "groups", "headquarters", "access_devices", "Reception", "connected_users")

lines = st.sampled_from([*LINES, "stranger@acme.example", "", "x" * 162, "nul\0"])
proposals = st.lists(st.tuples(lines, st.sampled_from([None, -1, 0, 1, 2, 3, 4, 13])), max_size=4)
sensible = st.tuples(st.permutations(LINES), st.permutations([1, 2]) | st.permutations([1, 2, 3, 13])).map(
    lambda drawn: list(zip(drawn[0], drawn[1], strict=False))
)


def to_json(proposal: Proposal) -> list[dict[str, object]]:
    return [{"linePort": line, "order": port} for line, port in proposal]


def api_refusal(
    proposal: Proposal, current: list[str], ordering: Ordering, ports: int | None
) -> tuple[int, str] | None:
    """Return code and text of the API's refusal; no text for a malformed proposal, which each side words itself."""
    try:
        rules.check_ordering(ordering)
        try:
            wanted = parse_order({"connected_users": to_json(proposal)})
        except Refused:
            return 2, ""
        rules.check_order(wanted, current, ordering, ports)
    except Refused as refused:
        return refused.code, refused.details[0]
    return None


@requires_cases("accepted", "refused for its shape", "refused for its order")
@settings(max_examples=300)
@given(
    proposals | sensible,
    st.just(LINES) | st.sets(st.sampled_from(LINES)).map(sorted),
    st.sampled_from(Ordering),
    st.sampled_from([None, 1, 2, 12]),
)
def test_portal_and_api_rules_agree(
    proposal: Proposal, current: list[str], ordering: Ordering, ports: int | None
) -> None:
    violations = line_rules.find_violations(proposal, LineRules(current, line_rules.Ordering(ordering), ports))
    expected = api_refusal(proposal, current, ordering, ports)
    record_case("accepted", expected is None)
    record_case("refused for its shape", expected == (2, ""))
    record_case("refused for its order", expected and expected[1])
    assert (violations[0].code, violations[0].platform_message) == expected if violations else expected is None


def set_reception_type(world: World, device_type: str) -> None:
    """Give the device this type, with Ada on port 1 and Grace on port 2."""
    with writing(world.api_engine) as db:
        db.execute(update(AccessDevice).where(AccessDevice.id == 1).values(device_type=device_type))
        db.execute(update(Line).where(Line.device_key == 1).values(order=-Line.order))
        for port, line in enumerate(LINES, 1):
            db.execute(update(Line).where(Line.line_port == line).values(order=port))


@pytest.mark.parametrize("ordering", Ordering)
@requires_cases("accepted", "refused")
def test_api_accepts_what_rules_accept(world: World, backend: Backend, ordering: Ordering) -> None:
    client = backend.client(OWNER)

    @settings(max_examples=30)
    @given(proposals | sensible | sensible)
    def puts(proposal: Proposal) -> None:
        set_reception_type(world, TYPES[ordering])
        violations = line_rules.find_violations(
            proposal, LineRules(LINES, line_rules.Ordering(ordering), PORTS[ordering])
        )
        record_case("refused", violations)
        record_case("accepted", not violations or ordering is Ordering.FIXED)  # which accepts nothing
        if violations:
            with pytest.raises(ApiInvalid) as caught:
                client.put(RECEPTION, {"connected_users": to_json(proposal)}, type=ConnectedUserList)
            assert (caught.value.code, caught.value.message) == (
                violations[0].code,
                violations[0].platform_message or caught.value.message,
            )
        else:
            answer = client.put(RECEPTION, {"connected_users": to_json(proposal)}, type=ConnectedUserList)
            assert answer is not None
            assert order_of(answer) == dict(proposal)

    puts()


def test_order_round_trips(backend: Backend) -> None:
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


def test_same_order_is_not_sent(backend: Backend) -> None:
    lines = backend.services(OWNER).lines
    assert lines.save(HQ, "Reception", lines.get(HQ, "Reception"), 16, {ADA: 1, GRACE: 2}) is None
    assert backend.world.changes() == []


def test_impossible_order_is_not_sent(backend: Backend) -> None:
    lines = backend.services(OWNER).lines
    with pytest.raises(ImpossibleOrderError) as caught:
        lines.save(HQ, "Reception", lines.get(HQ, "Reception"), 16, {ADA: 1, GRACE: 3})
    assert [violation.lines for violation in caught.value.violations] == [(GRACE,)]
    assert backend.world.changes() == []


def test_save_raises_edit_conflict(backend: Backend) -> None:
    own_lines, other_lines = backend.services(OWNER).lines, backend.services(COLLEAGUE).lines
    opened = own_lines.get(HQ, "Reception")
    other_lines.save(HQ, "Reception", opened, 16, {ADA: 2, GRACE: 1})
    with pytest.raises(LinesEditConflict) as caught:
        own_lines.save(HQ, "Reception", opened, 16, {ADA: 2, GRACE: 1})
    assert order_of(caught.value.now) == {GRACE: 1, ADA: 2}
    assert [outcomes for _, outcomes in backend.world.changes()] == [["applied"], ["refused"]]


def test_save_detects_changed_ordering(world: World, backend: Backend) -> None:
    lines = backend.services(OWNER).lines
    opened = lines.get(HQ, "Reception")
    set_reception_type(world, TYPES[Ordering.FIXED])
    with pytest.raises(LinesEditConflict):
        lines.save(HQ, "Reception", opened, 16, {ADA: 2, GRACE: 1})
