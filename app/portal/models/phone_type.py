"""The types that a device can have."""

from enum import IntEnum

from msgspec import field

from app.portal.models.base import ListItem, Model


class Need(IntEnum):
    NO = 0
    OPTIONAL = 1
    MANDATORY = 2


class PhoneDefinition(Model, frozen=True, kw_only=True):
    """`ports` is None where there is no limit. Whatever the backend leaves out is optional."""

    mac: Need = field(name="needMac", default=Need.OPTIONAL)
    login: Need = field(name="needLogin", default=Need.OPTIONAL)
    host: Need = field(name="needHost", default=Need.OPTIONAL)
    port: Need = field(name="needPort", default=Need.OPTIONAL)
    serial_number: Need = field(name="needSerialNumber", default=Need.OPTIONAL)
    ports: int | None = None
    is_dect: bool = field(name="isDECT", default=False)


class Capabilities(Model, frozen=True, kw_only=True):
    phone_definition: PhoneDefinition = PhoneDefinition()


class PhoneType(ListItem, frozen=True, kw_only=True):
    """`technical_name` is the `device_type` of a device."""

    technical_name: str
    display_name: str = ""
    capabilities: Capabilities = Capabilities()

    @property
    def needs(self) -> PhoneDefinition:
        return self.capabilities.phone_definition

    @property
    def ports(self) -> int | None:
        return self.needs.ports

    @property
    def is_dect(self) -> bool:
        return self.needs.is_dect


class PhoneTypeList(Model, frozen=True, kw_only=True):
    phone_types: tuple[PhoneType, ...]
