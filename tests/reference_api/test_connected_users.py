from functools import partial

import pytest
from werkzeug.test import TestResponse

from app.reference_api import rules
from tests.support.api_world import HEADQUARTERS, Api, World, problems
from tests.support.rounds import Rounds, at_once

A, B, C = (f"desk-{order}@acme.example" for order in (1, 2, 3))


class Lines:
    def __init__(self, api: Api) -> None:
        self.api = api
        self.path = (*HEADQUARTERS, "desk", "connected_users")

    def put(self, users: object, **more: object) -> TestResponse:
        return self.api.put(*self.path, body={"connected_users": users, **more})

    def order(self) -> dict[str, int]:
        users = self.api.get(*self.path).get_json()["connected_users"]
        return {user["linePort"]: user["order"] for user in users}


@pytest.fixture
def dynamic(world: World, owner: Api) -> Lines:
    world.device("desk", "Yealink-T42G", lines=[1, 2, 3])
    return Lines(owner)


@pytest.fixture
def static(world: World, owner: Api) -> Lines:
    world.device("desk", "Yealink-W60B", lines=[1, 2, 3])
    return Lines(owner)


@pytest.fixture
def fixed(world: World, owner: Api) -> Lines:
    world.device("desk", "Generic SIP Phone", lines=[1])
    return Lines(owner)


def item(line_port: str, order: object, **more: object) -> dict[str, object]:
    return {"linePort": line_port, "order": order, **more}


def test_user_has_documented_keys(dynamic: Lines) -> None:
    answer = dynamic.api.get(*dynamic.path).get_json()
    assert answer["connected_users"][0] == {
        "linePort": A,
        "userId": "user1@acme.example",
        "lastName": "Last1",
        "firstName": "First1",
        "phoneNumber": "",
        "extension": "2001",
        "emailAddress": "",
        "userType": "Normal",
        "endpointType": "Primary",
        "order": 1,
        "primary": True,
        "department": {
            "tenantId": "acme",
            "groupId": "headquarters",
            "departmentName": "Payroll",
            "fullPathName": "Finance \\ Payroll",
        },
    }
    assert "department" not in answer["connected_users"][1]


def test_flags_follow_ordering(world: World, owner: Api) -> None:
    flags = {}
    for name, device_type in (("f", "Generic SIP Phone"), ("d", "Polycom-VVX450"), ("s", "Gigaset-N720")):
        world.device(name, device_type)
        answer = owner.get(*HEADQUARTERS, name, "connected_users").get_json()
        flags[name] = (answer["noLineReOrdering"], answer["staticLineReOrdering"])
    assert flags == {"f": (True, False), "d": (False, False), "s": (False, True)}


def test_line_ports_are_numbered_from_one(dynamic: Lines) -> None:
    answer = dynamic.put([C, A, B])
    assert answer.status_code == 200
    assert answer.get_json() == dynamic.api.get(*dynamic.path).get_json()
    assert dynamic.order() == {C: 1, A: 2, B: 3}


def test_objects_set_their_order(static: Lines) -> None:
    assert static.put([item(A, 8), item(B, 1), item(C, 5)]).status_code == 200
    assert list(static.order().items()) == [(B, 1), (C, 5), (A, 8)]


def test_answer_can_be_sent_back(dynamic: Lines) -> None:
    current = dynamic.api.get(*dynamic.path).get_json()
    answer = dynamic.api.put(*dynamic.path, body=current)
    assert (answer.status_code, answer.get_json()) == (200, current)


def test_reorder_changes_order_only(dynamic: Lines) -> None:
    before = {user["linePort"]: user for user in dynamic.api.get(*dynamic.path).get_json()["connected_users"]}
    dynamic.put([item(B, 1, lastName="Forged", primary=False), item(A, 2), item(C, 3)])
    after = dynamic.api.get(*dynamic.path).get_json()["connected_users"]
    assert after == [before[B] | {"order": 1}, before[A] | {"order": 2}, before[C] | {"order": 3}]


@pytest.mark.parametrize(
    ("users", "details"),
    [
        (["x", A, B], rules.UNKNOWN_LINE),
        ([], rules.MISSING_LINE),
        ([A, B], rules.MISSING_LINE),
        ([item(A, 1), item(B, 1), item(C, 99)], rules.DUPLICATE_ORDER),
        ([item(A, 13), item(B, 1), item(C, 2)], rules.ABOVE_MAXIMUM),
        ([item(A, 10**30), item(B, 1), item(C, 2)], rules.ABOVE_MAXIMUM),
        ([item(A, 1), item(B, 2), item(C, 4)], rules.GAP),
    ],
)
def test_broken_rule_has_documented_text(dynamic: Lines, users: object, details: str) -> None:
    answer = dynamic.put(users)
    assert answer.status_code == 400
    assert problems(answer) == [(2, details)]
    assert dynamic.order() == {A: 1, B: 2, C: 3}


def test_rule_texts_match_documentation() -> None:
    assert (
        rules.FIXED,
        rules.DUPLICATE_ORDER,
        rules.MISSING_LINE,
        rules.UNKNOWN_LINE,
        rules.ABOVE_MAXIMUM,
        rules.GAP,
    ) == (
        "This type of device does not support users reordering",
        "Each port (order) can only be present once",
        "All connected users must he provided in the PUT, no partial update allowed",
        "All linePorts in the new values mmust be present in the old values",
        "A port (order) can not be bigger than the maximum number of ports of the device",
        "Gaps between ports are not allowed for this type of device",
    )


@pytest.mark.parametrize("users", [[A], [item(A, 1)], "nonsense", []])
def test_fixed_type_refuses_before_reading(fixed: Lines, users: object) -> None:
    answer = fixed.put(users)
    assert answer.status_code == 400
    assert problems(answer) == [(56, rules.FIXED)]


def test_non_object_is_416_for_fixed_type(fixed: Lines) -> None:
    assert fixed.api.put(*fixed.path, body=[A]).status_code == 416


@pytest.mark.parametrize(
    ("users", "details"),
    [
        ([A, item(B, 2), C], "connected_users: must hold either linePorts or objects, not both"),
        ([1, 2, 3], "connected_users: must hold either linePorts or objects, not both"),
        ([A, B, B], "connected_users: each linePort can only be present once"),
        ([item(A, 1), item(A, 2)], "connected_users: each linePort can only be present once"),
        ("abc", "connected_users: must be a list"),
        (None, "connected_users: must be a list"),
        ([item(A, 0)], "order: must be a whole number from 1"),
        ([item(A, 1.0)], "order: must be a whole number from 1"),
        ([item(A, True)], "order: must be a whole number from 1"),
        ([item(A, "1")], "order: must be a whole number from 1"),
        ([{"linePort": A}], "order: is required"),
        ([{"order": 1}], "linePort: is required"),
        ([item(A, 1, colour="red")], "colour: there is no such key"),
    ],
)
def test_malformed_list_is_refused(dynamic: Lines, users: object, details: str) -> None:
    answer = dynamic.put(users)
    assert answer.status_code == 400
    assert problems(answer) == [(2, details)]


def test_missing_list_and_unknown_key_are_named(dynamic: Lines) -> None:
    answer = dynamic.api.put(*dynamic.path, body={"connectedUsers": [A, B, C]})
    assert problems(answer) == [(2, "connectedUsers: there is no such key"), (2, "connected_users: is required")]


def test_device_without_users_takes_empty_list(world: World, owner: Api) -> None:
    world.device("desk")
    assert Lines(owner).put([]).get_json()["connected_users"] == []


def test_concurrent_reorders_keep_one(world: World, static: Lines, rounds: Rounds) -> None:
    other = Lines(world.signed_in("colleague"))
    wanted = [{A: 1, B: 2, C: 3}, {A: 8, B: 7, C: 6}]
    lists = [[item(line, order) for line, order in order_wanted.items()] for order_wanted in wanted]
    for chance in rounds:
        answers = at_once(chance, partial(static.put, lists[0]), partial(other.put, lists[1]))
        assert [answer.status_code for answer in answers] == [200, 200]
        assert static.order() in wanted
