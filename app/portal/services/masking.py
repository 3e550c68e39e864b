"""Values that are sent to the backend and never shown, logged or kept."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.masking import MASK, mask_credentials, mask_values
from app.portal.models.access_device import DEVICE_FIELDS

SECRETS = frozenset(name for name, field in DEVICE_FIELDS.items() if field.is_secret)


def mask_secrets(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: MASK if key in SECRETS else value for key, value in fields.items()}


def omit_secrets(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key not in SECRETS}


def mask_note(note: str, secrets: Iterable[str]) -> str:
    """Mask these secrets in a text that a person typed, and credentials of URLs."""
    return mask_credentials(mask_values(note, secrets))
