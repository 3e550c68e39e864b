"""The history, and what waits for a reboot, in every state they can be in."""

from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page

from app.portal.domain.audit import NOWHERE, Action, Actor, Intent, Reason, Result
from app.portal.domain.refs import GroupRef as Group
from app.portal.store.audit import AuditLog
from tests.support.browser.people import ADMIN
from tests.support.browser.places import GroupRef
from tests.support.browser.product import Product
from tests.support.browser.states import Stage, Way

_ORDER = {"order": {"a@x": 3, "b@x": 1}, "people": {"a@x": "Sofia Rossi", "b@x": ""}}
_OTHER = {"order": {"a@x": 2, "b@x": 1}, "people": {"a@x": "Sofia Rossi", "b@x": ""}}
_DEFAULT = {"file_format": "%BWMACADDRESS%.cfg", "source": "Default", "version": 1, "sha256": "a", "bytes": 900}
_CUSTOM = {**_DEFAULT, "source": "Custom", "version": 2, "bytes": 912}
_Written = tuple[Action, Result | None, dict[str, Any], dict[str, Any], Reason | None, dict[str, Any]]
_ENTRIES: list[_Written] = [
    (Action.CREATE, Result.APPLIED, {}, {"device_name": "Base", "device_type": "Yealink-W60B"}, None, {}),
    (
        Action.EDIT,
        Result.APPLIED,
        {"description": "W" * 80, "net_port": 5060},
        {"description": "", "net_port": 5061},
        None,
        {},
    ),
    (
        Action.EDIT,
        Result.UNKNOWN,
        {"serial_number": ""},
        {"serial_number": "1", "password": "•••"},
        Reason.ANSWER_LOST,
        {"cause": "no response"},
    ),
    (
        Action.EDIT,
        Result.REFUSED,
        {},
        {"mac_address": "001565A12B3C"},
        Reason.PLATFORM_REFUSED,
        {"words": "There is a device with this MAC already"},
    ),
    (Action.EDIT, Result.NOT_APPLIED, {}, {"description": "lost"}, Reason.SEEN_UNDONE, {}),
    (Action.REBOOT, None, {"status": "Online"}, {}, None, {}),
    (Action.LINES, Result.APPLIED, _ORDER, _OTHER, None, {}),
    (Action.FILE, Result.APPLIED, _DEFAULT, _CUSTOM, None, {}),
    (Action.REFUSAL, Result.REFUSED, {}, {"permission": "device:delete"}, Reason.NOT_ALLOWED, {}),
]
_SIGN_IN: _Written = (Action.SIGN_IN, Result.REFUSED, {}, {}, Reason.WRONG_PASSWORD, {})


def fill(product: Product, place: GroupRef, device: str = "Base") -> None:
    """Entries of every kind, the last ones of today."""
    audit_log = AuditLog(product.portal_engine)
    group = Group(place.tenant_id, place.group_id)
    for number, (action, result, before, after, reason, params) in enumerate([_SIGN_IN, *_ENTRIES]):
        at = datetime.now(UTC) - timedelta(hours=4 * (len(_ENTRIES) - number), minutes=2)
        actor = Actor(username="group@acme.example", role="Group admin", address="2001:db8::1", request_id="0A1B")
        where = (NOWHERE, "") if action == Action.SIGN_IN else (group, device)
        intent = Intent(action, *where, before, after, needs_reboot=action in {Action.LINES, Action.FILE})
        if result:
            audit_log.record(intent, actor, at, result, reason, **params)
        else:
            audit_log.begin(intent, actor, at)


def _filled(stage: Stage) -> tuple[Page, GroupRef]:
    place = stage.places.new()
    place.add("Base", device_type="Yealink-W60B")
    fill(stage.people.product, place)
    return stage.people.signed_in(), place


def _group(stage: Stage) -> Page:
    page, place = _filled(stage)
    page.goto(place.url.replace("/devices/", "/history/"))
    return page


def _by_person(stage: Stage) -> Page:
    page, _ = _filled(stage)
    page.goto("/history/?sort=who&size=25")
    return page


def _nothing(stage: Stage) -> Page:
    page = stage.people.signed_in(ADMIN)
    page.goto("/history/?who=nobody+of+this+name&since=2026-01-01")
    return page


def _device(stage: Stage) -> Page:
    page, place = _filled(stage)
    page.goto(place.device_url("Base") + "history/")
    return page


def _gone(stage: Stage) -> Page:
    place = stage.places.new()
    fill(stage.people.product, place, "Gone")
    page = stage.people.signed_in()
    page.goto(place.device_url("Gone") + "history/")
    return page


def _down(stage: Stage) -> Page:
    _, place = _filled(stage)
    page = stage.people.signed_in(product=stage.deaf)
    page.goto(place.device_url("Base") + "history/")
    return page


def _list(stage: Stage) -> Page:
    page, place = _filled(stage)
    page.goto(place.url)
    return page


def _undo(action: str) -> Way:
    def way(stage: Stage) -> Page:
        page = _device(stage)
        row = page.get_by_role("row").filter(has_text=action).filter(has=page.get_by_role("link", name="Undo…"))
        row.first.get_by_role("link", name="Undo…").click()
        return page

    return way


HISTORY_STATES: dict[str, Way] = {
    "undo of an edit": _undo("Device edited"),
    "undo of an order of lines": _undo("Lines reordered"),
    "undo of a config file": _undo("Config file changed"),
    "history of a group": _group,
    "history of everything, by person": _by_person,
    "history without a match": _nothing,
    "history of a device": _device,
    "history of a device that is gone": _gone,
    "history of a device while the backend is down": _down,
    "list with a device that was not rebooted": _list,
}
