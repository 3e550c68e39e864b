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


def test_a_device_made_of_its_two_required_keys_reads_back_with_every_default(owner: Api) -> None:
    created = owner.post(*HEADQUARTERS, body=NEW)
    assert created.status_code == 201
    assert created.get_json() == EMPTY
    assert owner.get(*HEADQUARTERS, "new phone").get_json() == EMPTY


def test_everything_that_is_written_is_read_back_but_the_password(owner: Api) -> None:
    created = owner.post(*HEADQUARTERS, body=NEW | FULL | {"password": "s3cret"})
    assert created.status_code == 201
    assert created.get_json() == EMPTY | FULL


def test_the_password_is_not_stored_in_clear(world: World, owner: Api) -> None:
    owner.post(*HEADQUARTERS, body=NEW | {"userName": "someone", "password": "s3cret"})
    with reading(world.engine) as session:
        kept = session.scalars(select(AccessDevice.password_hash)).one()
    assert kept
    assert "s3cret" not in kept


def test_the_list_has_seven_keys_a_row_sorted_by_code_point(world: World, owner: Api) -> None:
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
def test_a_list_is_whole_however_many_devices_it_has(world: World, owner: Api, devices: int) -> None:
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


def test_the_list_of_a_group_is_read_from_one_index(world: World, owner: Api) -> None:
    """On SQLite, whose plans are short and do not hang on how much there is."""
    if world.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL chooses by what is there")
    with record_statements(world.engine) as statements:
        owner.get(*HEADQUARTERS)
    with world.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statements[-1]}", (0,) * statements[-1].count("?"))
        assert "COVERING INDEX ix_api_access_devices_list" in plan.all()[0].detail


def test_a_device_counts_its_ports(world: World, owner: Api) -> None:
    world.device("desk", lines=[1, 2, 3], mac_address="001565AABBCC")
    shown = owner.get(*HEADQUARTERS, "desk").get_json()
    assert (shown["numberOfPorts"], shown["numberOfAssignedPorts"]) == (16, 3)
    assert shown["configurationFileName"] == "001565AABBCC.cfg"


def test_an_update_changes_only_what_it_names(world: World, owner: Api) -> None:
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
def test_a_clearable_key_is_cleared_by_an_empty_text_or_null(owner: Api, key: str, nothing: str | None) -> None:
    owner.post(*HEADQUARTERS, body=NEW | FULL | {"password": "s3cret"})
    cleared = owner.put(*HEADQUARTERS, "new phone", body={key: nothing}).get_json()
    expected = EMPTY | FULL | {key: ""}
    if key == "netPort":
        del expected["netPort"]
    assert cleared == expected


@pytest.mark.parametrize("key", ["protocol", "transportProtocol", "useCustomUserNamePassword", "password"])
@pytest.mark.parametrize("nothing", ["", None])
def test_other_keys_cannot_be_emptied(world: World, owner: Api, key: str, nothing: str | None) -> None:
    world.device("desk")
    answer = owner.put(*HEADQUARTERS, "desk", body={key: nothing})
    assert answer.status_code == 400
    assert [(code, words.split(":")[0]) for code, words in problems(answer)] == [(2, key)]


def test_what_was_read_can_be_written_back(world: World, owner: Api) -> None:
    world.device("desk", lines=[1], mac_address="001565AABBCC", version="Yealink")
    present = owner.get(*HEADQUARTERS, "desk").get_json()
    answer = owner.put(*HEADQUARTERS, "desk", body=present | {"description": "Moved"})
    assert answer.status_code == 200
    assert answer.get_json() == present | {"description": "Moved"}


def test_an_update_of_nothing_is_an_update(world: World, owner: Api) -> None:
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
def test_a_fixed_key_takes_only_its_present_value(world: World, owner: Api, key: str) -> None:
    world.device("desk")
    answer = owner.put(*HEADQUARTERS, "desk", body={key: FIXED[key], "description": "Moved"})
    assert answer.status_code == 400
    assert problems(answer) == [(2, f"{key}: cannot be changed")]
    assert owner.get(*HEADQUARTERS, "desk").get_json()["description"] == ""


def test_unknown_keys_are_named(world: World, owner: Api) -> None:
    world.device("desk")
    expected = [(2, "colour: there is no such key"), (2, "devicename: there is no such key")]
    for answer in (
        owner.put(*HEADQUARTERS, "desk", body={"colour": 1, "devicename": 2}),
        owner.post(*HEADQUARTERS, body=NEW | {"colour": 1, "devicename": 2}),
    ):
        assert answer.status_code == 400
        assert problems(answer) == expected


def test_a_new_device_cannot_set_what_is_read_only(owner: Api) -> None:
    answer = owner.post(*HEADQUARTERS, body=NEW | {"status": "Online"})
    assert problems(answer) == [(2, "status: cannot be set")]


def test_all_that_is_wrong_is_told_at_once(owner: Api) -> None:
    answer = owner.post(*HEADQUARTERS, body={"deviceType": "Yealink-T48G", "netPort": 80, "serialNumber": 5})
    assert [words.split(":")[0] for _, words in problems(answer)] == [
        "deviceName",
        "macAddress",
        "netPort",
        "serialNumber",
    ]


def test_a_type_that_needs_a_mac_needs_it_at_creation_only(world: World, owner: Api) -> None:
    phone = {"deviceName": "desk", "deviceType": "Yealink-T48G"}
    for missing in ({}, {"macAddress": ""}, {"macAddress": None}):
        answer = owner.post(*HEADQUARTERS, body=phone | missing)
        assert [words.split(":")[0] for _, words in problems(answer)] == ["macAddress"]
    assert owner.post(*HEADQUARTERS, body=phone | {"macAddress": "0015.65aa.bbcc"}).status_code == 201
    assert owner.put(*HEADQUARTERS, "desk", body={"macAddress": ""}).get_json()["macAddress"] == ""


def test_an_unknown_type_is_refused_with_the_ones_on_offer(owner: Api) -> None:
    answer = owner.post(*HEADQUARTERS, body={"deviceName": "desk", "deviceType": "Yealink-T1000"})
    ((code, words),) = problems(answer)
    assert code == 2
    assert words.startswith("deviceType: must be one of Generic SIP Phone, Yealink-T42G")


def test_deleting_answers_an_empty_object_and_the_device_is_gone(world: World, owner: Api) -> None:
    world.device("desk")
    answer = owner.delete(*HEADQUARTERS, "desk")
    assert (answer.status_code, answer.get_json()) == (200, {})
    assert owner.get(*HEADQUARTERS, "desk").status_code == 404
    assert owner.delete(*HEADQUARTERS, "desk").status_code == 404


def test_deleting_takes_the_devices_files_and_tags_along(world: World, owner: Api) -> None:
    key = world.device("desk", mac_address="001565AABBCC")
    world.tag("DeviceProfile", "%A%", "1", device_key=key)
    owner.put(
        *HEADQUARTERS, "desk", "config_files", "y000000000028.cfg", body={"fileSource": "Custom", "fileContent": ""}
    )
    assert owner.delete(*HEADQUARTERS, "desk").status_code == 200
    world.device("desk")
    assert owner.get(*HEADQUARTERS, "desk", "available_tags").get_json()["availableTags"] == []


@pytest.mark.parametrize(("lines", "words"), [([1], "1 connected user"), ([1, 2], "2 connected users")])
def test_a_device_with_connected_users_is_not_deleted(world: World, owner: Api, lines: list[int], words: str) -> None:
    world.device("desk", lines=lines)
    answer = owner.delete(*HEADQUARTERS, "desk")
    assert answer.status_code == 400
    assert problems(answer) == [(6, f"The device is in use: {words}")]
    with reading(world.engine) as session:
        assert len(session.scalars(select(Line.id)).all()) == len(lines)


class TestCredentials:
    def test_a_user_name_and_a_password_go_together(self, owner: Api) -> None:
        for given, missing in (("userName", "password"), ("password", "userName")):
            answer = owner.post(*HEADQUARTERS, body=NEW | {given: "x"})
            assert problems(answer) == [(2, f"{missing}: is required: a userName and a password go together")]

    def test_custom_credentials_need_both(self, owner: Api) -> None:
        answer = owner.post(*HEADQUARTERS, body=NEW | {"useCustomUserNamePassword": True})
        assert [words.split(":")[0] for _, words in problems(answer)] == ["userName", "password"]

    def test_the_stored_ones_serve_when_custom_is_switched_on(self, owner: Api) -> None:
        owner.post(*HEADQUARTERS, body=NEW | {"userName": "x", "password": "y"})
        answer = owner.put(*HEADQUARTERS, "new phone", body={"useCustomUserNamePassword": True})
        assert answer.status_code == 200

    def test_a_cleared_user_name_takes_the_password_along(self, owner: Api) -> None:
        owner.post(*HEADQUARTERS, body=NEW | {"userName": "x", "password": "y"})
        assert owner.put(*HEADQUARTERS, "new phone", body={"userName": ""}).get_json()["userName"] == ""
        answer = owner.put(*HEADQUARTERS, "new phone", body={"userName": "z"})
        assert [words.split(":")[0] for _, words in problems(answer)] == ["password"]

    def test_the_user_name_stays_while_custom_is_on(self, owner: Api) -> None:
        both = {"useCustomUserNamePassword": True, "userName": "x", "password": "y"}
        owner.post(*HEADQUARTERS, body=NEW | both)
        assert owner.put(*HEADQUARTERS, "new phone", body={"userName": ""}).status_code == 400
        assert owner.get(*HEADQUARTERS, "new phone").get_json()["userName"] == "x"
