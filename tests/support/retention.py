"""Prune the audit log, and list what is left of it."""

from app.portal.store.retention import THE_PORTAL, prune
from tests.support.world import World


def prune_history(world: World, days: int = 730, *, is_exported: bool = False) -> int:
    return prune(world.held_by().engine, days, THE_PORTAL, world.clock.now, is_exported=is_exported)


def list_kept_changes(world: World) -> list[str]:
    return [f"{change.device_name} {change.action}" for change, _ in world.changes()]
