"""How often a page asks the backend, and that looking leaves no trace of its own."""

from collections.abc import Callable

import pytest

from tests.support.adapters import CountingAdapter
from tests.support.client import Browser, Page
from tests.support.config_files import TEXT, apply, back_to, upload
from tests.support.population import HQ
from tests.support.routes import list_group_routes, request_route
from tests.support.statements import BEGIN_WRITE, record_statements
from tests.support.world import COLLEAGUE, OWNER, SYSTEM_ADMIN, TENANT_ADMIN, Member, World

ACME = "/tenants/acme/"
DEVICES = "/api/v1/tenants/acme/groups/headquarters/access_devices/"
GROUPS = "/api/v1/tenants/acme/groups/"
RECEPTION = f"{DEVICES}Reception/"
PHONE_TYPES = "GET /api/v1/configs/phone_types/?addCapabilities=true"
FILE = "%25BWMACADDRESS%25.cfg"
READ_FILE = [f"GET {RECEPTION}config_files/{FILE}/", f"GET {RECEPTION}config_files/{FILE}/content/"]


@pytest.fixture
def counted(world: World) -> CountingAdapter:
    app = world.another_portal(CountingAdapter)
    adapter = world.held_by(app).adapter
    assert isinstance(adapter, CountingAdapter)
    return adapter


def test_each_call_is_waited_for_as_long_as_the_settings_say(world: World) -> None:
    app = world.another_portal(CountingAdapter, connect_timeout=1, read_timeout=4, write_timeout=8)
    adapter = world.held_by(app).adapter
    assert isinstance(adapter, CountingAdapter)
    owner = world.browser(OWNER, app)
    owner.submit(owner.get(f"{HQ}Reception/edit"), description="changed")
    told = {method: (each.connect_timeout, each.read_timeout, each.total) for method, each in adapter.patience.items()}
    assert told == {"GET": (1, 4, 4), "POST": (1, 8, 8), "PUT": (1, 8, 8)}


def test_list_costs_a_call_and_a_probe_then_none(world: World, counted: CountingAdapter) -> None:
    owner = world.browser(OWNER, world.portals[-1])
    counted.calls.clear()
    assert owner.get(HQ).status == 200
    calls = [f"GET {DEVICES}", f"GET {GROUPS}headquarters/"]
    assert counted.calls == calls
    for url in (HQ, f"{HQ}?q=desk&status=Online&sort=-address", f"{HQ}?page=2&size=25", f"{HQ}export.csv"):
        assert owner.get(url).status == 200
    assert counted.calls == calls


@pytest.mark.parametrize(
    ("url", "calls"),
    [
        (f"{HQ}Reception/", [f"GET {RECEPTION}", f"GET {RECEPTION}connected_users/"]),
        (f"{HQ}Reception/edit", [f"GET {RECEPTION}", PHONE_TYPES]),
        (f"{HQ}Reception/delete", [f"GET {RECEPTION}", f"GET {RECEPTION}connected_users/"]),
        (f"{HQ}Reception/reboot", [f"GET {RECEPTION}", f"GET {RECEPTION}connected_users/"]),
        (f"{HQ}Reception/lines/", [f"GET {RECEPTION}", f"GET {RECEPTION}connected_users/"]),
        (
            f"{HQ}Reception/tags/",
            [
                f"GET {RECEPTION}",
                *(f"GET {RECEPTION}{noun}/" for noun in ("available_tags", "connected_users", "config_files")),
                f"GET {RECEPTION}config_files/%25BWMACADDRESS%25.cfg/content/",
                f"GET {RECEPTION}config_files/y000000000028.cfg/content/",
            ],
        ),
        (f"{HQ}Reception/files/{FILE}/versions/", [f"GET {RECEPTION}", *READ_FILE]),
        (
            f"{HQ}Reception/files/",
            [
                f"GET {RECEPTION}",
                f"GET {RECEPTION}config_files/",
                f"GET {RECEPTION}config_files/{FILE}/",
                f"GET {RECEPTION}config_files/y000000000028.cfg/",
            ],
        ),
        (
            f"{HQ}Reception/files/{FILE}/change",
            [
                f"GET {RECEPTION}",
                *READ_FILE,
                f"GET {RECEPTION}available_tags/",
                f"GET {RECEPTION}connected_users/",
            ],
        ),
        (
            f"{HQ}Reception/files/{FILE}/",
            [
                f"GET {RECEPTION}",
                f"GET {RECEPTION}config_files/{FILE}/",
                f"GET {RECEPTION}config_files/{FILE}/content/",
                f"GET {RECEPTION}available_tags/",
                f"GET {RECEPTION}connected_users/",
                f"GET {RECEPTION}config_files/",
            ],
        ),
        (
            f"{HQ}Reception/files/{FILE}/download",
            [f"GET {RECEPTION}config_files/{FILE}/", f"GET {RECEPTION}config_files/{FILE}/content/"],
        ),
        ("/account", []),
        *(
            (f"{place}history/", ["GET /api/v1/tenants/acme/groups/"])
            for place in ("/", ACME, f"{ACME}groups/headquarters/")
        ),
        (f"{HQ}Reception/history/", [f"GET {RECEPTION}"]),
    ],
)
def test_page_asks_for_what_it_shows_and_no_more(
    world: World, counted: CountingAdapter, url: str, calls: list[str]
) -> None:
    owner = world.browser(OWNER, world.portals[-1])
    counted.calls.clear()
    assert owner.get(url).status == 200
    assert sorted(counted.calls) == sorted(calls)  # they are made side by side


@pytest.mark.parametrize(
    ("member", "place"),
    [(OWNER, ("acme", "warehouse")), (OWNER, ("globex", "amsterdam")), (TENANT_ADMIN, ("globex", "amsterdam"))],
)
def test_out_of_scope_page_makes_no_call(
    world: World, counted: CountingAdapter, member: Member, place: tuple[str, str]
) -> None:
    browser = world.browser(member, world.portals[-1])
    browser.token()
    counted.calls.clear()
    for rule in list_group_routes(world):
        if "group" in rule.arguments or place[0] != "acme":
            method = "GET" if "GET" in (rule.methods or ()) else "POST"
            assert request_route(browser, rule, method, place).status_code == 404, rule.rule
    assert counted.calls == []


def test_tag_cache_is_per_user(world: World, counted: CountingAdapter) -> None:
    app = world.portals[-1]
    for page, call in (("tags/count", "available_tags/"), ("tags/", "config_files/")):
        for browser in (world.browser(OWNER, app), world.browser(COLLEAGUE, app)):
            counted.calls.clear()
            assert browser.get(f"{HQ}Reception/{page}").status == 200
            assert f"GET {RECEPTION}{call}" in counted.calls
            counted.calls.clear()
            browser.get(f"{HQ}Reception/{page}")
            assert counted.calls == [f"GET {RECEPTION}"]


def test_saving_an_edit_looks_once_more_before_its_one_write(world: World, counted: CountingAdapter) -> None:
    owner = world.browser(OWNER, world.portals[-1])
    page = owner.get(f"{HQ}Reception/edit")
    counted.calls.clear()
    assert owner.submit(page, description="By the stairs").status == 303
    assert counted.calls == [f"GET {RECEPTION}", f"GET {RECEPTION}", f"PUT {RECEPTION}"]


SEARCH = "GET /api/v1/search/device/?insensitiveDeviceMacAddressContains=0015650000F2"


@pytest.mark.parametrize(
    ("member", "calls"),
    [
        (OWNER, []),
        (SYSTEM_ADMIN, [SEARCH]),
        (
            TENANT_ADMIN,
            [
                f"GET {GROUPS}",
                *(
                    f"GET {GROUPS}{group}/{more}"
                    for group in ("annex", "warehouse")
                    for more in ("access_devices/", "")
                ),
            ],
        ),
    ],
    ids=["group admin", "system admin", "tenant admin"],
)
def test_taken_mac_costs_search_or_lists_once_refused(
    world: World, counted: CountingAdapter, member: Member, calls: list[str]
) -> None:
    browser = world.browser(member, world.portals[-1])
    page = browser.get(f"{HQ}new?type=Yealink-T46G")
    counted.calls.clear()
    typed = {"device_type": "Yealink-T46G", "device_name": "Fresh", "mac_address": "0015650000F2"}
    assert browser.submit(page, **typed).status == 422
    create = [f"GET {DEVICES}Fresh/", f"POST {DEVICES}", f"GET {DEVICES}Fresh/"]
    assert counted.calls == [*create, f"GET {DEVICES}", f"GET {GROUPS}headquarters/", *calls]
    counted.calls.clear()
    assert browser.submit(page, **typed).status == 422
    assert counted.calls == [*create, *calls[:1]]  # the lists are cached


@pytest.mark.parametrize(
    ("member", "calls"),
    [(OWNER, []), (TENANT_ADMIN, []), (SYSTEM_ADMIN, [SEARCH])],
    ids=["group admin", "tenant admin", "system admin"],
)
def test_mac_check_costs_one_call_more_for_searchers(
    world: World, counted: CountingAdapter, member: Member, calls: list[str]
) -> None:
    browser = world.browser(member, world.portals[-1])
    browser.get(HQ)
    counted.calls.clear()
    url = f"{HQ}check?device=Fax&field=mac_address&mac_address="
    assert browser.get(f"{url}0015650000F2").status == 200
    assert counted.calls == calls
    for settled in ("001565A12B3C", "00:15:65", ""):  # of this group, or none
        browser.get(f"{url}{settled}")
    assert counted.calls == calls


def test_deleting_looks_once_more_before_its_one_write(world: World, counted: CountingAdapter) -> None:
    owner = world.browser(OWNER, world.portals[-1])
    page = owner.get(f"{HQ}Fax/delete")
    counted.calls.clear()
    assert owner.submit(page).status == 303
    fax = f"{DEVICES}Fax/"
    assert sorted(counted.calls[:2]) == [f"GET {fax}", f"GET {fax}connected_users/"]
    assert counted.calls[2:] == [f"GET {fax}", f"DELETE {fax}"]


def test_file_is_read_before_and_after_its_intent(world: World, counted: CountingAdapter) -> None:
    owner = world.browser(OWNER, world.portals[-1])
    check = upload(owner, TEXT)
    counted.calls.clear()
    assert apply(owner, check).status == 303
    reads = [sorted(counted.calls[:3]), sorted(counted.calls[3:5])]  # each side by side
    assert reads == [sorted([f"GET {RECEPTION}", *READ_FILE]), sorted(READ_FILE)]
    assert counted.calls[5:] == [f"PUT {RECEPTION}config_files/{FILE}/"]


def upload_then_go_back(owner: Browser) -> Page:
    apply(owner, upload(owner, TEXT))
    return back_to(owner, "default")


LINES = f"{HQ}Reception/lines/"
SWAPPED = {"port:ada@acme.example": "2", "port:grace@acme.example": "1"}
WRITES: dict[str, tuple[Callable[[Browser], Page], Callable[[Browser, Page], Page]]] = {
    "edit": (lambda owner: owner.get(f"{HQ}Fax/edit"), lambda owner, page: owner.submit(page, description="changed")),
    "reboot": (lambda owner: owner.get(f"{HQ}Reception/reboot"), lambda owner, page: owner.submit(page)),
    "delete": (lambda owner: owner.get(f"{HQ}Fax/delete"), lambda owner, page: owner.submit(page)),
    "lines": (
        lambda owner: owner.get(LINES),
        lambda owner, page: owner.submit(page, f"{LINES}order", **SWAPPED, do="save"),
    ),
    "upload": (lambda owner: upload(owner, TEXT), apply),
    "default": (upload_then_go_back, apply),
}


@pytest.mark.parametrize("write", WRITES)
def test_change_takes_two_write_transactions(world: World, write: str) -> None:
    owner = world.browser(OWNER)
    open_page, send = WRITES[write]
    page = open_page(owner)
    with record_statements(world.held_by().engine) as statements:
        assert send(owner, page).status == 303
    assert statements.count(BEGIN_WRITE) == 2


def test_looking_again_sets_no_cookie_and_writes_nothing(world: World) -> None:
    owner = world.browser(OWNER)
    owner.get(HQ)
    before = world.contents()
    for url in (HQ, f"{HQ}?q=desk", f"{HQ}Reception/", f"{HQ}Reception/edit", "/account"):
        assert "Set-Cookie" not in owner.get(url).headers, url
    assert world.contents() == before
