"""The types that a device can have."""

from enum import IntEnum

from msgspec import field

from app.portal.models.base import ListItem, Model


class Need(IntEnum):
    NO = 0
    OPTIONAL = 1
    MANDATORY = 2


class PhoneDefinition(Model, frozen=True, kw_only=True):
    """`ports` is None where there is no limit. Of a need that the backend leaves out, nothing is known."""

    mac: Need = field(name="needMac", default=Need.OPTIONAL)
    login: Need = field(name="needLogin", default=Need.OPTIONAL)
    host: Need = field(name="needHost", default=Need.OPTIONAL)
    port: Need = field(name="needPort", default=Need.OPTIONAL)
    serial_number: Need = field(name="needSerialNumber", default=Need.OPTIONAL)
    ports: int | None = None
    is_dect: bool = field(name="isDECT", default=False)


class Capabilities(Model, frozen=True, kw_only=True):
    phone_definition: PhoneDefinition | None = None


class PhoneType(ListItem, frozen=True, kw_only=True):
    """`technical_name` is the `device_type` of a device. Not every backend tells what a type can do."""

    technical_name: str
    display_name: str = ""
    capabilities: Capabilities | None = None

    @property
    def needs(self) -> PhoneDefinition | None:
        return self.capabilities.phone_definition if self.capabilities else None


class PhoneTypeList(Model, frozen=True, kw_only=True):
    phone_types: tuple[PhoneType, ...]
