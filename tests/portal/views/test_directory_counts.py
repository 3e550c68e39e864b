"""The counts that arrive in the directory after its page."""

from io import BytesIO
from typing import Any

import pytest
from requests import ConnectionError as NoConnection
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPResponse

from tests.support.client import HTMX, Browser
from tests.support.html import text
from tests.support.population import ANNEX, API_HQ, HQ
from tests.support.world import OWNER, SUPPORT, SYSTEM_ADMIN, World

HQ_COUNTS = HQ.removesuffix("devices/") + "counts"
ANNEX_COUNTS = ANNEX.removesuffix("devices/") + "counts"


class Wire(HTTPAdapter):
    """Notes what is asked for; once it is cut, nothing is, and a `refusal` is the answer to all."""

    def __init__(self, adapter: BaseAdapter) -> None:
        super().__init__()
        self.adapter = adapter
        self.asked: list[str] = []
        self.cut = False
        self.refusal: tuple[int, bytes] | None = None

    def send(self, request: PreparedRequest, **kwargs: Any) -> Response:  # type: ignore[override]
        if self.cut:
            raise NoConnection("the wire is cut")
        self.asked.append(request.path_url)
        if self.refusal:
            status, body = self.refusal
            return self.build_response(request, HTTPResponse(BytesIO(body), status=status, preload_content=False))
        return self.adapter.send(request, **kwargs)


def owner_over_a_wire(world: World) -> tuple[Browser, Wire]:
    wires: list[Wire] = []

    def lay(adapter: BaseAdapter) -> Wire:
        wires.append(Wire(adapter))
        return wires[0]

    return world.browser(OWNER, world.another_portal(lay)), wires[0]


def test_group_row_loads_its_counts_when_revealed(world: World) -> None:
    page = world.browser(SYSTEM_ADMIN).get("/")
    rows = [row for row in page.document.iter("tr") if row.get("data-hx-get")]
    assert HQ_COUNTS in [row.get("data-hx-get") for row in rows]
    assert len(rows) == 4
    assert {row.get("data-hx-trigger") for row in rows} == {"revealed"}
    for row in rows:  # what others named stays inert
        assert all(cell.get("data-hx-ignore") is not None for cell in row)


def test_counts_name_what_needs_a_look_and_lead_there(world: World) -> None:
    page = world.browser(OWNER).get(HQ_COUNTS, headers=HTMX)
    assert [text(cell) for cell in page.document.iter("td")] == ["30", "28", "1 offline"]
    assert page.links() == [f"{HQ}?status=Offline"]


@pytest.mark.parametrize(("member", "links"), [(SYSTEM_ADMIN, [f"{ANNEX}new"]), (SUPPORT, [])])
def test_empty_group_offers_next_step_if_allowed(world: World, member: Any, links: list[str]) -> None:
    page = world.browser(member).get(ANNEX_COUNTS, headers=HTMX)
    assert "No devices yet" in page.words
    assert page.links() == links


def test_counted_list_is_cached_for_opening(world: World) -> None:
    owner, wire = owner_over_a_wire(world)
    wire.asked.clear()
    owner.get(HQ_COUNTS, headers=HTMX)
    owner.get(HQ)
    assert [path for path in wire.asked if "access_devices" in path] == [f"/api/v1/{API_HQ}"]


def test_unreadable_counts_leave_the_directory(world: World) -> None:
    owner, wire = owner_over_a_wire(world)
    wire.cut = True
    answer = owner.get(HQ_COUNTS, headers=HTMX)
    assert answer.status == 200
    assert "did not respond for this group" in answer.words
    assert "hx-partial" not in answer.text


def test_deleted_group_says_so_in_its_row(world: World) -> None:
    admin = world.browser(SYSTEM_ADMIN)
    assert ANNEX_COUNTS in admin.get("/").text
    with world.api_engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM api_groups WHERE group_id = 'annex'")
    row = admin.get(ANNEX_COUNTS, headers=HTMX)
    assert row.status == 200
    assert row.words == "This group no longer exists, or you do not have access"
    assert "hx-partial" not in row.text  # which would take the place of the page
    assert admin.get(ANNEX_COUNTS).status == 404
    assert admin.get(HQ_COUNTS, headers=HTMX).words.startswith("30 28")
    assert ANNEX_COUNTS not in admin.get("/").text


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (404, b'{"error": "none such"}', "This group no longer exists"),
        (404, b"<p>Not found</p>", "refused the request. Reason: not found (404)."),
        (403, b'{"error": "none such"}', "refused the request. Platform message: none such."),
    ],
)
def test_only_a_platform_404_marks_group_deleted(world: World, status: int, body: bytes, words: str) -> None:
    owner, wire = owner_over_a_wire(world)
    wire.refusal = status, body
    answer = owner.get(HQ_COUNTS, headers=HTMX)
    assert answer.status == 200
    assert words in answer.words
    assert owner.get(HQ_COUNTS).status == status


def test_waiting_for_counts_keeps_nobody_signed_in(world: World) -> None:
    owner = world.browser(OWNER)
    for _ in range(4):
        world.clock.advance(minutes=10)
        owner.get(HQ_COUNTS, headers=HTMX)
    assert (owner.get(HQ).location or "").startswith("/login")
