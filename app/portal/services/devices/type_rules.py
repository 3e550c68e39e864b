"""Rules that the type of a device sets for its values, and credentials that must be whole. Pure."""

from collections.abc import Mapping
from typing import Any

from app.portal.models.access_device import EDITABLE_FIELDS
from app.portal.models.device_field import EditableField
from app.portal.models.phone_type import Need, PhoneType


def find_missing(declared: EditableField, phone_type: PhoneType | None) -> str | None:
    if declared.default:
        return None
    if declared.required:
        return declared.required
    is_mandatory = declared.need_of(phone_type) is Need.MANDATORY
    return declared.missing_in(phone_type) if phone_type and is_mandatory else None


def find_needless(values: Mapping[str, Any], phone_type: PhoneType | None) -> dict[str, str]:
    """Return the errors of values that no device of the type can have."""
    declarations = [EDITABLE_FIELDS[name] for name, value in values.items() if value not in (None, "")]
    return {
        declared.name: declared.needless_in(phone_type)
        for declared in declarations
        if phone_type and declared.need_of(phone_type) is Need.NO
    }


def find_incomplete_credentials(values: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, str]:
    """Require a user name and a password together, as the form does."""
    names = ("use_custom_user_name_password", "user_name", "password")
    own, user_name, password = (values.get(name, before.get(name)) for name in names)
    if values.keys().isdisjoint(names) or not (own or user_name or password):
        return {}
    missing = {
        "user_name": "" if user_name else "Enter the user name that goes with the password.",
        "password": "" if password or before.get("user_name") else "Enter the password that goes with the user name.",
    }
    return {name: error for name, error in missing.items() if error}
