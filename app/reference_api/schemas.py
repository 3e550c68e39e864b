"""Every request body and query, declared: key, kind with its limits, and what the request may do with it."""

from app.reference_api.criteria import CRITERIA
from app.reference_api.fields import Field, Schema, Use
from app.reference_api.kinds import Anything, Base64, Boolean, Choice, Integer, Kind, Mac, Text, host, name
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
    ("password", Text(60), OPTIONAL, OPTIONAL),
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


LOGIN = Schema([Field("username", Text(1024), REQUIRED), Field("password", Text(1024), REQUIRED)])

NOTHING = Schema([])

CONFIG_FILE = Schema(
    [
        Field("fileSource", Choice(("Default", "Manual", "Custom")), REQUIRED),
        Field("fileContent", Base64(), OPTIONAL),
        Field("extendedCaptureEnabled", Boolean(), OPTIONAL),
        Field("configurationFileName", Anything(), PRESENT),
        Field("accessUrl", Anything(), PRESENT),
        Field("repositoryUrl", Anything(), PRESENT),
        Field("templateUrl", Anything(), PRESENT),
    ]
)

TAGS_QUERY = Schema([Field("tagSetName", Text(80), CLEARABLE)])

SEARCH = Schema([Field(key, Text(1024), CLEARABLE) for key in CRITERIA])

CONNECTED_USERS = Schema(
    [
        Field("connected_users", Anything(), REQUIRED),
        Field("noLineReOrdering", Anything(), IGNORED),
        Field("staticLineReOrdering", Anything(), IGNORED),
    ]
)

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
