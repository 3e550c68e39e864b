"""The API's answers. Keys are camelCase in JSON unless a struct says otherwise.

Class names, docstrings and annotations are published in the API's description.
"""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, field

Status = Annotated[str, Meta(extra_json_schema={"enum": ["Online", "Offline", "Unavailable", "Unknown"]})]
Version = Annotated[str, Meta(description="User-Agent of the last registration")]
MacAddress = Annotated[str, Meta(pattern="^([0-9A-F]{12})?$")]
FreePorts = Annotated[int, Meta(description="99999 means no limit")]
Ports = Annotated[int, Meta(ge=-1, description="-1 means no limit")]
FileSource = Annotated[str, Meta(extra_json_schema={"enum": ["Default", "Manual", "Custom"]})]
TagLevel = Annotated[
    str,
    Meta(
        description="From the most general to the most specific, which wins",
        extra_json_schema={"enum": ["System_Default", "System_DeviceType", "Group_DeviceType", "DeviceProfile"]},
    ),
]
Need = Annotated[int, Meta(description="0 no, 1 optional, 2 mandatory", extra_json_schema={"enum": [0, 1, 2]})]


# gc=False: answers form no cycles, and a list has many.
class Answer(Struct, rename="camel", frozen=True, gc=False):
    pass


class Nothing(Struct, frozen=True):
    pass


class AccessDeviceRow(Answer, frozen=True):
    device_name: str
    device_type: str
    mac_address: MacAddress
    net_address: str
    status: Status
    version: Version
    free_ports: FreePorts


class AccessDevices(Struct, frozen=True):
    """Sorted by name, by code point."""

    access_devices: list[AccessDeviceRow]


class FoundDevice(AccessDeviceRow, frozen=True):
    tenant_id: str
    group_id: str


class FoundDevices(Struct, frozen=True):
    """Sorted by tenant, group and name."""

    devices: list[FoundDevice]


class AccessDeviceAnswer(Answer, frozen=True, kw_only=True):
    """Absent texts are empty, an absent netPort is left out."""

    device_name: str
    device_type: str
    protocol: str
    mac_address: MacAddress
    net_address: str
    net_port: Annotated[int, Meta(ge=1025, le=65535)] | UnsetType = UNSET
    outbound_proxy_server_net_address: str
    stun_server_net_address: str
    serial_number: str
    description: str
    physical_location: str
    transport_protocol: str
    use_custom_user_name_password: bool
    user_name: str
    number_of_ports: Ports
    number_of_assigned_ports: int
    version: Version
    configuration_file_name: str
    status: Status


class TenantRow(Answer, frozen=True):
    tenant_id: str
    name: str


class Tenants(Struct, frozen=True):
    tenants: list[TenantRow]


class GroupRow(Answer, frozen=True):
    tenant_id: str
    group_id: str
    group_name: str


class Groups(Struct, frozen=True):
    groups: list[GroupRow]


class ConfigFileRow(Answer, frozen=True, kw_only=True):
    file_format: str
    is_authenticated: Annotated[str, Meta(extra_json_schema={"enum": ["true", "false"]})]
    access_url: str
    repository_url: str
    template_url: Annotated[str, Meta(description="Carries credentials")]


class ConfigFiles(Struct, frozen=True):
    """The key is that of the devices."""

    access_devices: list[ConfigFileRow]


class ConfigFileAnswer(Answer, frozen=True):
    file_source: FileSource
    configuration_file_name: str
    access_url: Annotated[str, Meta(description="An undefined part stands in braces")]
    repository_url: str
    template_url: Annotated[str, Meta(description="Carries credentials")]
    extended_capture_enabled: bool


class FileContent(Answer, frozen=True):
    file_content: Annotated[str, Meta(extra_json_schema={"contentEncoding": "base64"})]


class Department(Answer, frozen=True):
    tenant_id: str
    group_id: str
    department_name: str
    full_path_name: str


class ConnectedUser(Answer, frozen=True, kw_only=True):
    line_port: str
    user_id: str
    last_name: str
    first_name: str
    phone_number: str
    extension: str
    email_address: str
    user_type: str
    endpoint_type: str
    order: Annotated[int, Meta(ge=1)]
    primary: bool
    department: Department | UnsetType = UNSET


class ConnectedUsers(Struct, frozen=True, kw_only=True):
    """The one answer that mixes two spellings."""

    connected_users: list[ConnectedUser]
    no_line_reordering: bool = field(name="noLineReOrdering")
    static_line_reordering: bool = field(name="staticLineReOrdering")


class EndPoint(Answer, frozen=True):
    device_name: str
    line_port: str
    user_id: str
    last_name: str
    first_name: str
    phone_number: str
    extension: str
    order: Annotated[int, Meta(ge=1)]


class EndPoints(Answer, frozen=True):
    """Sorted by device, by code point, and by order."""

    end_points: list[EndPoint]


class TagRow(Answer, frozen=True):
    name: str
    value: str
    level: TagLevel
    tag_set_name: str
    region_name: str


class AvailableTags(Answer, frozen=True):
    """One row for each definition."""

    available_tags: list[TagRow]


class PhoneDefinition(Answer, frozen=True, kw_only=True):
    need_mac: Need
    need_login: Need
    need_host: Need
    need_port: Need
    need_serial_number: Need
    ports: Annotated[int, Meta(description="Left out where the type has no limit")] | UnsetType = UNSET
    is_dect: bool = field(name="isDECT")


class Capabilities(Answer, frozen=True):
    phone_definition: PhoneDefinition


class PhoneTypeRow(Answer, frozen=True):
    technical_name: str
    display_name: str
    capabilities: Annotated[Capabilities, Meta(description="Only where addCapabilities is true")] | UnsetType = UNSET


class PhoneTypes(Answer, frozen=True):
    phone_types: list[PhoneTypeRow]


class Ids(Struct, frozen=True):
    """Where the account belongs, as far as its level goes."""

    tenant_id: str | UnsetType = UNSET
    group_id: str | UnsetType = UNSET
    user_id: str | UnsetType = UNSET


class Profile(Struct, frozen=True):
    user_level: Annotated[
        int,
        Meta(
            description="0 end user, 4 department admin, 8 group admin, 12 tenant admin, 16 system admin;"
            " one in between counts as the next lower"
        ),
    ]
    is_first_login: bool


class Account(Struct, frozen=True):
    ids: Ids
    profile: Profile
