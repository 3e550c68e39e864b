from typing import Any

import pytest

from tests.support.api_world import Api, problems

PORTS = {
    "Generic SIP Phone": None,
    "Yealink-T42G": 12,
    "Yealink-T46G": 16,
    "Yealink-T48G": 16,
    "Yealink-W60B": 8,
    "Polycom-VVX450": 12,
    "Gigaset-N720": 100,
    "Cisco-ATA191": 2,
}


@pytest.fixture
def definitions(owner: Api) -> dict[str, Any]:
    listed = owner.get("configs", "phone_types", addCapabilities="true").get_json()["phoneTypes"]
    return {entry["technicalName"]: entry["capabilities"]["phoneDefinition"] for entry in listed}


def test_types_have_ports(definitions: dict[str, Any]) -> None:
    assert {name: definition.get("ports") for name, definition in definitions.items()} == PORTS


def test_types_need_mac_except_generic(definitions: dict[str, Any]) -> None:
    optional = [name for name, definition in definitions.items() if definition["needMac"] == 1]
    assert optional == ["Generic SIP Phone"]
    assert {definition["needMac"] for definition in definitions.values()} == {1, 2}


def test_dect_bases_are_marked(definitions: dict[str, Any]) -> None:
    assert [name for name, definition in definitions.items() if definition["isDECT"]] == [
        "Yealink-W60B",
        "Gigaset-N720",
    ]


def test_definition_has_documented_keys(definitions: dict[str, Any]) -> None:
    assert definitions["Yealink-T48G"] == {
        "needMac": 2,
        "needLogin": 0,
        "needHost": 0,
        "needPort": 0,
        "needSerialNumber": 1,
        "ports": 16,
        "isDECT": False,
    }


@pytest.mark.parametrize(
    ("query", "body", "has_capabilities"),
    [
        ("", "", False),
        ("?addCapabilities=true", "", True),
        ("?addCapabilities=True", "", True),
        ("?addCapabilities=false", "", False),
        ("", '{"addCapabilities": true}', True),
        ("?addCapabilities=false", '{"addCapabilities": true}', False),
    ],
)
def test_capabilities_come_only_when_asked_for(owner: Api, query: str, body: str, has_capabilities: bool) -> None:
    listed = owner.client.get(f"/api/v1/configs/phone_types/{query}", data=body).get_json()["phoneTypes"]
    shown = owner.client.get(f"/api/v1/configs/phone_types/Yealink-T48G/{query}", data=body).get_json()
    assert shown == next(row for row in listed if row["technicalName"] == "Yealink-T48G")
    assert {"capabilities" in row for row in listed} == {has_capabilities}


def test_unknown_phone_type_is_404(owner: Api) -> None:
    assert owner.get("configs", "phone_types", "Yealink-T99").status_code == 404


def test_odd_capabilities_criterion_is_refused(owner: Api) -> None:
    answer = owner.get("configs", "phone_types", addCapabilities="perhaps")
    assert (answer.status_code, problems(answer)) == (400, [(2, "addCapabilities: must be true or false")])
