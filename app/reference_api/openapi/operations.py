"""Summary, parameters and answer of each operation; its address is in the URL map."""

import json
from dataclasses import dataclass, replace
from importlib.resources import files

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


@dataclass(frozen=True)
class Operation:
    """Summary and notes are in operations.json. `refusals`: status codes beyond those of URL, body and session."""

    answer: type[Struct]
    summary: str = ""
    notes: str = ""
    status: int = 200
    body: Body | None = None
    query: Schema | None = None
    refusals: tuple[int, ...] = ()


_CONFIG_FILE = Body("ConfigFileUpdate", schemas.CONFIG_FILE.json_schema())
_OPERATIONS = {
    "sessions.login": Operation(answers.Account, body=Body("SignIn", schemas.LOGIN.json_schema()), refusals=(401, 429)),
    "sessions.logout": Operation(answers.Nothing),
    "places.tenants": Operation(answers.Tenants),
    "places.tenant": Operation(answers.TenantRow),
    "places.groups": Operation(answers.Groups),
    "places.group": Operation(answers.GroupRow),
    "phone_types.phone_types": Operation(answers.PhoneTypes, query=schemas.PHONE_TYPES_QUERY),
    "phone_types.show": Operation(answers.PhoneTypeRow, query=schemas.PHONE_TYPES_QUERY),
    "search.devices": Operation(answers.FoundDevices, query=schemas.DEVICE_SEARCH),
    "device_end_points.index": Operation(answers.EndPoints, query=schemas.END_POINTS_QUERY),
    "access_devices.index": Operation(answers.AccessDevices),
    "access_devices.create": Operation(
        answers.AccessDeviceAnswer,
        status=201,
        body=Body("DeviceCreation", schemas.DEVICE_CREATION.json_schema()),
        refusals=(429,),
    ),
    "access_devices.show": Operation(answers.AccessDeviceAnswer),
    "access_devices.update": Operation(
        answers.AccessDeviceAnswer, body=Body("DeviceUpdate", schemas.DEVICE_UPDATE.json_schema()), refusals=(429,)
    ),
    "access_devices.delete": Operation(answers.Nothing, refusals=(400,)),
    "access_devices.reboot_phone": Operation(
        answers.Nothing, body=Body("Nothing", schemas.NOTHING.json_schema(), required=False)
    ),
    "config_files.index": Operation(answers.ConfigFiles),
    "config_files.show": Operation(answers.ConfigFileAnswer),
    "config_files.update": Operation(answers.ConfigFileAnswer, body=_CONFIG_FILE),
    "config_files.upload": Operation(answers.ConfigFileAnswer, body=_CONFIG_FILE),
    "config_files.content": Operation(answers.FileContent),
    "connected_users.show": Operation(answers.ConnectedUsers),
    "connected_users.reorder": Operation(
        answers.ConnectedUsers, body=Body("LineOrder", schemas.CONNECTED_USERS.json_schema())
    ),
    "available_tags.index": Operation(answers.AvailableTags, query=schemas.TAGS_QUERY),
}
_TEXTS = json.loads(files(__package__).joinpath("operations.json").read_text("utf-8"))
OPERATIONS = {endpoint: replace(operation, **_TEXTS[endpoint]) for endpoint, operation in _OPERATIONS.items()}
