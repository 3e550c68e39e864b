"""Access devices, as listed, as found and in full."""

from collections.abc import Mapping
from typing import Any

from msgspec import field
from msgspec.structs import fields

from app.portal.domain import names
from app.portal.models.base import ListItem, Model


class AccessDeviceRow(ListItem, frozen=True, kw_only=True, gc=False):
    """A device in the list of its group. `free_ports` is None only where `problems` says why.

    The garbage collector need not look at them: rows hold texts, and there are many.
    """

    device_name: str
    device_type: str
    mac_address: str = ""
    net_address: str = ""
    status: str
    version: str = ""
    free_ports: int | None

    @property
    def unlinkable_reason(self) -> str | None:
        """Why no address leads to this device, in words; None if one does."""
        problem = self.problems.get("") or self.problems.get("device_name")
        return problem or names.unaddressable_reason(self.device_name)


class AccessDeviceList(Model, frozen=True, kw_only=True):
    access_devices: tuple[AccessDeviceRow, ...] = field(name="access_devices")


class FoundDevice(AccessDeviceRow, frozen=True, kw_only=True, gc=False):
    """A device that the search over all groups found."""

    tenant_id: str
    group_id: str


class FoundDeviceList(Model, frozen=True, kw_only=True):
    devices: tuple[FoundDevice, ...]


class AccessDevice(Model, frozen=True, kw_only=True):
    """A device in full. Its password is written and never read; `device_name` may be left out by the backend.

    `number_of_ports` is -1 where there is no limit.
    """

    device_name: str = ""
    device_type: str
    protocol: str = ""
    mac_address: str = ""
    serial_number: str = ""
    description: str = ""
    physical_location: str = ""
    net_address: str = ""
    net_port: int | None = None
    transport_protocol: str = ""
    outbound_proxy_server_net_address: str = ""
    stun_server_net_address: str = ""
    use_custom_user_name_password: bool = False
    user_name: str = ""
    number_of_ports: int = -1
    number_of_assigned_ports: int = 0
    version: str = ""
    configuration_file_name: str = ""
    status: str = "Unknown"

    @property
    def ports_total(self) -> int | None:
        return None if self.number_of_ports < 0 else self.number_of_ports


# What a phone learns from its files, which it reads when it starts: its MAC, which they are named by and which
# %BWMACADDRESS% puts into them; the way it is to take to the platform; and what it signs in with. The net address and
# port only tell the platform where to find the phone; the other fields are for people.
REBOOT_FIELDS = frozenset(
    {
        "mac_address",
        "outbound_proxy_server_net_address",
        "password",
        "protocol",
        "stun_server_net_address",
        "transport_protocol",
        "use_custom_user_name_password",
        "user_name",
    }
)
KEY_OF = {each.name: each.encode_name for each in fields(AccessDevice)} | {"password": "password"}
FIELD_OF = {key: name for name, key in KEY_OF.items()}


def wire_names(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same values under the API's keys. Raises KeyError for a field no device has."""
    return {KEY_OF[name]: value for name, value in values.items()}
