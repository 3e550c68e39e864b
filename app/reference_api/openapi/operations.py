"""Summary, parameters and answer of each operation; its address is in the URL map."""

from dataclasses import dataclass

from msgspec import Struct

from app.reference_api import answers, schemas
from app.reference_api.field_types import JsonSchema
from app.reference_api.fields import Schema


@dataclass(frozen=True)
class Body:
    """A JSON object; `name` is its name among the schemas."""

    name: str
    schema: JsonSchema
    required: bool = True


@dataclass(frozen=True, kw_only=True)
class Operation:
    """`refusals` are further status codes, beyond those that follow from the address, the body and the session."""

    summary: str
    notes: str = ""
    answer: type[Struct]
    status: int = 200
    body: Body | None = None
    query: Schema | None = None
    refusals: tuple[int, ...] = ()


_QUERY_OR_BODY = "The criteria may stand in a JSON object in the body instead; the query string wins."

OPERATIONS = {
    "sessions.login": Operation(
        summary="Sign in",
        notes="Opens a session and sends its cookie. Five wrong passwords in five minutes lock the account for five"
        " minutes; unknown, wrong and locked read the same.",
        answer=answers.Account,
        body=Body("SignIn", schemas.LOGIN.json_schema()),
        refusals=(401,),
    ),
    "sessions.logout": Operation(summary="Sign out", notes="Ends the session.", answer=answers.Nothing),
    "places.tenants": Operation(
        summary="List tenants", notes="Only those that the caller reaches.", answer=answers.Tenants
    ),
    "places.groups": Operation(
        summary="List the groups of a tenant", notes="Only those that the caller reaches.", answer=answers.Groups
    ),
    "phone_types.phone_types": Operation(
        summary="List phone types",
        notes="With what each needs when a device is created.",
        answer=answers.PhoneTypes,
    ),
    "search.devices": Operation(
        summary="Find devices in every group",
        notes=f"A device is found that meets every criterion. {_QUERY_OR_BODY}",
        answer=answers.FoundDevices,
        query=schemas.SEARCH,
    ),
    "access_devices.index": Operation(summary="List the devices of a group", answer=answers.AccessDevices),
    "access_devices.create": Operation(
        summary="Create a device",
        notes="Its name is unique in the group, its MAC address in the whole system: 400 with code 5 where it is"
        " taken. A userName and a password go together.",
        answer=answers.AccessDeviceAnswer,
        status=201,
        body=Body("DeviceCreation", schemas.device_creation_json()),
    ),
    "access_devices.show": Operation(summary="Show a device", answer=answers.AccessDeviceAnswer),
    "access_devices.update": Operation(
        summary="Change a device",
        notes='A key left out stays as it is; "" or null empties it. A key that cannot be changed is taken with its'
        " present value, so that what was read can be written back.",
        answer=answers.AccessDeviceAnswer,
        body=Body("DeviceUpdate", schemas.DEVICE_UPDATE.json_schema()),
    ),
    "access_devices.delete": Operation(
        summary="Delete a device",
        notes="400 with code 6 while users are connected to it.",
        answer=answers.Nothing,
        refusals=(400,),
    ),
    "access_devices.reboot_phone": Operation(
        summary="Ask a phone to reboot",
        notes="200 says that it was asked, not that it has rebooted. 400 with code 56 where the type cannot be reset.",
        answer=answers.Nothing,
        body=Body("Nothing", schemas.NOTHING.json_schema(), required=False),
    ),
    "config_files.index": Operation(summary="List the files of a device", answer=answers.ConfigFiles),
    "config_files.show": Operation(summary="Show a file", answer=answers.ConfigFileAnswer),
    "config_files.update": Operation(
        summary="Change a file",
        notes="Custom and Manual need fileContent unless some is stored; Default goes back to the type's template"
        " and keeps what was stored.",
        answer=answers.ConfigFileAnswer,
        body=Body("ConfigFileUpdate", schemas.CONFIG_FILE.json_schema()),
    ),
    "config_files.content": Operation(
        summary="Read the content of a file",
        notes="The stored bytes or, for Default, the type's template. An addition to the published API.",
        answer=answers.FileContent,
    ),
    "connected_users.show": Operation(
        summary="List the users connected to a device",
        notes="noLineReOrdering: their order is fixed; staticLineReOrdering: it may have gaps.",
        answer=answers.ConnectedUsers,
    ),
    "connected_users.reorder": Operation(
        summary="Re-order the users connected to a device",
        notes="All of them, either as linePorts in their new order or as objects with linePort and order, which are"
        " free of gaps unless staticLineReOrdering. Every other key of a row that was read is taken and ignored.",
        answer=answers.ConnectedUsers,
        body=Body("LineOrder", schemas.CONNECTED_USERS.json_schema()),
    ),
    "available_tags.index": Operation(
        summary="List the tags of a device",
        notes=f"tagSetName: only that tag set, 404 where the type does not use it. {_QUERY_OR_BODY}",
        answer=answers.AvailableTags,
        query=schemas.TAGS_QUERY,
    ),
}
