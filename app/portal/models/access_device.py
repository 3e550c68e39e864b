"""Access devices as listed, as found and in full, with the declarations of their fields."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import field
from msgspec.structs import force_setattr

from app.portal.domain import mac, names
from app.portal.domain.checks import check_host, check_mac, check_port
from app.portal.domain.ports import UNLIMITED
from app.portal.domain.vendors import find_vendor
from app.portal.models.base import ListItem, Model
from app.portal.models.device_field import DeviceField, EditableField, Section, by_section, declared_fields

_CANONICAL_MAC = re.compile("[0-9A-F]{12}")


def unify_notation(device: "AccessDeviceRow | AccessDevice") -> None:
    """Write the MAC as the portal sends it, so that equal ones are equal; what is no MAC stays as it came."""
    address = device.mac_address
    if address and not _CANONICAL_MAC.fullmatch(address):
        force_setattr(device, "mac_address", mac.parse(address) or address)


class AccessDeviceRow(ListItem, frozen=True, kw_only=True, gc=False):
    """A device in the list of its group. `free_ports` is None only where `problems` says why.

    A field is declared in AccessDevice, unless only the list has it. The garbage collector need not look at rows:
    they hold texts, and there are many.
    """

    device_name: str
    device_type: str
    mac_address: str = ""
    net_address: str = ""
    status: str
    version: str = ""
    free_ports: Annotated[int | None, DeviceField("Free ports", None, options={str(UNLIMITED): "Unlimited"})]

    def __post_init__(self) -> None:
        unify_notation(self)

    @property
    def unlinkable_reason(self) -> str | None:
        """Return in words why no URL can name this device; None if one can."""
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


def _mac_hint(text: str) -> str | None:
    if warning := mac.describe_unusual(mac.parse(text) or ""):
        return warning
    name = find_vendor(text)
    return f"Vendor: {name}" if name else None


def _host(label: str, **more: Any) -> EditableField:
    return EditableField(label, Section.CONNECTION, max_length=80, check=check_host, is_code=True, **more)


def _login(label: str, **more: Any) -> EditableField:
    own = "use_custom_user_name_password"
    return EditableField(
        label, Section.CREDENTIALS, need="login", depends_on=own, is_own=True, needs_reboot=True, **more
    )


_TRANSPORTS = {transport: transport for transport in ("Unspecified", "UDP", "TCP", "TLS")}


class AccessDevice(ListItem, frozen=True, kw_only=True):
    """A device in full, its fields in the order in which pages show them; the backend may leave out its name.

    "" and None are what it leaves out otherwise.

    needs_reboot: what a phone learns from its files: its MAC, which they are named by and which %BWMACADDRESS% puts
        into them; the way to the platform; and what it signs in with. The address and port only tell the platform
        where to find the phone; the other fields are for people.
    """

    device_type: Annotated[
        str,
        EditableField(
            "Type",
            Section.DEVICE,
            help="Cannot be changed later.",
            required="Choose the type of the device.",
            options_vary=True,
            is_fixed=True,
        ),
    ]
    device_name: Annotated[
        str,
        EditableField(
            "Name",
            Section.DEVICE,
            help="Cannot be changed later. Up to 40 characters, unique in the group.",
            max_length=40,
            check=names.unaddressable_reason,
            required="Enter a name.",
            duplicate="A device with this name already exists in this group. Enter another name.",
            is_fixed=True,
            is_own=True,
        ),
    ] = ""
    mac_address: Annotated[
        str,
        EditableField(
            "MAC address",
            Section.DEVICE,
            help="Any format, e.g. 00:15:65:A1:2B:3C",
            max_length=80,
            check=check_mac,
            need="mac",
            duplicate="Another device in this group uses it. Remove it there first, or check the label on the device.",
            format=mac.with_colons,
            parse=lambda text: mac.parse(text) or "",
            hint=_mac_hint,
            is_code=True,
            is_own=True,
            needs_reboot=True,
        ),
    ] = ""
    serial_number: Annotated[
        str,
        EditableField(
            "Serial number",
            Section.DEVICE,
            max_length=80,
            need="serial_number",
            is_code=True,
            is_own=True,
            is_unique=True,
        ),
    ] = ""
    description: Annotated[str, EditableField("Description", Section.DEVICE, max_length=80)] = ""
    version: Annotated[str, DeviceField("Firmware", Section.DEVICE, note="At its last registration")] = ""
    net_address: Annotated[str, _host("IP address / host", need="host", is_own=True)] = ""
    net_port: Annotated[int | None, EditableField("Port", Section.CONNECTION, check=check_port, need="port")] = None
    transport_protocol: Annotated[
        str,
        EditableField("Transport", Section.CONNECTION, options=_TRANSPORTS, default="Unspecified", needs_reboot=True),
    ] = ""
    protocol: Annotated[
        str,
        EditableField(
            "Protocol",
            Section.CONNECTION,
            max_length=20,
            required="Enter the protocol, e.g. SIP 2.0.",
            default="SIP 2.0",
            needs_reboot=True,
        ),
    ] = ""
    outbound_proxy_server_net_address: Annotated[str, _host("Outbound proxy", needs_reboot=True)] = ""
    stun_server_net_address: Annotated[str, _host("STUN server", needs_reboot=True)] = ""
    status: Annotated[str, DeviceField("Status", Section.CONNECTION)] = ""
    physical_location: Annotated[
        str, EditableField("Location", Section.CREDENTIALS, help="Building, floor, room", max_length=1024)
    ] = ""
    use_custom_user_name_password: Annotated[
        bool | None,
        EditableField(
            "Credentials",
            Section.CREDENTIALS,
            options={"false": "Shared credentials of the device type", "true": "Own user name and password"},
            default="false",
            need="login",
            is_own=True,
            needs_reboot=True,
        ),
    ] = None
    user_name: Annotated[str, _login("User name", max_length=161, is_code=True)] = ""
    number_of_ports: Annotated[int | None, DeviceField("Ports", None)] = None
    number_of_assigned_ports: Annotated[int | None, DeviceField("Ports in use", None)] = None
    configuration_file_name: Annotated[str, DeviceField("Config file", None)] = ""

    def __post_init__(self) -> None:
        unify_notation(self)
        transport = self.transport_protocol.casefold()
        known = next((word for word in _TRANSPORTS if word.casefold() == transport), self.transport_protocol)
        force_setattr(self, "transport_protocol", known)

    @property
    def ports_total(self) -> int | None:
        """Return None where there is no limit, and where it is not known."""
        return None if self.has_unlimited_ports else self.number_of_ports

    @property
    def has_unlimited_ports(self) -> bool:
        return self.number_of_ports is not None and self.number_of_ports < 0


class AccessDeviceSecrets(Model, frozen=True, kw_only=True):
    """The fields of a device that are written and never read."""

    password: Annotated[str, _login("Password", max_length=60, is_secret=True)] = ""


DEVICE_FIELDS = {**declared_fields(AccessDevice), **declared_fields(AccessDeviceSecrets)}
EDITABLE_FIELDS = {name: declared for name, declared in DEVICE_FIELDS.items() if isinstance(declared, EditableField)}
LIST_FIELDS = declared_fields(AccessDeviceRow, known=DEVICE_FIELDS)
SECRET_KEYS = {declared.key for declared in DEVICE_FIELDS.values() if declared.is_secret}
FIELD_OF_KEY = {declared.key: name for name, declared in DEVICE_FIELDS.items()}


def shown_fields(device: AccessDevice) -> Mapping[Section, list[DeviceField]]:
    """Return the fields that an overview of the device shows."""
    return by_section(
        declared
        for declared in DEVICE_FIELDS.values()
        if not declared.depends_on or getattr(device, declared.depends_on) is not False
    )


def to_api(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values under the API's keys. Raises KeyError for a field that nobody may write."""
    return {EDITABLE_FIELDS[name].key: value for name, value in values.items()}
