"""The keys by which the backend knows the fields of a device, its unreadable password included."""

from collections.abc import Mapping
from typing import Any

import msgspec

from app.portal.models.access_device import AccessDevice

KEY_OF = {each.name: each.encode_name for each in msgspec.structs.fields(AccessDevice)} | {"password": "password"}
FIELD_OF = {key: name for name, key in KEY_OF.items()}


def by_key(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {KEY_OF[name]: value for name, value in fields.items()}
