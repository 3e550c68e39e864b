"""Write entries into the audit log, and read the rows of a history page."""

from typing import Any

from app.portal.domain.audit import Action, Actor, Intent, Result
from tests.support import html
from tests.support.client import Page
from tests.support.population import HEADQUARTERS
from tests.support.world import OWNER, World

ACME_URL = "/tenants/acme/"
GROUP_URL = f"{ACME_URL}groups/headquarters/"
WAREHOUSE_URL = f"{ACME_URL}groups/warehouse/"


def record_change(
    world: World, action: Action = Action.EDIT, result: Result | None = Result.APPLIED, **given: Any
) -> int:
    """Add an entry one minute after the last, and return the id of its change."""
    world.clock.advance(minutes=1)
    actor = Actor(
        username=given.get("who", OWNER.username),
        role="Group admin",
        address=given.get("address", "198.51.100.7"),
        request_id="0A1B2C3D",
    )
    intent = Intent(
        action,
        given.get("place", HEADQUARTERS),
        given.get("device", "Fax"),
        before=given.get("before", {}),
        after=given.get("after", {}),
        needs_reboot=given.get("needs_reboot", action in {Action.LINES, Action.FILE}),
    )
    audit_log = world.held_by().audit_log
    begun = audit_log.begin(intent, actor, world.clock.now)
    if result:
        audit_log.finish(begun, world.clock.now, result, given.get("reason"), **given.get("params", {}))
    return begun.id


def list_history_rows(page: Page) -> list[str]:
    return [html.text(row) for row in page.document.iter("tr") if row.get("id", "").startswith("entry-")]


def find_history_row(page: Page) -> str:
    [row] = [row for row in list_history_rows(page) if "sign" not in row.casefold()]
    return row
