"""Acts before which a code can be asked for again, and the names of roles in settings."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from app.portal.domain.roles import Role

CONFIRMED_FOR = timedelta(minutes=10)  # since a code was entered in the same session
ROLE_NAMES: Mapping[Role, str] = {
    Role.SYSTEM_ADMIN: "system",
    Role.SUPPORT: "support",
    Role.TENANT_ADMIN: "tenant",
    Role.GROUP_ADMIN: "group",
}


class StepUp(StrEnum):
    DELETE = "delete"
    BULK = "bulk"
    STAFF = "staff"
    FILES = "files"
