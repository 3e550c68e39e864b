from typing import Any

import pytest
from sqlalchemy import select

from app.database import reading, writing
from app.reference_api.tables import AccessDevice, Group, Line
from tests.support.api_world import HEADQUARTERS, Api, World, problems
from tests.support.statements import record_statements

NEW = {"deviceName": "new phone", "deviceType": "Generic SIP Phone"}
EMPTY: dict[str, Any] = {
    "deviceName": "new phone",
    "deviceType": "Generic SIP Phone",
    "protocol": "SIP 2.0",
    "macAddress": "",
    "netAddress": "",
    "outboundProxyServerNetAddress": "",
    "stunServerNetAddress": "",
    "serialNumber": "",
    "description": "",
    "physicalLocation": "",
    "transportProtocol": "Unspecified",
    "useCustomUserNamePassword": False,
    "userName": "",
    "numberOfPorts": -1,
    "numberOfAssignedPorts": 0,
    "version": "",
    "configurationFileName": "",
    "status": "Online",
}
FULL: dict[str, Any] = {
    "protocol": "SIP 2.0",
    "macAddress": "001565AABBCC",
    "netAddress": "10.0.0.7",
    "netPort": 5060,
    "outboundProxyServerNetAddress": "proxy.example",
    "stunServerNetAddress": "stun.example",
    "serialNumber": "S-1",
    "description": "At the window",
    "physicalLocation": "Room 4",
    "transportProtocol": "TLS",
    "useCustomUserNamePassword": True,
    "userName": "someone",
}


def test_create_fills_in_defaults(owner: Api) -> None:
    created = owner.post(*HEADQUARTERS, body=NEW)
    assert created.status_code == 201
    assert created.get_json() == EMPTY
    assert owner.get(*HEADQUARTERS, "new phone").get_json() == EMPTY


def test_create_returns_all_but_password(owner: Api) -> None:
    created = owner.post(*HEADQUARTERS, body=NEW | FULL | {"password": "s3cret"})
    assert created.status_code == 201
    assert created.get_json() == EMPTY | FULL


def test_password_is_stored_hashed(world: World, owner: Api) -> None:
    owner.post(*HEADQUARTERS, body=NEW | {"userName": "someone", "password": "s3cret"})
    with reading(world.engine) as session:
        stored = session.scalars(select(AccessDevice.password_hash)).one()
    assert stored
    assert "s3cret" not in stored


def test_list_is_sorted_by_code_point(world: World, owner: Api) -> None:
    for name in ("b", "Z", "ä", "a", "😀", "\uffee"):
        world.device(name, lines=[1, 2])
    world.device("soft", "Generic SIP Phone", mac_address="001565AABBCC", version="pjsip", net_address="10.0.0.7")
    rows = owner.get(*HEADQUARTERS).get_json()["access_devices"]
    assert [row["deviceName"] for row in rows] == ["Z", "a", "b", "soft", "ä", "\uffee", "😀"]
    assert rows[0] == {
        "deviceName": "Z",
        "deviceType": "Yealink-T46G",
        "macAddress": "",
        "netAddress": "",
        "status": "Online",
        "version": "",
        "freePorts": 14,
    }
    assert rows[3] == {
        "deviceName": "soft",
        "deviceType": "Generic SIP Phone",
        "macAddress": "001565AABBCC",
        "netAddress": "10.0.0.7",
        "status": "Online",
        "version": "pjsip",
        "freePorts": 99999,
    }


@pytest.mark.parametrize("devices", [0, 1, 100, 101, 200, 201])
def test_list_of_any_length_is_complete(world: World, owner: Api, devices: int) -> None:
    names = [f"desk {number:03}" for number in range(devices)]
    with writing(world.engine) as session:
        group = session.scalars(select(Group.id).filter_by(group_id="headquarters")).one()
        session.add_all(
            AccessDevice(group_key=group, device_name=name, device_type="Generic SIP Phone") for name in names
        )
    answer = owner.get(*HEADQUARTERS)
    assert list(answer.get_json()) == ["access_devices"]
    assert [row["deviceName"] for row in answer.get_json()["access_devices"]] == names
    assert answer.content_length == len(answer.data)


def test_list_uses_covering_index(world: World, owner: Api) -> None:
    if world.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by the number of rows")
    with record_statements(world.engine) as statements:
        owner.get(*HEADQUARTERS)
    with world.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statements[-1]}", (0,) * statements[-1].count("?"))
        assert "COVERING INDEX ix_api_access_devices_list" in plan.all()[0].detail


def test_device_counts_ports(world: World, owner: Api) -> None:
    world.device("desk", lines=[1, 2, 3], mac_address="001565AABBCC")
    device = owner.get(*HEADQUARTERS, "desk").get_json()
    assert (device["numberOfPorts"], device["numberOfAssignedPorts"]) == (16, 3)
    assert device["configurationFileName"] == "001565AABBCC.cfg"


def test_update_changes_named_keys_only(world: World, owner: Api) -> None:
    owner.post(*HEADQUARTERS, body=NEW | FULL | {"password": "s3cret"})
    answer = owner.put(*HEADQUARTERS, "new phone", body={"description": "Moved"})
    assert answer.status_code == 200
    assert answer.get_json() == EMPTY | FULL | {"description": "Moved"}


CLEARABLE = [
    "macAddress",
    "netAddress",
    "netPort",
    "outboundProxyServerNetAddress",
    "stunServerNetAddress",
    "serialNumber",
    "description",
    "physicalLocation",
]


@pytest.mark.parametrize("key", CLEARABLE)
@pytest.mark.parametrize("nothing", ["", None])
def test_clearable_key_is_emptied(owner: Api, key: str, nothing: str | None) -> None:
    owner.post(*HEADQUARTERS, body=NEW | FULL | {"password": "s3cret"})
    cleared = owner.put(*HEADQUARTERS, "new phone", body={key: nothing}).get_json()
    expected = EMPTY | FULL | {key: ""}
    if key == "netPort":
        del expected["netPort"]
    assert cleared == expected


@pytest.mark.parametrize("key", ["protocol", "transportProtocol", "useCustomUserNamePassword", "password"])
@pytest.mark.parametrize("nothing", ["", None])
def test_other_key_cannot_be_emptied(world: World, owner: Api, key: str, nothing: str | None) -> None:
    world.device("desk")
    answer = owner.put(*HEADQUARTERS, "desk", body={key: nothing})
    assert answer.status_code == 400
    assert [(code, details.split(":")[0]) for code, details in problems(answer)] == [(2, key)]


def test_answer_can_be_sent_back(world: World, owner: Api) -> None:
    world.device("desk", lines=[1], mac_address="001565AABBCC", version="Yealink")
    present = owner.get(*HEADQUARTERS, "desk").get_json()
    answer = owner.put(*HEADQUARTERS, "desk", body=present | {"description": "Moved"})
    assert answer.status_code == 200
    assert answer.get_json() == present | {"description": "Moved"}


def test_empty_update_changes_nothing(world: World, owner: Api) -> None:
    world.device("desk")
    assert owner.put(*HEADQUARTERS, "desk", body={}).get_json() == owner.get(*HEADQUARTERS, "desk").get_json()


FIXED = {
    "deviceName": "other",
    "deviceType": "Yealink-T48G",
    "numberOfPorts": 17,
    "numberOfAssignedPorts": False,
    "version": None,
    "configurationFileName": "x",
    "status": "Offline",
}


@pytest.mark.parametrize("key", FIXED)
def test_read_only_key_takes_current_value_only(world: World, owner: Api, key: str) -> None:
    world.device("desk")
    answer = owner.put(*HEADQUARTERS, "desk", body={key: FIXED[key], "description": "Moved"})
    assert answer.status_code == 400
    assert problems(answer) == [(2, f"{key}: cannot be changed")]
    assert owner.get(*HEADQUARTERS, "desk").get_json()["description"] == ""


def test_unknown_key_is_refused(world: World, owner: Api) -> None:
    world.device("desk")
    expected = [(2, "colour: there is no such key"), (2, "devicename: there is no such key")]
    for answer in (
        owner.put(*HEADQUARTERS, "desk", body={"colour": 1, "devicename": 2}),
        owner.post(*HEADQUARTERS, body=NEW | {"colour": 1, "devicename": 2}),
    ):
        assert answer.status_code == 400
        assert problems(answer) == expected


def test_create_refuses_read_only_key(owner: Api) -> None:
    answer = owner.post(*HEADQUARTERS, body=NEW | {"status": "Online"})
    assert problems(answer) == [(2, "status: cannot be set")]


def test_create_reports_all_problems(owner: Api) -> None:
    answer = owner.post(*HEADQUARTERS, body={"deviceType": "Yealink-T99", "netPort": 80, "serialNumber": 5})
    assert [details.split(":")[0] for _, details in problems(answer)] == [
        "deviceName",
        "deviceType",
        "netPort",
        "serialNumber",
    ]


@pytest.mark.parametrize("missing", [{}, {"macAddress": ""}, {"macAddress": None}])
def test_mac_is_optional_for_every_type(owner: Api, missing: dict[str, object]) -> None:
    answer = owner.post(*HEADQUARTERS, body={"deviceName": "desk", "deviceType": "Yealink-T46G", **missing})
    assert (answer.status_code, answer.get_json()["macAddress"]) == (201, "")


@pytest.mark.parametrize("device_type", ["Generic SIP Phone", "Yealink-T46G"])
def test_row_of_list_can_be_sent_back(world: World, owner: Api, device_type: str) -> None:
    world.device("desk", device_type, lines=[1, 2])
    (row,) = owner.get(*HEADQUARTERS).get_json()["access_devices"]
    assert owner.put(*HEADQUARTERS, "desk", body=row).status_code == 200
    answer = owner.put(*HEADQUARTERS, "desk", body=row | {"freePorts": 3})
    assert problems(answer) == [(2, "freePorts: cannot be changed")]


def test_unknown_type_error_lists_types(owner: Api) -> None:
    answer = owner.post(*HEADQUARTERS, body={"deviceName": "desk", "deviceType": "Yealink-T1000"})
    ((code, details),) = problems(answer)
    assert code == 2
    assert details.startswith("deviceType: must be one of Generic SIP Phone, Yealink-T42G")


def test_delete_removes_device(world: World, owner: Api) -> None:
    world.device("desk")
    answer = owner.delete(*HEADQUARTERS, "desk")
    assert (answer.status_code, answer.get_json()) == (200, {})
    assert owner.get(*HEADQUARTERS, "desk").status_code == 404
    assert owner.delete(*HEADQUARTERS, "desk").status_code == 404


def test_delete_removes_files_and_tags(world: World, owner: Api) -> None:
    key = world.device("desk", mac_address="001565AABBCC")
    world.tag("DeviceProfile", "%A%", "1", device_key=key)
    owner.put(
        *HEADQUARTERS, "desk", "config_files", "y000000000028.cfg", body={"fileSource": "Custom", "fileContent": ""}
    )
    assert owner.delete(*HEADQUARTERS, "desk").status_code == 200
    world.device("desk")
    assert owner.get(*HEADQUARTERS, "desk", "available_tags").get_json()["availableTags"] == []


@pytest.mark.parametrize(("lines", "details"), [([1], "1 connected user"), ([1, 2], "2 connected users")])
def test_delete_refuses_device_in_use(world: World, owner: Api, lines: list[int], details: str) -> None:
    world.device("desk", lines=lines)
    answer = owner.delete(*HEADQUARTERS, "desk")
    assert answer.status_code == 400
    assert problems(answer) == [(6, f"The device is in use: {details}")]
    with reading(world.engine) as session:
        assert len(session.scalars(select(Line.id)).all()) == len(lines)


class TestCredentials:
    def test_user_name_and_password_need_each_other(self, owner: Api) -> None:
        for given, missing in (("userName", "password"), ("password", "userName")):
            answer = owner.post(*HEADQUARTERS, body=NEW | {given: "x"})
            assert problems(answer) == [(2, f"{missing}: is required: a userName and a password go together")]

    def test_custom_credentials_need_both_fields(self, owner: Api) -> None:
        answer = owner.post(*HEADQUARTERS, body=NEW | {"useCustomUserNamePassword": True})
        assert [details.split(":")[0] for _, details in problems(answer)] == ["userName", "password"]

    def test_custom_credentials_use_stored_ones(self, owner: Api) -> None:
        owner.post(*HEADQUARTERS, body=NEW | {"userName": "x", "password": "y"})
        answer = owner.put(*HEADQUARTERS, "new phone", body={"useCustomUserNamePassword": True})
        assert answer.status_code == 200

    def test_clearing_user_name_clears_password(self, owner: Api) -> None:
        owner.post(*HEADQUARTERS, body=NEW | {"userName": "x", "password": "y"})
        assert owner.put(*HEADQUARTERS, "new phone", body={"userName": ""}).get_json()["userName"] == ""
        answer = owner.put(*HEADQUARTERS, "new phone", body={"userName": "z"})
        assert [details.split(":")[0] for _, details in problems(answer)] == ["password"]

    def test_user_name_in_use_cannot_be_cleared(self, owner: Api) -> None:
        both = {"useCustomUserNamePassword": True, "userName": "x", "password": "y"}
        owner.post(*HEADQUARTERS, body=NEW | both)
        assert owner.put(*HEADQUARTERS, "new phone", body={"userName": ""}).status_code == 400
        assert owner.get(*HEADQUARTERS, "new phone").get_json()["userName"] == "x"
