import sys

import pytest

from app.reference_api.search_criteria import FOLDED_TO_ASCII
from tests.support.api_world import Api, World, problems


@pytest.fixture
def admin(world: World) -> Api:
    world.device("Müller desk", mac_address="001565AABBCC", lines=[1])
    world.device("muller", "Generic SIP Phone", group="warehouse")
    world.device("MÜLLER", group="amsterdam", version="Yealink 28")
    return world.signed_in("admin")


def search(api: Api, **criteria: str) -> list[str]:
    return [row["deviceName"] for row in api.get("search", "device", **criteria).get_json()["devices"]]


def test_search_without_criteria_finds_all(admin: Api) -> None:
    assert search(admin) == ["Müller desk", "muller", "MÜLLER"]


def test_row_has_tenant_and_group(admin: Api) -> None:
    (row,) = admin.get("search", "device", sensitiveDeviceNameEquals="Müller desk").get_json()["devices"]
    assert row == {
        "deviceName": "Müller desk",
        "deviceType": "Yealink-T46G",
        "macAddress": "001565AABBCC",
        "netAddress": "",
        "status": "Online",
        "version": "",
        "freePorts": 15,
        "tenantId": "acme",
        "groupId": "headquarters",
    }


@pytest.mark.parametrize(
    ("criteria", "names"),
    [
        ({"insensitiveDeviceNameContains": "ÜLL"}, ["Müller desk", "MÜLLER"]),
        ({"sensitiveDeviceNameContains": "ÜLL"}, ["MÜLLER"]),
        ({"insensitiveDeviceNameStarts": "mu"}, ["muller"]),
        ({"insensitiveDeviceMacAddressContains": "65:aa"}, ["Müller desk"]),
        ({"insensitiveDeviceMacAddressContains": "-"}, ["Müller desk", "muller", "MÜLLER"]),
        ({"insensitiveDeviceMacAddressContains": "%"}, []),
        ({"sensitiveDeviceTenantIdEquals": "acme"}, ["Müller desk", "muller"]),
        ({"sensitiveDeviceTenantIdEquals": "ACME"}, []),
        ({"sensitiveDeviceTenantIdEquals": "acme", "insensitiveDeviceTypeContains": "generic"}, ["muller"]),
        ({"insensitiveDeviceVersionContains": "%"}, []),
        ({"responseSizeLimit": "2"}, ["Müller desk", "muller"]),
        ({"responseSizeLimit": "1", "insensitiveDeviceNameContains": "muller"}, ["muller"]),
        ({"insensitiveDeviceNameContains": ""}, ["Müller desk", "muller", "MÜLLER"]),
    ],
)
def test_criteria_are_combined(admin: Api, criteria: dict[str, str], names: list[str]) -> None:
    assert search(admin, **criteria) == names


def test_criteria_in_body(admin: Api) -> None:
    answer = admin.client.get("/api/v1/search/device/", data='{"sensitiveDeviceGroupIdEquals": "warehouse"}')
    assert [row["deviceName"] for row in answer.get_json()["devices"]] == ["muller"]


def test_unknown_criterion_is_refused(admin: Api) -> None:
    answer = admin.get("search", "device", deviceName="x")
    assert answer.status_code == 400
    assert problems(answer) == [(2, "deviceName: there is no such key")]


def test_letters_that_equal_ascii_are_all_known() -> None:
    others = (chr(code) for code in range(128, sys.maxunicode + 1))
    found = {letter for letter in others if any(part.isascii() for part in letter.casefold())}
    assert found == set(FOLDED_TO_ASCII)
