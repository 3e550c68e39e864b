"""The application's services and the request's scope, for views."""

from dataclasses import dataclass
from typing import cast

from flask import current_app, g
from sqlalchemy import Engine

from app.password_hashing import LimitedHasher
from app.reference_api.auth import Authenticator, Caller
from app.reference_api.reboots import RebootSimulation

EXTENSION = "reference_api"


@dataclass(frozen=True)
class ApiServices:
    engine: Engine
    hasher: LimitedHasher
    authenticator: Authenticator
    reboots: RebootSimulation


@dataclass(frozen=True)
class RequestScope:
    """The caller, and the keys of the group and the device in the address (0 where it has none)."""

    caller: Caller
    group_key: int = 0
    device_key: int = 0


def api() -> ApiServices:
    return cast("ApiServices", current_app.extensions[EXTENSION])


def engine() -> Engine:
    return api().engine


def scope() -> RequestScope:
    return cast("RequestScope", g.scope)
