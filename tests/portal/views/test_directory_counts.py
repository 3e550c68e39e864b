"""The counts that arrive in the directory after its page."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from requests import ConnectionError as NoConnection
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter
from sqlalchemy import insert
from urllib3 import HTTPResponse

from app.portal.domain.jobs import JobState
from app.portal.domain.refs import GroupRef
from app.reference_api.tables import Group, Tenant
from tests.support.client import HTMX, Browser, Page
from tests.support.html import text
from tests.support.index import listed
from tests.support.jobs import add_job
from tests.support.population import AMSTERDAM, ANNEX, API_HQ, HQ
from tests.support.world import OWNER, SUPPORT, SYSTEM_ADMIN, TENANT_ADMIN, Member, World

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
    cells = [text(cell) for cell in page.document.iter("td")]
    assert cells == ["30", "1 offline 1 unknown", "2", "0", "0", "", "Now"]
    filters = ("", "?status=Offline", "?status=Unknown", "?reboot=pending", "?firmware=older")
    assert page.links() == [f"{HQ}{query}" for query in filters]


@pytest.mark.parametrize(("member", "may_add"), [(SYSTEM_ADMIN, True), (SUPPORT, False)])
def test_empty_group_offers_next_step_if_allowed(world: World, member: Any, *, may_add: bool) -> None:
    page = world.browser(member).get(ANNEX_COUNTS, headers=HTMX)
    assert "No devices yet" in page.words
    assert (f"{ANNEX}new" in page.links()) is may_add


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
    assert answer.words.startswith("No answer · Try again The platform did not respond for this group")
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
    assert admin.get(HQ_COUNTS, headers=HTMX).words.startswith("30 1 offline")
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


def numbers(page: Page, row: str) -> list[str]:
    """The cells of a row with numbers, without the age."""
    [found] = [element for element in page.document.iter("tr") if text(element).startswith(row)]
    return [text(cell) for cell in found.iter("td")][1:-1]


def indexed_admin(world: World, member: Member = SYSTEM_ADMIN) -> tuple[Browser, Callable[[], None]]:
    app = world.another_portal(index_days=30)
    return world.browser(member, app), world.held_by(app).index.feed.flush


def test_known_numbers_come_with_their_age(world: World) -> None:
    with world.api_engine.begin() as connection:
        older = "UPDATE api_access_devices SET version = 'Yealink SIP-T46G 28.9.0.50' WHERE device_name = 'Desk 02'"
        connection.exec_driver_sql(older)
    admin, flush = indexed_admin(world)
    assert "– No group read yet – Online" in admin.get("/tenants/acme/").words  # as high as it will be
    admin.submit(admin.get(f"{HQ}Reception/edit"), f"{HQ}Reception/edit", transport_protocol="TLS")
    admin.get(HQ_COUNTS, headers=HTMX)
    flush()
    add_job(world, "Reception")
    add_job(world, "Reception", group_id="")  # on devices of several groups of the tenant
    add_job(world, "Foreign", tenant_id="globex", group_id="amsterdam", state=JobState.DONE)
    add_job(world, "Foreign", tenant_id="globex", group_id="amsterdam", state=JobState.DRAFT)
    page = admin.get("/")
    running = [link for link in page.document.iter("a") if (link.get("href") or "").startswith("/jobs/?")]
    assert [link.get("data-count") for link in running] == ["2", "1"]
    for link in running:
        assert f'id="jobs" data-total="{link.get("data-count")}"' in admin.get(link.get("href", "")).text
    assert numbers(page, "Globex globex")[-1] == ""
    assert numbers(page, "Headquarters headquarters") == ["30", "1 offline 1 unknown", "2", "1", "1", "1 running"]
    assert numbers(page, "Acme acme") == ["30", "28 online of 1 of 3 groups", "2", "1", "1", "2 running"]
    assert admin.get(f"{HQ}?reboot=pending").document.find(".//*[@data-total='1']") is not None
    asking = {row.get("data-hx-get") for row in page.document.iter("tr") if row.get("data-hx-get")}
    assert HQ_COUNTS not in asking
    assert len(asking) == 3  # Not read yet
    assert page.words.count("Not read yet") == 3
    gone = GroupRef("acme", "gone")  # the platform no longer lists it
    world.held_by(world.portals[-1]).index.recorder.record_list(gone, [listed("Old", status="Offline")])
    tenant = admin.get("/tenants/acme/")
    assert "28 of 30 online 2 with problems, of 1 of 3 groups" in tenant.words
    assert "28 Online 1 Offline 0 Unavailable 1 Unknown 1 Reboot pending 1 Older firmware" in tenant.words
    assert HQ_COUNTS in {row.get("data-hx-get") for row in tenant.document.iter("tr")}
    later = admin.get("/tenants/acme/totals", headers=HTMX)
    assert "of 1 of 3 groups" in later.words


def test_worst_places_come_first(world: World) -> None:
    admin, flush = indexed_admin(world)

    def order(url: str) -> list[str]:
        return [found[1] for link in admin.get(url).links() if (found := re.search("/tenants/(\\w+)/$", link))]

    with world.api_engine.begin() as connection:
        connection.exec_driver_sql("UPDATE api_access_devices SET status = 'Offline' WHERE device_name = 'Foreign'")
    assert order("/") == ["acme", "globex"]
    admin.get(AMSTERDAM, headers=HTMX)
    flush()
    assert order("/") == ["globex", "acme"]
    assert order("/?sort=name") == ["acme", "globex"]
    admin.get(HQ)
    flush()
    assert order("/") == ["acme", "globex"]


def test_totals_hold_no_other_tenant(world: World) -> None:
    admin, flush = indexed_admin(world)
    admin.get(AMSTERDAM)
    admin.get(HQ)
    flush()
    own = world.browser(TENANT_ADMIN, world.portals[-1])
    assert "28 of 30 online" in own.get("/tenants/acme/").words
    assert own.get("/tenants/globex/totals", headers=HTMX).status == 404


def test_filter_finds_groups_of_every_page(world: World) -> None:
    with world.api_engine.begin() as connection:
        connection.execute(insert(Tenant), [{"tenant_id": f"t{n:02}", "name": f"Tenant {n}"} for n in range(50)])
        connection.execute(insert(Group), [{"tenant_id": "t49", "group_id": "far", "group_name": "Far away"}])
    admin, flush = indexed_admin(world)
    admin.get("/tenants/t49/")
    flush()
    page = admin.get("/?q=far+away")
    assert "/tenants/t49/groups/far/" in page.links()
    assert "1 tenant" in page.words
