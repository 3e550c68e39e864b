"""The pages of the history: as far as their reader's scope goes, filtered, sorted, paged, for a spreadsheet."""

import csv
import io
from typing import Any
from urllib.parse import quote

import pytest

from app.portal.domain.audit import Action, Reason, Result
from app.portal.domain.refs import GroupRef
from tests.support.adapters import UnreachableAdapter
from tests.support.client import HTMX, Browser
from tests.support.history import ACME_URL, GROUP_URL, WAREHOUSE_URL, find_history_row, list_history_rows, record_change
from tests.support.population import AMSTERDAM, HEADQUARTERS, HQ
from tests.support.world import COLLEAGUE, OWNER, STRANGER, SUPPORT, SYSTEM_ADMIN, TENANT_ADMIN, World

NAMES = ("Fax", "Dock", "Foreign")


def everywhere(world: World) -> None:
    """One entry in each of three groups, of two tenants."""
    for place, device in (
        (HEADQUARTERS, "Fax"),
        (GroupRef("acme", "warehouse"), "Dock"),
        (GroupRef("globex", "amsterdam"), "Foreign"),
    ):
        record_change(world, place=place, device=device)


@pytest.mark.parametrize(
    ("member", "url", "found"),
    [
        (OWNER, "/history/", {"Fax"}),
        (OWNER, f"{ACME_URL}history/", {"Fax"}),
        (OWNER, f"{GROUP_URL}history/", {"Fax"}),
        (TENANT_ADMIN, "/history/", {"Fax", "Dock"}),
        (TENANT_ADMIN, f"{ACME_URL}history/", {"Fax", "Dock"}),
        (TENANT_ADMIN, f"{WAREHOUSE_URL}history/", {"Dock"}),
        (STRANGER, "/history/", {"Foreign"}),
        (SUPPORT, "/history/", {"Fax", "Dock", "Foreign"}),
        (SYSTEM_ADMIN, "/history/", {"Fax", "Dock", "Foreign"}),
        (SYSTEM_ADMIN, f"{ACME_URL}history/", {"Fax", "Dock"}),
    ],
)
def test_history_is_limited_to_the_scope(world: World, member: Any, url: str, found: set[str]) -> None:
    everywhere(world)
    browser = world.browser(member)
    for text in (browser.get(url).words, browser.get(f"{url}export.csv").text):
        assert {name for name in NAMES if name in text} == found
    for query in ("?device=o", "?who=owner", "?action=device%3Aedit", "?sort=device", "?outcome=applied&size=200"):
        text = browser.get(url + query).words
        assert {name for name in NAMES if name in text} <= found, query


@pytest.mark.parametrize(
    "url", ["/tenants/globex/history/", f"{AMSTERDAM}Foreign/history/", f"{WAREHOUSE_URL}history/"]
)
def test_what_belongs_to_others_is_404(world: World, url: str) -> None:
    everywhere(world)
    owner = world.browser(OWNER)
    assert owner.get(url).status == 404
    assert owner.get(f"{url}export.csv").status == 404


def test_attempt_on_absent_device_makes_no_history(world: World) -> None:
    support = world.browser(SUPPORT)
    for url in ("/tenants/nowhere/groups/nothing/devices/Ghost/", f"{HQ}Ghost/"):
        assert support.post(f"{url}delete").status == 403
        assert support.get(f"{url}history/").status == 404
    assert support.get("/tenants/nowhere/groups/nothing/history/").status == 404
    assert "Tried to delete" in support.get("/history/").words


def test_unknown_names_are_shown_to_system_staff(world: World) -> None:
    world.nobody().sign_in("a password, by mistake", "x")
    assert "a … Tried to sign in" in world.browser(SUPPORT).get("/history/").words
    for member in (OWNER, TENANT_ADMIN):
        assert "Tried to sign in" not in world.browser(member).get("/history/").words


def asked(browser: Browser, query: str) -> list[str]:
    """The devices of the entries found, in their order."""
    page = browser.get(f"{GROUP_URL}history/?{query}")
    found = [row for row in list_history_rows(page) if "sign" not in row.casefold()]
    return [next(word for word in row.split() if word.startswith("D-")) for row in found]


@pytest.mark.both_databases
def test_history_filters_by_every_column_and_time(world: World) -> None:
    record_change(world, device="D-1", who=COLLEAGUE.username)
    record_change(world, Action.REBOOT, Result.REFUSED, device="D-2")
    world.clock.advance(days=1)
    record_change(world, Action.LINES, Result.UNKNOWN, device="D-3")
    world.clock.advance(days=1)
    record_change(world, Action.FILE, None, device="D-4")
    owner = world.browser(OWNER)
    for query, found in {
        "": "4321",
        "who=COLLEAG": "1",
        "who=OWNER": "432",
        "who=%25": "",
        "action=device%3Areboot": "2",
        "action=nonsense": "4321",
        "outcome=refused": "2",
        "outcome=applied": "1",
        "outcome=unknown": "43",
        "device=d-3": "3",
        "device=3+d-": "3",
        "device=%223+d-%22": "",
        "device=_": "",
        "since=2026-03-03": "43",
        "until=2026-03-02": "21",
        "since=2026-03-03&until=2026-03-03": "3",
        "since=yesterday&until=9999-99-99": "4321",
        "days=today": "4",
        "days=yesterday": "3",
        "days=7": "4321",
        "days=nonsense": "4321",
        "days=today&until=2026-03-03": "",
        "since=2026-03-03&until=2026-03-03&zone=Europe/Brussels": "3",
        "since=2026-03-03&until=2026-03-03&zone=Pacific/Pago_Pago": "4",
        "until=2026-03-02&zone=Pacific/Pago_Pago": "321",
        "since=2026-03-03&outcome=applied": "",
        "sort=when": "1234",
        "sort=-device": "4321",
        "sort=who": "1432",
        "sort=action": "1243",
        "sort=outcome": "1243",
        "sort=nonsense": "4321",
        "who=%00&device=%00": "4321",
        "who=%00&device=d-3%00": "3",
    }.items():
        assert asked(owner, query) == [f"D-{number}" for number in found], query


@pytest.mark.parametrize("part", ["Élodie", "élodie", "elodie", "ÉLODIE Ж", "ж"])
def test_name_filter_ignores_case_and_accents(world: World, part: str) -> None:
    record_change(world, device="D-1 Élodie Ж", who="Élodie Ж")
    record_change(world, device="D-2")
    owner = world.browser(OWNER)
    assert asked(owner, f"device={quote(part)}") == asked(owner, f"who={quote(part)}") == ["D-1"]


@pytest.mark.both_databases
def test_devices_of_the_history_sort_in_natural_order(world: World) -> None:
    names = ["D-2", "D-10", "D-011", "D-a", "D-B", "D-Ü"]
    for name in reversed(names):
        record_change(world, device=name)
    assert asked(world.browser(OWNER), "sort=device") == names


def test_pages_lead_on_and_keep_what_was_asked(world: World) -> None:
    for number in range(60):
        record_change(world, device=f"D-{number:02}")
    owner = world.browser(OWNER)
    found = [row for page in (1, 2, 3) for row in asked(owner, f"size=25&page={page}")]
    assert found == [f"D-{number:02}" for number in reversed(range(60))]
    page = owner.get(f"{GROUP_URL}history/?size=25&device=D-&sort=device&page=2")
    assert "60 entries" in page.words
    kept = [link for link in page.links() if link.startswith(f"{GROUP_URL}history/?") and "sort=" in link]
    assert len(kept) > 5
    assert all("device=D-" in link and "size=25" in link for link in kept)
    assert asked(owner, "size=25&page=99") == asked(owner, "size=25&page=3")


def test_device_history_offers_device_actions_only(world: World) -> None:
    owner = world.browser(OWNER)
    everywhere, here = (owner.get(url).text for url in ("/history/", f"{HQ}Fax/history/"))
    for action in Action:
        option = f'<option value="{action}"'
        assert option in everywhere
        assert (option in here) == action.startswith(("device:", "lines:", "files:", "reboot:", "access:"))


def test_htmx_gets_the_list_that_the_page_includes(world: World) -> None:
    record_change(world)
    owner = world.browser(OWNER)
    for url in (f"{GROUP_URL}history/?who=owner", f"{HQ}Fax/history/"):
        fragment = owner.get(url, headers=HTMX)
        assert "<h1" not in fragment.text
        assert list_history_rows(fragment) == list_history_rows(owner.get(url))
        assert "shown" in fragment.words
    assert "No entries match" in owner.get(f"{GROUP_URL}history/?who=nobody", headers=HTMX).words


def test_deleted_device_keeps_its_history(world: World) -> None:
    owner = world.browser(OWNER)
    owner.submit(owner.get(f"{HQ}Desk 02/delete"))
    assert owner.get(f"{HQ}Desk 02/").status == 404
    page = owner.get(f"{HQ}Desk 02/history/")
    assert (page.status, page.h1) == (200, "History of Desk 02")
    assert "There is no device with this name." in page.words
    assert "Device deleted" in find_history_row(page)
    assert "Device deleted" in owner.get(f"{HQ}Desk 02/history/export.csv").text
    assert f"{HQ}Desk%2002/history/" in owner.get("/history/").links()
    assert world.browser(STRANGER).get(f"{HQ}Desk 02/history/").status == 404


def test_device_never_added_is_not_said_to_have_existed(world: World) -> None:
    record_change(world, Action.CREATE, Result.REFUSED, device="Never", after={"device_name": "Never"})
    page = world.browser(OWNER).get(f"{HQ}Never/history/")
    assert page.status == 200
    assert "no longer" not in page.words


def test_history_is_readable_while_backend_is_away(world: World) -> None:
    record_change(world)
    owner = Browser(world.another_portal(lambda _: UnreachableAdapter()))
    owner.client = world.browser(OWNER).client
    owner.client.application = owner.app
    page = owner.get(f"{HQ}Fax/history/")
    assert (page.status, page.h1) == (200, "History of Fax")
    assert "The history below is stored in the portal." in page.words
    assert "Device edited" in find_history_row(page)
    for url in ("/history/", f"{GROUP_URL}history/", f"{HQ}Lobby/history/", f"{HQ}Fax/history/export.csv"):
        assert owner.get(url).status == 200, url


def test_export_follows_filters_and_is_safe(world: World) -> None:
    for text in ("=1+1", "+1", "-1", "@x", "\tx", "\rx"):
        record_change(
            world, who=text, device=text, after={"description": text}, before={"description": ""}, address=text
        )
    record_change(world, Action.REBOOT, device="=1+1")
    answer = world.browser(OWNER).get(f"{GROUP_URL}history/export.csv?action=device%3Aedit&sort=when")
    assert answer.headers["Content-Disposition"] == "attachment; filename=history.csv"
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    table = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"), newline="")))
    assert [row["Device"] for row in table] == ["'=1+1", "'+1", "'-1", "'@x", "'\tx", "'\rx"]
    assert table[0] == {
        "Time (UTC)": "2026-03-02 09:31:00",
        "User": "'=1+1",
        "Role": "Group admin",
        "IP address": "'=1+1",
        "Action": "Device edited",
        "Tenant": "acme",
        "Group": "headquarters",
        "Device": "'=1+1",
        "Changes": "Description: (empty) → =1+1",
        "Outcome": "Done",
        "Details": "",
        "Note": "",
        "Reference": "0A1B2C3D",
    }


HOSTILE = '<script>alert(1)</script>"\'>{{7*7}}%s\r\n\u2028\u202e\0<b hx-get="/x">'


@pytest.mark.both_databases
def test_whatever_somebody_typed_is_shown_as_text(world: World) -> None:
    refused: dict[str, Any] = {"reason": Reason.PLATFORM_REFUSED, "params": {"words": HOSTILE}}
    record_change(world, result=Result.REFUSED, who=HOSTILE, device=HOSTILE, address=HOSTILE[:60], **refused)
    record_change(world, before={HOSTILE: HOSTILE}, after={HOSTILE: HOSTILE}, who=HOSTILE)
    record_change(
        world, Action.LINES, before={"order": {HOSTILE: 1}, "people": {HOSTILE: HOSTILE}}, after={"order": {HOSTILE: 2}}
    )
    owner = world.browser(OWNER)
    for query in ("", f"?who={quote(HOSTILE[:20])}", f"?device={quote(HOSTILE)}"):
        page = owner.get(f"{GROUP_URL}history/{query}")
        assert page.status == 200
        assert "<script>alert" not in page.text
        assert "49" not in page.words
        assert 'hx-get="/x"' not in page.text


def test_device_that_no_address_leads_to_is_shown_unlinked(world: World) -> None:
    record_change(world, device="up/down")
    page = world.browser(OWNER).get("/history/")
    assert "up/down" in page.words
    assert not [link for link in page.links() if "down" in link]


def test_known_group_without_entries_has_a_history(world: World) -> None:
    admin = world.browser(TENANT_ADMIN)
    for url in ("/tenants/acme/groups/annex/history/", f"{HQ}Lobby/history/"):
        assert "No history yet" in admin.get(url).words
        assert admin.get(f"{url}export.csv").text.count("\n") == 1
    for url in ("/tenants/acme/groups/nowhere/history/", f"{HQ}Nothing/history/"):
        assert admin.get(url).status == 404
        assert admin.get(f"{url}export.csv").status == 404
