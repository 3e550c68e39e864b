"""What the log tells of each request, and what leads from it to the backend's log."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.support.adapters import CrashingAdapter
from tests.support.client import Page
from tests.support.faults.portal import faulty_world
from tests.support.json_log import ReadLog, json_log
from tests.support.population import HQ
from tests.support.world import OWNER, World

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
HOSTILE = ["x\u2028y", "a b", "é", "A" * 65, "", "a,b", '"}{"', "\x1b[31m"]


@pytest.fixture
def log() -> Iterator[ReadLog]:
    with json_log() as read:
        yield read


def requests_in(log: ReadLog) -> list[dict[str, Any]]:
    return [line for line in log() if "rule" in line]


def read_reference(page: Page) -> str:
    match = re.search(r"Reference: (\S+)", page.words)
    assert match, page.words
    return match[1]


def test_request_is_one_line(world: World, log: ReadLog) -> None:
    owner = world.browser(OWNER)
    signing_in = requests_in(log)[-1]
    assert (signing_in["method"], signing_in["rule"], signing_in["status"]) == ("POST", "/login", 303)
    assert signing_in["person"] == OWNER.username
    assert signing_in["backend_ms"] > 0
    before = len(log())
    owner.get(f"{HQ}Reception/?list=q%3Dx%0Ay")
    world.nobody().get("/none\u2028here")
    page, missing = log()[before:]
    assert page["rule"] == "/tenants/<name:tenant>/groups/<name:group>/devices/<name:device>/"
    assert (page["method"], page["status"], page["person"]) == ("GET", 200, OWNER.username)
    assert page["ms"] > page["backend_ms"] > 0
    assert (missing["rule"], missing["status"], missing["person"], missing["backend_ms"]) == ("", 404, "", 0)
    assert page["request_id"] != missing["request_id"]


def test_line_names_nobody_whom_it_would_have_to_look_up(world: World, log: ReadLog) -> None:
    world.browser(OWNER).get("/healthz")
    assert requests_in(log)[-1]["person"] == ""


@pytest.mark.parametrize("given", ["ab-1", "A" * 64])
def test_request_id_and_traceparent_are_passed_on(world: World, log: ReadLog, given: str) -> None:
    headers = {"X-Request-ID": given, "traceparent": TRACEPARENT}
    with faulty_world(world) as portal:
        portal.browser.get(f"{HQ}Reception/", headers=headers)
        sent = portal.server.seen("GET", "/Reception/")[-1].headers
        portal.browser.post(f"{HQ}Reception/reboot", headers=headers)
    assert (sent["X-Request-ID"], sent["traceparent"]) == (given, TRACEPARENT)
    lines = [line for line in requests_in(log) if line["request_id"] == given]
    assert [(line["method"], line["traceparent"]) for line in lines] == [("GET", TRACEPARENT), ("POST", TRACEPARENT)]
    assert world.changes()[-1][0].request_id == given


@pytest.mark.parametrize("hostile", HOSTILE, ids=ascii)
def test_unusable_request_id_is_replaced(world: World, log: ReadLog, hostile: str) -> None:
    traceparent = TRACEPARENT.replace("0af7", "0AF7") if hostile else "00-" + "0" * 32 + TRACEPARENT[35:]
    headers = {"X-Request-ID": hostile.encode().decode("latin-1"), "traceparent": traceparent}
    page = world.nobody().get("/nowhere", headers=headers)
    [line] = requests_in(log)
    assert re.fullmatch(r"[0-9A-F]{8}", line["request_id"])
    assert read_reference(page) == line["request_id"]
    assert "traceparent" not in line


def test_reference_of_failures_is_in_the_log(world: World, log: ReadLog) -> None:
    browser = world.browser(OWNER)
    crashing = world.nobody(world.another_portal(lambda _: CrashingAdapter()))
    crashing.client.set_cookie("portal", browser.client.get_cookie("portal").value)  # type: ignore[union-attr]
    page = crashing.get(f"{HQ}Reception/")
    error, line = log()[-2:]
    assert (page.status, line["status"], "ZeroDivisionError" in error["exception"]) == (500, 500, True)
    assert error["request_id"] == line["request_id"] == read_reference(page)

    def fail(*_args: Any) -> None:
        raise OperationalError("SELECT", None, Exception("gone"))

    event.listen(world.held_by().engine, "before_cursor_execute", fail)
    page = browser.get(f"{HQ}Reception/")
    event.remove(world.held_by().engine, "before_cursor_execute", fail)
    error, line = log()[-2:]
    assert (page.status, line["status"], line["person"]) == (503, 503, "")
    assert error["request_id"] == line["request_id"] == read_reference(page)
