"""What may be typed into a field; each check says what would do."""

import ipaddress
import re

from wtforms import Field, Form, ValidationError

from app.portal.domain import mac
from app.portal.domain.names import unaddressable_reason

_LABEL = r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*\.?")


def tidy(text: str | None) -> str:
    return (text or "").strip()


def one_line(_form: Form, field: Field) -> None:
    # What no page can show came as U+FFFD and went back so: saving must not put that in its place.
    if not field.data.isprintable() or "\ufffd" in field.data:
        raise ValidationError("Must be one line without control characters; there is a hidden one in it.")


def addressable(_form: Form, field: Field) -> None:
    """A device of such a name could be made, and never be reached again."""
    reason = unaddressable_reason(field.data)
    if reason:
        raise ValidationError(reason)


def host(_form: Form, field: Field) -> None:
    try:
        ipaddress.ip_address(field.data)
    except ValueError:
        if not _HOST.fullmatch(field.data):
            words = "Must be an IP address or a host name, such as 10.20.1.41 or sbc1.provider.example."
            raise ValidationError(words) from None


def port(_form: Form, field: Field) -> None:
    digits = field.data.isascii() and field.data.isdigit() and len(field.data) <= 5
    if not (digits and 1025 <= int(field.data) <= 65535):
        raise ValidationError("Must be between 1025 and 65535. Leave it empty for the platform’s own choice.")


def mac_address(_form: Form, field: Field) -> None:
    if mac.parse(field.data) is None:
        raise ValidationError("Must be 12 digits 0–9 and A–F, in any notation, such as 00:15:65:A1:2B:3C.")
