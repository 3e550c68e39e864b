from typing import Any

import pytest

from app.portal.api.errors import ApiAlreadyExists, ApiInUse, ApiInvalid, ApiMisaddressed, ApiNotFound, ApiUnsupported
from app.portal.domain.refs import GroupRef
from app.portal.models.access_device import AccessDevice
from app.portal.models.phone_type import Need
from app.portal.services.changes.executor import EditConflict
from app.portal.services.devices.service import Devices
from tests.support.contract import Backend
from tests.support.world import OWNER, SYSTEM_ADMIN, TENANT_ADMIN

HQ = GroupRef("acme", "headquarters")
NAMES = [
    "new",
    "a b",
    "%2e%2e",
    "a%20b",
    "?x#y;z",
    "é",
    "e\u0301",
    "日本語 😀",
    "\\..\\",
    "+&=",
    "...",
    "{{7*7}}",
    "a" * 40,
]
EXAMPLE = {
    "device_name": "APIO Test Device",
    "device_type": "Generic SIP Phone",
    "protocol": "SIP 2.0",
    "mac_address": "221100CCBBAA",
    "description": "APIO Test Device",
    "transport_protocol": "Unspecified",
    "use_custom_user_name_password": False,
}


@pytest.fixture
def devices(backend: Backend) -> Devices:
    return backend.services(OWNER).devices


def update(devices: Devices, name: str, wanted: dict[str, Any]) -> AccessDevice | None:
    current = devices.get(HQ, name)
    opened = {key: getattr(current, key) for key in wanted if key != "password"}
    done = devices.update(HQ, name, opened, wanted)
    return done.answer if done else None


def test_list_rows_have_no_problems(devices: Devices) -> None:
    rows = list(devices.list(HQ).rows)
    assert len(rows) > 20
    assert all(row.problems == {} and row.unlinkable_reason is None for row in rows)
    reception = next(row for row in rows if row.device_name == "Reception")
    assert (reception.device_type, reception.mac_address, reception.free_ports) == ("Yealink-T46G", "001565A12B3C", 14)


def test_documented_device_life_cycle(devices: Devices) -> None:
    created = devices.create(HQ, EXAMPLE).answer
    assert created == devices.get(HQ, "APIO Test Device")
    assert created is not None
    assert {key: getattr(created, key) for key in EXAMPLE} == EXAMPLE
    assert (created.status, created.ports_total, created.net_port) == ("Online", None, None)
    changed = update(devices, "APIO Test Device", {"mac_address": "110022BBAACC", "description": "Modified"})
    assert changed is not None
    assert (changed.mac_address, changed.description, changed.protocol) == ("110022BBAACC", "Modified", "SIP 2.0")
    devices.delete(HQ, "APIO Test Device")
    with pytest.raises(ApiNotFound):
        devices.get(HQ, "APIO Test Device")


def test_fields_round_trip_and_clear(devices: Devices) -> None:
    texts = {"serial_number": "S é", "description": "<b>", "physical_location": "2nd floor\u2028x", "user_name": "u@x"}
    hosts = {
        "net_address": "10.1.2.3",
        "outbound_proxy_server_net_address": "p",
        "stun_server_net_address": "s",
    }
    full = EXAMPLE | texts | hosts | {"net_port": 5060, "transport_protocol": "TLS"}
    login = {"use_custom_user_name_password": True, "password": "s3cr3t"}
    created = devices.create(HQ, full | login).answer
    assert created is not None
    assert {key: getattr(created, key) for key in full} == full | {"use_custom_user_name_password": True}
    assert "s3cr3t" not in repr(created)
    nothing = dict.fromkeys([*texts, *hosts, "mac_address"], "") | {"net_port": None}
    cleared = update(devices, "APIO Test Device", nothing | {"use_custom_user_name_password": False})
    assert cleared is not None
    assert (cleared.description, cleared.net_address, cleared.mac_address, cleared.net_port) == ("", "", "", None)


@pytest.mark.parametrize("name", NAMES)
def test_name_round_trips(devices: Devices, name: str) -> None:
    before = {row.device_name for row in devices.list(HQ).rows}
    devices.create(HQ, EXAMPLE | {"device_name": name})
    assert devices.get(HQ, name).device_name == name
    assert {row.device_name for row in devices.list(HQ).rows} == before | {name}
    devices.delete(HQ, name)
    assert {row.device_name for row in devices.list(HQ).rows} == before


@pytest.mark.parametrize("name", ["..", ".", "", "a/b", "x\0"])
def test_unaddressable_name_is_not_sent(devices: Devices, name: str) -> None:
    before = devices.list(HQ).rows
    for call in (lambda: devices.delete(HQ, name), lambda: devices.get(HQ, name)):
        with pytest.raises(ApiMisaddressed):
            call()
    assert devices.list(HQ).rows == before


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"net_port": 80}, "netPort"),
        ({"mac_address": "nonsense"}, "macAddress"),
        ({"device_type": "None such"}, "deviceType"),
        ({"transport_protocol": "SCTP"}, "transportProtocol"),
        ({"description": "x" * 81}, "description"),
        ({"device_name": " a"}, "deviceName"),
    ],
)
def test_wrong_value_error_names_key(devices: Devices, wrong: dict[str, Any], key: str) -> None:
    with pytest.raises(ApiInvalid) as caught:
        devices.create(HQ, EXAMPLE | wrong)
    assert caught.value.code == 2
    assert any(text.startswith(key) for text in caught.value.messages)
    assert not caught.value.maybe_acted


def test_taken_name_or_mac_raises_already_exists(devices: Devices) -> None:
    with pytest.raises(ApiAlreadyExists):
        devices.create(HQ, EXAMPLE | {"device_name": "Reception"})
    with pytest.raises(ApiAlreadyExists) as caught:
        devices.create(HQ, EXAMPLE | {"mac_address": "00:15:65:00:00:F1"})
    assert "globex" not in str(caught.value)
    assert "amsterdam" not in str(caught.value)


def test_delete_refuses_device_in_use(devices: Devices) -> None:
    with pytest.raises(ApiInUse):
        devices.delete(HQ, "Reception")
    assert devices.get(HQ, "Reception").number_of_assigned_ports == 2


def test_update_raises_edit_conflict(backend: Backend) -> None:
    own_devices, other_devices = backend.services(OWNER).devices, backend.services(TENANT_ADMIN).devices
    update(other_devices, "Reception", {"description": "theirs"})
    with pytest.raises(EditConflict) as caught:
        own_devices.update(HQ, "Reception", {"description": "By the door"}, {"description": "mine"})
    assert caught.value.now.description == "theirs"


def test_reboot_goes_offline_then_online(backend: Backend) -> None:
    devices = backend.services(OWNER).devices
    devices.reboot(HQ, "Reception")
    devices.reboot(HQ, "Reception")
    assert devices.get(HQ, "Reception").status == "Offline"
    backend.world.clock.advance(minutes=1)
    assert devices.get(HQ, "Reception").status == "Online"
    with pytest.raises(ApiUnsupported):
        devices.reboot(HQ, "Softphone")


def test_lines_have_people_and_ports(backend: Backend) -> None:
    lines = backend.services(OWNER).lines
    connected = lines.get(HQ, "Reception")
    assert [(user.order, user.first_name, user.problems) for user in connected.users] == [
        (1, "Ada", {}),
        (2, "Grace", {}),
    ]
    assert (connected.no_line_reordering, connected.static_line_reordering) == (False, False)
    assert lines.get(HQ, "Softphone").no_line_reordering


def test_phone_types_have_needs(backend: Backend) -> None:
    types = backend.services(SYSTEM_ADMIN).phone_types.by_name()
    needs = [types[name].needs for name in ("Generic SIP Phone", "Yealink-T48G", "Gigaset-N720")]
    assert [(need.mac, need.ports, need.is_dect) for need in needs if need] == [
        (Need.OPTIONAL, None, False),
        (Need.MANDATORY, 16, False),
        (Need.MANDATORY, 100, True),
    ]
    assert all(phone_type.problems == {} for phone_type in types.values())
