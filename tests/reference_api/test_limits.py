"""The limits of every field."""

from typing import Any

import pytest

from tests.support.api_world import HEADQUARTERS, Api, World, problems

LENGTHS = {
    "protocol": 20,
    "netAddress": 80,
    "outboundProxyServerNetAddress": 80,
    "stunServerNetAddress": 80,
    "serialNumber": 80,
    "description": 80,
    "physicalLocation": 1024,
    "userName": 161,
}


def host_with_length(length: int) -> str:
    return ("a" * 49 + ".") * 5 + "a" * length if length > 100 else ("a" * 40 + "." + "a" * 60)[:length]


def text_with_length(key: str, length: int) -> str:
    return host_with_length(length) if "Address" in key else "é" * length


@pytest.mark.parametrize("key", LENGTHS)
def test_text_of_maximum_length_is_accepted(owner: Api, key: str) -> None:
    body = {"deviceName": "desk", "deviceType": "Generic SIP Phone", "userName": "u", "password": "p"}
    text = text_with_length(key, LENGTHS[key])
    assert owner.post(*HEADQUARTERS, body=body | {key: text}).get_json()[key] == text


@pytest.mark.parametrize("key", LENGTHS)
def test_too_long_text_is_refused(world: World, owner: Api, key: str) -> None:
    world.device("desk")
    answer = owner.put(*HEADQUARTERS, "desk", body={key: text_with_length(key, LENGTHS[key] + 1)})
    assert problems(answer) == [(2, f"{key}: must have 1 to {LENGTHS[key]} characters")]


@pytest.mark.parametrize(("length", "status"), [(1, 201), (40, 201), (41, 400), (0, 400)])
def test_device_name_length(owner: Api, length: int, status: int) -> None:
    body = {"deviceName": "ž" * length, "deviceType": "Generic SIP Phone"}
    assert owner.post(*HEADQUARTERS, body=body).status_code == status


@pytest.mark.parametrize(("length", "status"), [(1, 201), (60, 201), (61, 400)])
def test_password_length(owner: Api, length: int, status: int) -> None:
    body = {"deviceName": "desk", "deviceType": "Generic SIP Phone", "userName": "u", "password": "p" * length}
    assert owner.post(*HEADQUARTERS, body=body).status_code == status


@pytest.mark.parametrize(("port", "status"), [(1024, 400), (1025, 200), (65535, 200), (65536, 400)])
def test_port_range(world: World, owner: Api, port: int, status: int) -> None:
    world.device("desk")
    answer = owner.put(*HEADQUARTERS, "desk", body={"netPort": port})
    assert answer.status_code == status
    if status == 400:
        assert problems(answer) == [(2, "netPort: must be a whole number from 1025 to 65535")]


WRONG: list[tuple[str, Any]] = [
    ("netPort", 5060.0),
    ("netPort", "5060"),
    ("netPort", True),
    ("netPort", 10**40),
    ("useCustomUserNamePassword", 1),
    ("useCustomUserNamePassword", "true"),
    ("transportProtocol", "udp"),
    ("transportProtocol", ["UDP"]),
    ("macAddress", 1565),
    ("macAddress", "221100CCBBA"),
    ("description", {"a": 1}),
    ("description", "a\x00b"),
    ("netAddress", "10.0.0.256"),
    ("serialNumber", False),
]


@pytest.mark.parametrize(("key", "value"), WRONG)
def test_wrong_type_of_value_is_refused(world: World, owner: Api, key: str, value: Any) -> None:
    world.device("desk")
    answer = owner.put(*HEADQUARTERS, "desk", body={key: value})
    assert answer.status_code == 400
    assert [(code, details.split(":")[0]) for code, details in problems(answer)] == [(2, key)]


HOSTILE = ["<script>alert(1)</script>", "{{7*7}}", "a\r\nb", "\u202etxt", "a\u2028b", "' OR 1=1 --", "😀", " both "]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_round_trips(world: World, owner: Api, text: str) -> None:
    world.device("desk")
    assert owner.put(*HEADQUARTERS, "desk", body={"description": text}).get_json()["description"] == text
