"""Every request body and query, declared: key, kind with its limits, and what the request may do with it."""

from dataclasses import dataclass

from app.reference_api.criteria import CRITERIA
from app.reference_api.fields import Field, Schema, Use
from app.reference_api.kinds import (
    Anything,
    Base64,
    Boolean,
    Choice,
    Integer,
    JsonSchema,
    Kind,
    Mac,
    Text,
    host,
    name,
    secret,
)
from app.reference_api.phone_types import CATALOGUE, Need, PhoneType

REQUIRED, OPTIONAL, CLEARABLE, PRESENT, IGNORED = Use

_DEVICE: tuple[tuple[str, Kind, Use, Use], ...] = (  # key, kind, use at creation, use at update
    ("deviceName", name(40), REQUIRED, PRESENT),
    ("deviceType", Choice(tuple(CATALOGUE)), REQUIRED, PRESENT),
    ("protocol", Text(20), OPTIONAL, OPTIONAL),
    ("macAddress", Mac(), CLEARABLE, CLEARABLE),
    ("netAddress", host(80), CLEARABLE, CLEARABLE),
    ("netPort", Integer(1025, 65535), CLEARABLE, CLEARABLE),
    ("outboundProxyServerNetAddress", host(80), CLEARABLE, CLEARABLE),
    ("stunServerNetAddress", host(80), CLEARABLE, CLEARABLE),
    ("serialNumber", Text(80), CLEARABLE, CLEARABLE),
    ("description", Text(80), CLEARABLE, CLEARABLE),
    ("physicalLocation", Text(1024), CLEARABLE, CLEARABLE),
    ("transportProtocol", Choice(("UDP", "TCP", "TLS", "Unspecified")), OPTIONAL, OPTIONAL),
    ("useCustomUserNamePassword", Boolean(), OPTIONAL, OPTIONAL),
    ("userName", Text(161), CLEARABLE, CLEARABLE),
    ("password", secret(60), OPTIONAL, OPTIONAL),
    ("numberOfPorts", Anything(), PRESENT, PRESENT),
    ("numberOfAssignedPorts", Anything(), PRESENT, PRESENT),
    ("version", Anything(), PRESENT, PRESENT),
    ("configurationFileName", Anything(), PRESENT, PRESENT),
    ("status", Anything(), PRESENT, PRESENT),
)

DEVICE_UPDATE = Schema([Field(key, kind, update) for key, kind, _, update in _DEVICE])


def device_creation(phone_type: PhoneType | None) -> Schema:
    """What the type needs becomes required; an unknown type needs nothing, and is refused itself."""
    needs = _needs(phone_type) if phone_type else {}
    return Schema(
        [Field(key, kind, REQUIRED if needs.get(key) is Need.MANDATORY else create) for key, kind, create, _ in _DEVICE]
    )


def _needs(phone_type: PhoneType) -> dict[str, Need]:
    return {
        "macAddress": phone_type.mac,
        "netAddress": phone_type.host,
        "netPort": phone_type.port,
        "serialNumber": phone_type.serial_number,
        "userName": phone_type.login,
    }


def device_creation_json() -> JsonSchema:
    """What `device_creation` asks for, whichever type it is called with, in one."""
    whole = device_creation(None)
    types_by_need: dict[tuple[str, ...], list[str]] = {}
    for phone_type in CATALOGUE.values():
        needed = tuple(key for key, need in _needs(phone_type).items() if need is Need.MANDATORY)
        types_by_need.setdefault(needed, []).append(phone_type.technical_name)
    kinds = {field.key: field.kind for field in whole.fields}
    conditions = [
        {
            "if": {"properties": {"deviceType": {"enum": types}}, "required": ["deviceType"]},
            "then": {"properties": {key: kinds[key].json_schema() for key in needed}, "required": list(needed)},
        }
        for needed, types in types_by_need.items()
        if needed
    ]
    return {**whole.json_schema(), "allOf": conditions}


# Names in an address. What none of them could be is answered as what does not exist.
NAMES = {"tenant": name(80), "group": name(80), "device": name(40), "file": name(128)}

LOGIN = Schema([Field("username", Text(1024), REQUIRED), Field("password", secret(1024), REQUIRED)])

NOTHING = Schema([])

MAX_FILE_BYTES = 1 << 20

CONFIG_FILE = Schema(
    [
        Field("fileSource", Choice(("Default", "Manual", "Custom")), REQUIRED),
        Field("fileContent", Base64(MAX_FILE_BYTES), OPTIONAL),
        Field("extendedCaptureEnabled", Boolean(), OPTIONAL),
        Field("configurationFileName", Anything(), PRESENT),
        Field("accessUrl", Anything(), PRESENT),
        Field("repositoryUrl", Anything(), PRESENT),
        Field("templateUrl", Anything(), PRESENT),
    ]
)

# As long as a body: a set that does not exist is not found, however long its name.
TAGS_QUERY = Schema([Field("tagSetName", Text(256 << 10), CLEARABLE)])

SEARCH = Schema([Field(key, Text(1024), CLEARABLE) for key in CRITERIA])

CONNECTED_USER = Schema(
    [
        Field("linePort", Text(161), REQUIRED),
        Field("order", Integer(1), REQUIRED),
        *(
            Field(key, Anything(), IGNORED)
            for key in (
                "userId",
                "lastName",
                "firstName",
                "phoneNumber",
                "extension",
                "emailAddress",
                "userType",
                "endpointType",
                "primary",
                "department",
            )
        ),
    ]
)


@dataclass(frozen=True)
class Lines:
    """A whole order of lines: all linePorts as texts, or objects that name their place."""

    line_port: Text
    item: Schema

    def read(self, value: object) -> list[object]:
        if not isinstance(value, list):
            raise ValueError("must be a list")
        if not any(all(isinstance(item, kind) for item in value) for kind in (str, dict)):
            raise ValueError("must hold either linePorts or objects, not both")
        return value

    def json_schema(self) -> JsonSchema:
        kinds = (self.line_port.json_schema(), self.item.json_schema())
        return {"anyOf": [{"type": "array", "items": kind, "uniqueItems": True} for kind in kinds]}


CONNECTED_USERS = Schema(
    [
        Field("connected_users", Lines(Text(161), CONNECTED_USER), REQUIRED),
        Field("noLineReOrdering", Anything(), IGNORED),
        Field("staticLineReOrdering", Anything(), IGNORED),
    ]
)
