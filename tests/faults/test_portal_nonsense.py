"""Answers that are well-formed and make no sense: shown as far as they go, and never a mistake of ours."""

import json
from typing import Any

import pytest

from tests.support.faults import faults
from tests.support.faults.portal import Faulty
from tests.support.faults.server import Exchange, Fault, message
from tests.support.population import HQ

OF_RECEPTION = [f"{HQ}Reception/", f"{HQ}Reception/edit", f"{HQ}Reception/delete", f"{HQ}Reception/reboot"]
LINES = f"{HQ}Reception/lines/"


def changes(**values: Any) -> Fault:
    """The real answer with some of its values replaced."""

    def fault(exchange: Exchange) -> None:
        answer = json.loads(exchange.act().partition(b"\r\n\r\n")[2])
        exchange.send(message(200, json.dumps(answer | values).encode()))

    return fault


@pytest.mark.parametrize(
    "values",
    [
        {"numberOfPorts": 10**12, "numberOfAssignedPorts": 10**12},
        {"numberOfPorts": 0, "numberOfAssignedPorts": -7},
        {"numberOfPorts": 3, "numberOfAssignedPorts": 5},
        {"netPort": -1, "deviceType": "None such", "transportProtocol": "SCTP", "status": "Melted"},
        {"deviceName": None, "macAddress": "nonsense", "netAddress": "not an address"},
        {"description": "x" * 100_000, "version": "a\nb\t\u202e\ud800"},
        dict.fromkeys(("macAddress", "netPort", "description", "status", "protocol", "userName")),
    ],
)
def test_device_with_odd_values_is_shown(values: dict[str, Any], faulty: Faulty) -> None:
    faulty.server.script("GET", "/Reception/", changes(**values))
    for url in (*OF_RECEPTION, LINES):
        page = faulty.browser.get(url)
        assert page.status == 200, url
        assert "Reception" in page.words


@pytest.mark.parametrize(
    "users",
    [
        ["junk", None, 3, []],
        [{}, {"linePort": None, "order": None}],
        [{"linePort": ["a"], "order": "many", "department": 5, "primary": "perhaps"}],
        [{"linePort": "a@b", "order": 10**12}, {"linePort": "a@b", "order": -1}],
        [{"linePort": "a@b", "order": 1, "firstName": "<b>", "lastName": "x" * 10_000}] * 500,
    ],
)
def test_odd_users_are_shown_as_far_as_readable(users: list[Any], faulty: Faulty) -> None:
    faulty.server.script("GET", "/connected_users/", changes(connected_users=users))
    for url in OF_RECEPTION:
        assert faulty.browser.get(url).status == 200, url


@pytest.mark.parametrize("users", [["junk", None], [{}], [{"linePort": "a@b", "order": 1}] * 500, [{"order": "many"}]])
def test_odd_lines_are_shown_and_cannot_be_moved(users: list[Any], faulty: Faulty) -> None:
    faulty.server.script("GET", "/connected_users/", changes(connected_users=users))
    for url in (LINES, f"{LINES}?sort=port&q=x", f"{LINES}?sort=-person"):
        page = faulty.browser.get(url)
        assert page.status == 200, url
        assert "so the order cannot be changed here" in page.words
        assert "Move to" not in page.words


@pytest.mark.parametrize("static", [True, False])
def test_lines_beyond_the_last_port_can_be_moved_back(faulty: Faulty, static: bool) -> None:
    users = [{"linePort": "a@b", "order": 10**12}, {"linePort": "c@d", "order": 7}]
    said = changes(connected_users=users, staticLineReOrdering=static)
    faulty.server.script("GET", "/connected_users/", said)
    page = faulty.browser.get(LINES)
    assert page.status == 200
    assert "1000000000000" in page.words


@pytest.mark.parametrize("answer", [{"connected_users": 5}, {"noLineReOrdering": []}])
def test_device_page_stands_without_its_users(answer: dict[str, Any], faulty: Faulty) -> None:
    faulty.server.script("GET", "/connected_users/", changes(**answer))
    for url in OF_RECEPTION:
        assert faulty.browser.get(url).status == 200, url


DEVICE = "DeviceProfile"
TAG_ROWS: dict[str, list[Any]] = {
    "no rows at all": ["junk", None, 3, [], {}, {"name": None}, {"name": ["%A%"], "value": {}, "level": 7}],
    "values of other kinds": [{"name": "%A%", "value": 5060, "level": DEVICE}, {"name": "%B%", "level": None}],
    "a circle": [{"name": "%A%", "value": "%B%", "level": "x"}, {"name": "%B%", "value": "%A%", "level": ""}],
    "very long": [{"name": f"%{'a' * 5_000}%", "value": "v" * 100_000, "level": DEVICE, "regionName": "r" * 5_000}],
    "very many values": [
        {"name": "%A%", "value": str(at), "level": str(at % 3), "regionName": str(at)} for at in range(3_000)
    ],
    "very many": [{"name": f"%T{at}%", "value": f"%T{at - 1}%" * 9, "level": DEVICE} for at in range(3_000)],
}


@pytest.mark.parametrize("kind", TAG_ROWS)
def test_tags_that_make_no_sense_are_shown_as_far_as_they_go(kind: str, faulty: Faulty) -> None:
    faulty.server.script("GET", "/available_tags/", changes(availableTags=TAG_ROWS[kind]))
    for query in ("", "?sort=-value", "?show=overridden", "?q=a&level=x", "?size=200&page=2", "?set=%00"):
        page = faulty.browser.get(f"{HQ}Reception/tags/{query}")
        assert page.status == 200, query
        assert len(page.body) < 500_000


TYPES: list[Any] = ["junk", {}, {"technicalName": 5}, {"technicalName": "T", "capabilities": {"phoneDefinition": []}}]


def test_types_that_make_no_sense_leave_the_form_usable(faulty: Faulty) -> None:
    whole = {"technical_name": "Whole", "capabilities": {"phoneDefinition": {"needMac": 0, "ports": "4"}}}
    faulty.server.script("GET", "/phone_types/", faults.answers_json({"phoneTypes": [*TYPES, whole]}))
    for url in (f"{HQ}new", f"{HQ}new?type=Whole", f"{HQ}new?type=T", f"{HQ}Reception/edit"):
        page = faulty.browser.get(url)
        assert page.status == 200, url
    assert "Whole" in faulty.browser.get(f"{HQ}new").words


def test_unaddressable_groups_are_shown_unlinked(faulty: Faulty) -> None:
    tenants = ["junk", {"tenantId": ".."}, {"tenantId": "a/b", "name": "Slash"}, {"tenantId": "acme", "name": None}]
    groups = [{"groupId": ".."}, {"groupId": 7}, {"groupId": "headquarters"}, None]
    faulty.server.script("GET", "/tenants/", faults.answers_json({"tenants": tenants}))
    faulty.server.script("GET", "/groups/", faults.answers_json({"groups": groups}))
    for url in ("/", "/tenants/acme/"):
        page = faulty.browser.get(url)
        assert page.status == 200, url
        assert HQ in page.links()
    assert "Slash" in faulty.browser.get("/").words
