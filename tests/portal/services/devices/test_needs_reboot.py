"""Which fields a phone reads when it starts: a change of one of them waits for a reboot, of another does not."""

from contextlib import suppress

import pytest

from app.embedded import WsgiAdapter
from app.portal.api.errors import ApiInvalid
from app.portal.models.access_device import EDITABLE_FIELDS
from tests.support.contract import Backend
from tests.support.population import HEADQUARTERS
from tests.support.world import API, OWNER, World

READ_AT_START = {
    "mac_address": "001565123456",
    "transport_protocol": "TLS",
    "protocol": "SIP 3.0",
    "outbound_proxy_server_net_address": "proxy.example",
    "stun_server_net_address": "stun.example",
    "use_custom_user_name_password": True,
    "user_name": "somebody",
    "password": "a new password",
}
FOR_PEOPLE_AND_PLATFORM = {
    "serial_number": "1234",
    "description": "By the window",
    "net_address": "192.0.2.7",
    "net_port": 5070,
    "physical_location": "2nd floor",
}
FIXED = {"device_type", "device_name"}


def test_every_field_is_known_to_need_a_reboot_or_not() -> None:
    assert EDITABLE_FIELDS.keys() == READ_AT_START.keys() | FOR_PEOPLE_AND_PLATFORM.keys() | FIXED


@pytest.mark.parametrize(("name", "value"), [*READ_AT_START.items(), *FOR_PEOPLE_AND_PLATFORM.items()])
def test_edit_waits_for_a_reboot_if_phone_reads_field(world: World, name: str, value: object) -> None:
    devices = Backend(world, WsgiAdapter(world.api), API).services(OWNER).devices
    device = devices.get(HEADQUARTERS, "Reception")
    opened = {name: getattr(device, name)} if name != "password" else {}
    with suppress(ApiInvalid):  # what belongs to a login is refused alone, after it was recorded
        devices.update(HEADQUARTERS, "Reception", opened, {name: value})
    [(change, _)] = world.changes()
    assert list(change.after) == [name]
    assert change.needs_reboot == (name in READ_AT_START)
