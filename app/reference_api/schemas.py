"""Every request body and query, declared: key, type with its limits, and what the request may do with it."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.reference_api.field_types import (
    Anything,
    Base64,
    Boolean,
    Choice,
    FieldType,
    FromQuery,
    Integer,
    JsonSchema,
    Mac,
    Text,
    host,
    name,
    secret,
)
from app.reference_api.fields import Field, Schema, Use
from app.reference_api.phone_types import check_device_type
from app.reference_api.search_criteria import DEVICE_CRITERIA, END_POINT_CRITERIA, RESPONSE_SIZE_LIMIT

REQUIRED, OPTIONAL, CLEARABLE, READ_ONLY, IGNORED = Use

_DEVICE: tuple[tuple[str, FieldType, Use, Use], ...] = (  # key, type, use at creation, use at update
    ("deviceName", name(40), REQUIRED, READ_ONLY),
    ("deviceType", Text(40, check=check_device_type), REQUIRED, READ_ONLY),
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
    ("numberOfPorts", Anything("integer"), READ_ONLY, READ_ONLY),
    ("numberOfAssignedPorts", Anything("integer"), READ_ONLY, READ_ONLY),
    ("version", Anything("string"), READ_ONLY, READ_ONLY),
    ("configurationFileName", Anything("string"), READ_ONLY, READ_ONLY),
    ("status", Anything("string"), READ_ONLY, READ_ONLY),
    ("freePorts", Anything("integer"), READ_ONLY, READ_ONLY),  # of a row of the list
)

DEVICE_CREATION = Schema([Field(key, field_type, create) for key, field_type, create, _ in _DEVICE])
DEVICE_UPDATE = Schema([Field(key, field_type, update) for key, field_type, _, update in _DEVICE])


# Names in an address. One that breaks these limits is answered like one that does not exist.
NAMES = {"tenant": name(80), "group": name(80), "device": name(40), "file": name(128), "phone_type": name(40)}

LOGIN = Schema(
    [
        Field("username", Text(1024), REQUIRED),
        Field("password", secret(1024), REQUIRED),
        Field("provide_basic_profile", Anything(), IGNORED),  # documented as deprecated
    ]
)

NOTHING = Schema([])

MAX_FILE_BYTES = 1 << 20

CONFIG_FILE = Schema(
    [
        Field("fileSource", Choice(("Default", "Manual", "Custom")), OPTIONAL),
        Field("fileContent", Base64(MAX_FILE_BYTES), OPTIONAL),
        Field("extendedCaptureEnabled", Boolean(), OPTIONAL),
        Field("configurationFileName", Anything("string"), READ_ONLY),
        Field("accessUrl", Anything("string"), READ_ONLY),
        Field("repositoryUrl", Anything("string"), READ_ONLY),
        Field("templateUrl", Anything("string"), READ_ONLY),
    ]
)

# As long as a body: an unknown set is answered with 404, however long its name.
TAGS_QUERY = Schema([Field("tagSetName", Text(256 << 10), CLEARABLE)])

PHONE_TYPES_QUERY = Schema([Field("addCapabilities", FromQuery(Boolean()), OPTIONAL)])


def _search(criteria: Iterable[str]) -> Schema:
    limit = Field(RESPONSE_SIZE_LIMIT, FromQuery(Integer(1, (1 << 31) - 1)), OPTIONAL)
    return Schema([*(Field(key, Text(1024), CLEARABLE) for key in criteria), limit])


DEVICE_SEARCH = _search(DEVICE_CRITERIA)
END_POINTS_QUERY = _search(END_POINT_CRITERIA)

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
class LineOrder:
    """All lines of a device: linePorts as texts, or objects with linePort and order."""

    def read(self, value: object) -> list[object]:
        if not isinstance(value, list):
            raise ValueError("must be a list")
        if not any(all(isinstance(item, item_type) for item in value) for item_type in (str, dict)):
            raise ValueError("must hold either linePorts or objects, not both")
        return value

    def json_schema(self) -> JsonSchema:
        """Describe the items as either; generators of clients make nothing useful of two kinds of array."""
        items = [Text(161).json_schema(), {"title": "LinePosition", **CONNECTED_USER.json_schema()}]
        return {"type": "array", "items": {"anyOf": items}, "description": "Either texts or objects, not both"}


CONNECTED_USERS = Schema(
    [
        Field("connected_users", LineOrder(), REQUIRED),
        Field("noLineReOrdering", Anything(), IGNORED),
        Field("staticLineReOrdering", Anything(), IGNORED),
    ]
)
