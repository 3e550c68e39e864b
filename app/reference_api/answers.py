"""What the API says, typed. Keys are camelCase on the wire unless a struct renames them."""

from msgspec import UNSET, Struct, UnsetType, field


class Answer(Struct, rename="camel", frozen=True):
    pass


class AccessDeviceRow(Answer, frozen=True):
    """`free_ports` is 99999 where the type has no limit."""

    device_name: str
    device_type: str
    mac_address: str
    net_address: str
    status: str
    version: str
    free_ports: int


class FoundDevice(AccessDeviceRow, frozen=True):
    tenant_id: str
    group_id: str


class AccessDeviceAnswer(Answer, frozen=True, kw_only=True):
    """`number_of_ports` is -1 where the type has no limit."""

    device_name: str
    device_type: str
    protocol: str
    mac_address: str
    net_address: str
    net_port: int | UnsetType = UNSET
    outbound_proxy_server_net_address: str
    stun_server_net_address: str
    serial_number: str
    description: str
    physical_location: str
    transport_protocol: str
    use_custom_user_name_password: bool
    user_name: str
    number_of_ports: int
    number_of_assigned_ports: int
    version: str
    configuration_file_name: str
    status: str


class TenantRow(Answer, frozen=True):
    tenant_id: str
    name: str


class GroupRow(Answer, frozen=True):
    tenant_id: str
    group_id: str
    group_name: str


class ConfigFileRow(Answer, frozen=True, kw_only=True):
    file_format: str
    is_authenticated: str = "true"
    access_url: str
    repository_url: str
    template_url: str


class ConfigFileAnswer(Answer, frozen=True):
    file_source: str
    configuration_file_name: str
    access_url: str
    repository_url: str
    template_url: str
    extended_capture_enabled: bool


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
    order: int
    primary: bool
    department: Department | UnsetType = UNSET


class ConnectedUsers(Struct, frozen=True, kw_only=True):
    """The one answer that mixes two spellings."""

    connected_users: list[ConnectedUser]
    no_line_reordering: bool = field(name="noLineReOrdering")
    static_line_reordering: bool = field(name="staticLineReOrdering")


class TagRow(Answer, frozen=True):
    name: str
    value: str
    level: str
    tag_set_name: str
    region_name: str
