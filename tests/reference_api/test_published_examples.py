"""The published examples of the API."""

import pytest

from tests.support.api_world import Api, World

DEVICES = "/api/v1/tenants/foo/groups/foogroup/access_devices/"
APIO = f"{DEVICES}APIO%20Test%20Device/"


@pytest.fixture
def foo(world: World) -> Api:
    """An admin of the tenant, group and devices of the examples."""
    world.group("foo", "foogroup")
    world.device("foodevice", "Yealink-T48G", group="foogroup")
    world.device("DP_ApioUserTest", "Generic SIP Phone", group="foogroup", version="pjsip python")
    return world.signed_in("admin")


def create(foo: Api) -> dict[str, object]:
    answer = foo.client.post(
        DEVICES,
        content_type='"application/json"',
        data="""{
            "deviceName": "APIO Test Device",
            "deviceType": "Generic SIP Phone",
            "protocol": "SIP 2.0",
            "macAddress": "221100CCBBAA",
            "description": "APIO Test Device",
            "transportProtocol": "Unspecified",
            "useCustomUserNamePassword": false
        }""",
    )
    assert answer.status_code == 201
    created: dict[str, object] = answer.get_json()
    return created


def test_list_devices(foo: Api) -> None:
    create(foo)
    listed = foo.client.get(DEVICES).get_json()["access_devices"]
    assert listed[:2] == [
        {
            "status": "Online",
            "deviceName": "APIO Test Device",
            "version": "",
            "macAddress": "221100CCBBAA",
            "netAddress": "",
            "freePorts": 99999,
            "deviceType": "Generic SIP Phone",
        },
        {
            "status": "Online",
            "deviceName": "DP_ApioUserTest",
            "version": "pjsip python",
            "macAddress": "",
            "netAddress": "",
            "freePorts": 99999,
            "deviceType": "Generic SIP Phone",
        },
    ]


def test_device_life_cycle(foo: Api) -> None:
    expected = {
        "deviceName": "APIO Test Device",
        "configurationFileName": "",
        "macAddress": "221100CCBBAA",
        "useCustomUserNamePassword": False,
        "protocol": "SIP 2.0",
        "stunServerNetAddress": "",
        "numberOfAssignedPorts": 0,
        "netAddress": "",
        "version": "",
        "deviceType": "Generic SIP Phone",
        "outboundProxyServerNetAddress": "",
        "status": "Online",
        "numberOfPorts": -1,
        "description": "APIO Test Device",
        "userName": "",
        "physicalLocation": "",
        "transportProtocol": "Unspecified",
        "serialNumber": "",
    }
    assert create(foo) == expected
    assert foo.client.get(APIO).get_json() == expected
    change = {"macAddress": "110022BBAACC", "description": "APIO Test Device Modified"}
    changed = foo.client.put(APIO, json=change)
    assert (changed.status_code, changed.get_json()) == (200, expected | change)
    assert foo.client.delete(APIO).status_code == 200
    assert foo.client.get(APIO).status_code == 404


def test_show_and_replace_file(foo: Api) -> None:
    files = f"{DEVICES}foodevice/config_files/"
    assert foo.client.get(f"{files}foofile/").status_code == 404
    own = f"{files}%25BWMACADDRESS%25.cfg/"
    file = foo.client.get(own).get_json()
    assert file.pop("templateUrl").startswith("http://device_management:d*2m*$ment@")
    assert file == {
        "fileSource": "Default",
        "configurationFileName": "/var/broadworks/IpDeviceConfig/type/CTYealink-T48G/%BWMACADDRESS%.cfg.template",
        "accessUrl": "{%25BWMACADDRESS%25}.cfg",
        "repositoryUrl": "",
        "extendedCaptureEnabled": False,
    }
    content = "IyBUZXN0IGNvbmZpZyBmaWxlIGZvciBhY2Nlc3MgZGV2aWNlCg=="
    answer = foo.client.put(own, json={"fileSource": "Custom", "fileContent": content})
    assert answer.get_json()["fileSource"] == "Custom"
    assert foo.client.get(f"{own}content/").get_json() == {"fileContent": content}


def test_list_files(foo: Api) -> None:
    listed = foo.client.get(f"{DEVICES}foodevice/config_files/").get_json()["access_devices"]
    assert [file["fileFormat"] for file in listed] == ["%BWMACADDRESS%.cfg", "y000000000035.cfg"]
    assert {file["isAuthenticated"] for file in listed} == {"true"}


def test_reboot_phone(foo: Api) -> None:
    answer = foo.client.put(f"{DEVICES}foodevice/reboot_phone/", content_type='"application/json"')
    assert answer.status_code == 200


@pytest.mark.parametrize("objects", [True, False])
def test_reorder_users(world: World, foo: Api, objects: bool) -> None:
    world.device("dect", "Yealink-W60B", group="foogroup", lines=[1, 3])
    first, second = "dect-1@acme.example", "dect-3@acme.example"
    as_objects = [
        {"linePort": first, "userId": "user1@acme.example", "order": 2},
        {"linePort": second, "userId": "user3@acme.example", "order": 1},
    ]
    users = as_objects if objects else [second, first]
    answer = foo.client.put(f"{DEVICES}dect/connected_users/", json={"connected_users": users})
    assert answer.status_code == 200
    assert {user["linePort"]: user["order"] for user in answer.get_json()["connected_users"]} == {first: 2, second: 1}
