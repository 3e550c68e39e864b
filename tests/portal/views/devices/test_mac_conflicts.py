"""Who has a MAC already, told with a link to whoever may see it, once the platform refused the MAC."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter
from sqlalchemy import insert
from urllib3 import HTTPResponse

from app.portal.api.trace import CallTrace
from app.portal.domain.refs import GroupRef
from app.portal.services.devices.mac_lookup import MacConflict, MacLookup
from app.reference_api.tables import Group
from tests.support import html
from tests.support.client import Browser, Page
from tests.support.population import AMSTERDAM, HQ
from tests.support.world import OWNER, SUPPORT, SYSTEM_ADMIN, TENANT_ADMIN, Member, World

DOCK, FOREIGN = "001565000005", "0015650000F2"
DOCK_URL, FOREIGN_URL = "/tenants/acme/groups/warehouse/devices/Dock/", f"{AMSTERDAM}Foreign/"
ADVICE = "Remove it there first, or check the label on the device."
TERSE = "macAddress: another device already has this MAC address"
ROW = {"deviceName": "Foreign", "deviceType": "T", "macAddress": FOREIGN, "status": "Online", "freePorts": 1}
FOUND = {**ROW, "tenantId": "globex", "groupId": "amsterdam"}


class Wire(HTTPAdapter):
    """A platform that tells who has a MAC in its search alone, or in what it is told to say."""

    def __init__(self, behind: BaseAdapter) -> None:
        super().__init__()
        self._behind = behind
        self.said: str | None = TERSE
        self.status = 400
        self.found: list[Any] | None = None
        self.slow: Any = None
        self.lists: list[str] = []

    def send(self, request: PreparedRequest, *_args: object, **_kwargs: object) -> Response:
        path = request.path_url.partition("?")[0]
        if path.endswith("/search/device/") and self.found is not None:
            return self._says(request, 200, {"devices": self.found})
        if request.method == "GET" and path.endswith("/access_devices/"):
            self.lists.append(path.split("/")[-3])
            if self.slow:
                self.slow()
        answer = self._behind.send(request)
        if answer.status_code == 400 and self.said is not None:
            code = 5 if self.said == TERSE else 2
            return self._says(request, self.status, {"errors": [{"code": code, "details": self.said}]})
        return answer

    def _says(self, request: PreparedRequest, status: int, answer: object) -> Response:
        raw = HTTPResponse(BytesIO(json.dumps(answer).encode()), status=status, preload_content=False)
        return self.build_response(request, raw)


@pytest.fixture
def wire(world: World) -> Wire:
    adapter = world.held_by(world.another_portal(Wire)).adapter
    assert isinstance(adapter, Wire)
    return adapter


def browser(world: World, member: Member) -> Browser:
    return world.browser(member, world.portals[-1])


def refused(of: Browser, mac: str, device: str = "") -> Page:
    """The form that comes back when a device is to be added, or one to be changed, with this MAC."""
    if device:
        page = of.submit(of.submit(of.get(f"{HQ}{device}/edit"), mac_address=mac))  # the vendor is asked about first
    else:
        typed = {"device_type": "Yealink-T46G", "device_name": "Fresh", "mac_address": mac}
        page = of.submit(of.get(f"{HQ}new?type=Yealink-T46G"), **typed)
    assert page.status == 422
    return page


def at_field(page: Page) -> str:
    return html.text(next(each for each in page.document.iter("p") if each.get("id") == "mac_address-error"))


def devices_linked(page: Page) -> set[str]:
    return {link for link in (DOCK_URL, FOREIGN_URL, f"{HQ}Reception/") if link in page.links()}


@pytest.mark.parametrize("device", ["", "Fax"])
def test_system_admin_is_led_to_a_device_of_any_tenant(world: World, wire: Wire, device: str) -> None:
    page = refused(browser(world, SYSTEM_ADMIN), FOREIGN, device)
    assert at_field(page) == (
        "The platform rejected this value: another device already has this MAC address. "
        f"It is used by Foreign in amsterdam, globex. {ADVICE} View Foreign"
    )
    assert devices_linked(page) == {FOREIGN_URL}


def test_support_is_led_there_too(world: World, wire: Wire) -> None:
    assert devices_linked(refused(browser(world, SUPPORT), FOREIGN, "Fax")) == {FOREIGN_URL}


def test_tenant_admin_sees_conflicts_of_own_tenant(world: World, wire: Wire) -> None:
    admin = browser(world, TENANT_ADMIN)
    page = refused(admin, DOCK, "Fax")
    assert f"It is used by Dock in warehouse, acme. {ADVICE} View Dock" in at_field(page)
    assert devices_linked(page) == {DOCK_URL}
    foreign = refused(admin, FOREIGN)
    assert at_field(foreign) == "The platform rejected this value: another device already has this MAC address."
    assert devices_linked(foreign) == set()
    assert "amsterdam" not in foreign.text


def test_group_admin_sees_platform_words_only(world: World, wire: Wire) -> None:
    owner = browser(world, OWNER)
    for mac, names in ((DOCK, ("Dock", "warehouse")), (FOREIGN, ("Foreign", "amsterdam", "globex"))):
        for device in ("", "Fax"):
            page = refused(owner, mac, device)
            assert at_field(page) == "The platform rejected this value: another device already has this MAC address."
            assert devices_linked(page) == set()
            assert not [name for name in names if name in page.text]
    assert set(wire.lists) == {"headquarters"}


def test_named_conflict_is_linked_not_repeated(world: World) -> None:
    world.another_portal()
    page = refused(browser(world, SYSTEM_ADMIN), FOREIGN)
    assert at_field(page).endswith(
        "another device already has this MAC address: Foreign in globex / amsterdam. View Foreign"
    )
    assert devices_linked(page) == {FOREIGN_URL}


@pytest.mark.parametrize(("status", "said"), [(409, "In use, says the switch."), (400, "macAddress: in use")])
def test_refusal_in_other_words_leads_there_too(world: World, wire: Wire, status: int, said: str) -> None:
    wire.status, wire.said = status, said
    page = refused(browser(world, SYSTEM_ADMIN), FOREIGN)
    assert f"It is used by Foreign in amsterdam, globex. {ADVICE} View Foreign" in at_field(page)
    assert said.removeprefix("macAddress: ") in page.words


def test_other_refusals_start_no_lookup(world: World, wire: Wire) -> None:
    wire.found = [FOUND]
    for status, said in ((400, "netPort: too low"), (409, "deviceName: not like this")):
        wire.status, wire.said = status, said
        assert devices_linked(refused(browser(world, SYSTEM_ADMIN), FOREIGN)) == set()


ODD: list[Any] = [
    "junk",
    None,
    {**FOUND, "macAddress": "0015650000F3"},
    {**FOUND, "macAddress": None},
    {**FOUND, "deviceName": ".."},
    {**FOUND, "deviceName": "a/b"},
    {**FOUND, "deviceName": [5]},
    {**FOUND, "deviceName": "x" * 100_000},
    {**FOUND, "tenantId": "a/b"},
    {**FOUND, "tenantId": None},
    {**FOUND, "groupId": ["amsterdam"]},
    {**FOUND, "groupId": ""},
    ROW,
]


def test_odd_search_answer_names_no_conflict(world: World, wire: Wire) -> None:
    wire.found = ODD
    admin = browser(world, SYSTEM_ADMIN)
    page = refused(admin, FOREIGN)
    assert at_field(page) == "The platform rejected this value: another device already has this MAC address."
    wire.found = [*ODD, {**FOUND, "freePorts": "many", "status": 5}]  # what it does not hang on
    assert devices_linked(refused(admin, FOREIGN)) == {FOREIGN_URL}


def test_names_from_search_are_escaped(world: World, wire: Wire) -> None:
    hostile = "<b id=x data-hx-get=y>{{7*7}}\u202e\"'"
    wire.found = [{**FOUND, "deviceName": hostile, "tenantId": hostile, "groupId": hostile}]
    page = refused(browser(world, SYSTEM_ADMIN), FOREIGN)
    assert f"It is used by {hostile} in {hostile}, {hostile}. {ADVICE} View {hostile}" in at_field(page)
    assert not list(page.document.iter("b"))
    holder = next(each for each in page.document.iter("p") if each.get("id") == "mac_address-error")
    assert holder.get("data-hx-ignore") is not None
    assert [html.text(each) for each in holder.iter("bdi")] == [hostile] * 4


def test_hit_beyond_the_scope_of_the_person_is_not_named(world: World, wire: Wire) -> None:
    wire.found = [FOUND, {**FOUND, "groupId": "brussels"}]
    client, fresh = (
        world.held_by(world.portals[-1]).client({}, CallTrace()),
        MacConflict("Fresh", GroupRef("acme", "headquarters")),
    )

    def found(reaches: Callable[[str, str], bool]) -> MacConflict | None:
        holders = MacLookup(client, None, None, reaches, world.clock)  # type: ignore[arg-type]  # which it never asks
        return holders.find_by_search(FOREIGN, fresh)

    assert found(lambda *_: False) is None
    assert found(lambda *place: place == ("globex", "brussels")) == MacConflict(
        "Foreign", GroupRef("globex", "brussels")
    )


def more_groups(world: World, *names: str) -> None:
    with world.api_engine.begin() as connection:
        connection.execute(insert(Group), [{"tenant_id": "acme", "group_id": name, "group_name": ""} for name in names])


def test_partial_names_do_not_count_as_named(world: World, wire: Wire) -> None:
    more_groups(world, "a")
    new = {"deviceName": "d", "deviceType": "Generic SIP Phone", "macAddress": "0015650000AA"}
    world.tell_api("POST", "tenants/acme/groups/a/access_devices/", new)
    wire.said = "macAddress: another acme device already has it"
    page = refused(browser(world, TENANT_ADMIN), "0015650000AA")
    assert f"It is used by d in a, acme. {ADVICE} View d" in at_field(page)


def test_large_tenant_is_looked_through_within_bounds(world: World, wire: Wire) -> None:
    more_groups(world, *(f"g{n:02}" for n in range(30)))
    admin = browser(world, TENANT_ADMIN)
    assert devices_linked(refused(admin, DOCK)) == set()
    assert (len(wire.lists), wire.lists[0]) == (11, "headquarters")
    assert not {"warehouse"} & set(wire.lists)


def test_named_groups_are_read_first_longest_first(world: World, wire: Wire) -> None:
    more_groups(world, "a", "device", *(f"g{n:02}" for n in range(10)))
    wire.said = None  # it is the reference API that speaks: another device …: Dock in acme / warehouse
    assert devices_linked(refused(browser(world, TENANT_ADMIN), DOCK)) == {DOCK_URL}
    assert wire.lists == ["headquarters", "warehouse"]


def test_then_come_those_at_hand(world: World, wire: Wire) -> None:
    more_groups(world, *(f"g{n:02}" for n in range(10)))
    admin = browser(world, TENANT_ADMIN)
    admin.get("/tenants/acme/groups/warehouse/devices/")
    wire.lists.clear()
    assert devices_linked(refused(admin, DOCK)) == {DOCK_URL}
    assert wire.lists == ["headquarters"]


def test_cached_list_is_confirmed_by_reading(world: World, wire: Wire) -> None:
    admin = browser(world, TENANT_ADMIN)
    admin.get("/tenants/acme/groups/warehouse/devices/")
    world.tell_api("DELETE", "tenants/acme/groups/warehouse/access_devices/Dock/", None)
    new = {"deviceName": "Dock", "deviceType": "Generic SIP Phone", "macAddress": DOCK}
    world.tell_api("POST", "tenants/globex/groups/amsterdam/access_devices/", new)
    assert (
        at_field(refused(admin, DOCK))
        == "The platform rejected this value: another device already has this MAC address."
    )
    world.tell_api("POST", "tenants/acme/groups/warehouse/access_devices/", {**new, "macAddress": "0015650000AA"})
    assert (
        at_field(refused(admin, DOCK))
        == "The platform rejected this value: another device already has this MAC address."
    )


def test_slow_lists_stop_the_lookup(world: World, wire: Wire) -> None:
    more_groups(world, *(f"g{n:02}" for n in range(30)))
    admin = browser(world, TENANT_ADMIN)
    wire.slow = lambda: world.clock.advance(seconds=2)
    page = refused(admin, DOCK)
    assert at_field(page) == "The platform rejected this value: another device already has this MAC address."
    assert len(wire.lists) == 3
