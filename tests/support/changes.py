"""A change to try the executor and the reconciler with."""

from collections.abc import Callable
from typing import Any

from app.portal.api.errors import ApiTimeout
from app.portal.domain.audit import Action, Actor, Intent
from app.portal.services.changes.reconciler import Reconciler
from tests.support.population import HEADQUARTERS
from tests.support.world import World

INTENT = Intent(Action.EDIT, HEADQUARTERS, "Fax", {"description": ""}, {"description": "new", "password": "•••"})
ACTOR = Actor(username="me", role="Group admin", address="192.0.2.1", request_id="0A1B")
OLD_FIELDS, NEW_FIELDS = {"description": ""}, {"description": "new"}
LATE = ApiTimeout("the answer took longer than 20 seconds", maybe_acted=True)


def raises(error: BaseException) -> Callable[[], Any]:
    def call() -> None:
        raise error

    return call


def nothing() -> None: ...


def outcomes(world: World) -> list[list[str]]:
    return [found for _, found in world.changes()]


def describe_file(source: str, sha256: str | None) -> dict[str, Any]:
    """Return what the audit log keeps of a file: its content by checksum."""
    return {"file_format": "x.cfg", "source": source, "version": 1, "sha256": sha256, "bytes": 1}


def make_reconciler(world: World) -> Reconciler:
    held = world.held_by()
    return Reconciler(held.audit_log, held.settings.longest_write, world.clock)
