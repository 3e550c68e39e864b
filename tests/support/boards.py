"""A device whose lines are moved, and its board as a browser without JavaScript uses it."""

import json
from typing import Any

from app.database import writing
from app.reference_api.tables import AccessDevice, Line
from tests.support import html
from tests.support.client import Browser, Page
from tests.support.population import API_HQ, HQ
from tests.support.world import World

BASE = f"{HQ}Base/lines/"
SAVE = f"{BASE}order"
ADA, BEA, CYD = "ada@dect.example", "bea@dect.example", "cyd@dect.example"


def add_device(world: World, name: str, device_type: str, ports: dict[str, int], **columns: Any) -> None:
    """Add a device of headquarters with these lines; who is on one is called as its linePort begins."""
    with writing(world.api_engine) as db:
        device = AccessDevice(group_key=1, device_name=name, device_type=device_type)
        db.add(device)
        db.flush()
        for line, port in ports.items():
            first_name = line.partition("@")[0].title()
            names = {"user_id": line, "first_name": first_name, "last_name": "Dect", "extension": f"10{port}"}
            db.add(Line(device_key=device.id, line_port=line, order=port, **{**names, **columns}))


def read_ports(world: World, name: str = "Base") -> dict[str, int]:
    users = world.tell_api("GET", f"{API_HQ}{name}/connected_users/", None)["connected_users"]
    return {user["linePort"]: user["order"] for user in users}


def displayed_order(page: Page) -> dict[str, int]:
    """Return the order that a page shows and would send."""
    order: dict[str, int] = json.loads(page.form(SAVE).fields["shown"])
    return order


def row_text(page: Page, line: str) -> str:
    """Return what stands in the row of a line on the board."""
    rows = (
        row for row in page.document.iter("tr") if f"port:{line}" in {element.get("name") for element in row.iter()}
    )
    return html.text(next(rows))


def press(browser: Browser, page: Page, typed: dict[str, str] | None = None, **pressed: str) -> Page:
    """Type ports and press one button of the board."""
    fields = {f"port:{line}": text for line, text in (typed or {}).items()}
    return browser.submit(page, SAVE, **fields, **pressed)
