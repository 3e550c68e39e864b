"""What views reach without being handed it: the app's collaborators, and what the gate found out."""

from dataclasses import dataclass
from typing import cast

from argon2 import PasswordHasher
from flask import current_app, g
from sqlalchemy import Engine

from app.reference_api.auth import Caller, Door
from app.reference_api.reboots import Reboots

EXTENSION = "reference_api"


@dataclass(frozen=True)
class Collaborators:
    engine: Engine
    hasher: PasswordHasher
    door: Door
    reboots: Reboots


@dataclass(frozen=True)
class Reach:
    """Who calls, and the keys of the group and of the device in the address (0 where it has none)."""

    caller: Caller
    group_key: int = 0
    device_key: int = 0


def api() -> Collaborators:
    return cast("Collaborators", current_app.extensions[EXTENSION])


def engine() -> Engine:
    return api().engine


def reach() -> Reach:
    return cast("Reach", g.reach)
