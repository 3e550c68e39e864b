"""A change to try the executor with."""

from collections.abc import Callable
from typing import Any

from app.portal.api.errors import ApiTimeout
from app.portal.domain.audit import Action, Actor, Intent
from app.portal.domain.refs import GroupRef
from tests.support.world import World

PLACE = GroupRef("acme", "headquarters")
INTENT = Intent(Action.EDIT, PLACE, "Fax", {"description": ""}, {"description": "new", "password": "•••"})
ACTOR = Actor(username="me", role="Group admin", address="192.0.2.1", request_id="0A1B")
LATE = ApiTimeout("It took longer than 20 seconds", maybe_acted=True)


def raises(error: BaseException) -> Callable[[], Any]:
    def call() -> None:
        raise error

    return call


def nothing() -> None: ...


def outcomes(world: World) -> list[list[str]]:
    return [found for _, found in world.changes()]
