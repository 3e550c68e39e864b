"""Every page in every state it can be in, each by the way that leads a person there."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from app.reference_api.phone_types import CATALOGUE
from tests.support.browser.people import (
    ADMIN,
    DEPARTMENT_ADMIN,
    LAPSING,
    SUPPORT,
    TENANT_ADMIN,
    People,
    fill_in_sign_in,
)
from tests.support.browser.places import ANNEX, CAMPUS, HEADQUARTERS, Places, spare_mac
from tests.support.browser.product import Product

_TEAM = [
    {"first_name": "Ada", "last_name": "Lovelace", "phone_number": "02079460001"},
    {"first_name": "Grace", "last_name": "Hopper", "user_type": "Hunt Group"},
    {"endpoint_type": "Shared Call Appearance", "extension": ""},
]


@dataclass(frozen=True)
class Stage:
    """What a way starts from; `deaf` is a portal over the same databases whose backend does not answer."""

    people: People
    places: Places
    deaf: Product


Way = Callable[[Stage], Page]
STATES: dict[str, Way] = {}


def _state(name: str) -> Callable[[Way], Way]:
    def keep(way: Way) -> Way:
        STATES[name] = way
        return way

    return keep


def _at(name: str, url: str, username: str = ADMIN, trouble: str = "") -> None:
    """A state that an address alone leads to."""

    def way(stage: Stage) -> Page:
        stage.people.expect_trouble(trouble or "never")
        page = stage.people.signed_in(username)
        page.goto(url)
        return page

    STATES[name] = way


_at("directory", "/")
_at("directory without a match", "/?q=nowhere")
_at("tenant", "/tenants/acme/", TENANT_ADMIN)
_at("group", HEADQUARTERS.removesuffix("devices/"))
_at("empty group", ANNEX.removesuffix("devices/"))
_at("where a tag is set", f"{HEADQUARTERS.removesuffix('devices/')}where-used?tag=%25SIP_PORT%25")
_at("list", HEADQUARTERS)
_at("list of an empty group", ANNEX)
_at("list of an empty group for support", ANNEX, SUPPORT)
_at("list without a match", f"{HEADQUARTERS}?q=nowhere&status=Offline&mac=none&cols=people")
_at("search", "/search?q=we")
_at("search without a hit", "/search?q=nowhere")
_at("search of a list", "/search?q=weber%0Anowhere%0A00:15:65:00:00:01")
_at("new, no type yet", f"{ANNEX}new")
_at("account", "/account")
_at("second factor", "/account/second-factor")
_at("staff", "/staff")
_at("help", "/help")
_at("403", f"{ANNEX}new", SUPPORT, trouble="403")
_at("no access", "/", DEPARTMENT_ADMIN, trouble="403")
_at("404", "/tenants/acme/groups/nowhere/devices/", trouble="404")
for _type in CATALOGUE:
    _at(f"new {_type}", f"{ANNEX}new?type={_type}")


@_state("columns in the middle of 10,000")
def _columns(stage: Stage) -> Page:
    page = stage.people.signed_in(ADMIN)
    page.goto(f"{CAMPUS}?page=40&sort=-mac&status=Online&cols=people,extension,serial,location,description,since")
    page.locator("summary", has_text="Columns").click()
    return page


@_state("saved views")
def _views(stage: Stage) -> Page:
    page = stage.people.signed_in(ADMIN)
    page.goto(f"{HEADQUARTERS}?firmware=older")
    page.locator("summary", has_text="Save view").click()
    page.get_by_label("Name of this view").fill(f"Older firmware {'here' * 10}")
    page.get_by_role("button", name="Save view", exact=True).click()
    expect(page.get_by_role("navigation", name="Saved views")).to_be_visible()
    page.goto(f"{HEADQUARTERS}views")
    return page


@_state("sign-in")
def _sign_in(stage: Stage) -> Page:
    page = stage.people.nobody()
    page.goto("/login")
    return page


@_state("sign-in refused")
def _refused(stage: Stage) -> Page:
    stage.people.expect_trouble("401")
    page = _sign_in(stage)
    fill_in_sign_in(page, "nobody@acme.example", "a wrong password")
    return page


@_state("sign-in after the session ended")
def _ended(stage: Stage) -> Page:
    page = stage.people.newly_signed_in(LAPSING)
    stage.places.let_sessions_lapse(LAPSING)
    page.goto("/account")
    return page


@_state("list with a row that no address leads to")
def _unlinked(stage: Stage) -> Page:
    place = stage.places.new()
    place.add("up/down", status="Melted", version="x" * 200)
    place.add("W" * 40, net_address="a-host-name-that-goes-on-and-on-and-on.provider.example", status="Unavailable")
    page = stage.people.signed_in()
    page.goto(place.url)
    return page


@_state("device")
def _device(stage: Stage) -> Page:
    page = stage.people.signed_in()
    page.goto(
        stage.places.new().add(
            "Reception desk",
            people=_TEAM,
            version="Yealink SIP-T46G 28.83.0.120",
            physical_location="Building A, first floor, " * 30,
            description="W" * 80,
            use_custom_user_name_password=True,
            user_name="reception@acme.example",
        )
    )
    return page


def _tagged(stage: Stage, query: str) -> Page:
    """Tags with every kind of trouble, and more than a page of them."""
    values = {"%A%": "%B%", "%B%": "%A%", "%OPEN%": "%NOWHERE%", "%LONG%": "W" * 256, "%RING": "x", "%SIP_PORT%": ""}
    tags = [{"name": name, "value": value} for name, value in values.items()]
    tags += [{"name": f"%MORE_{number}%", "value": str(number)} for number in range(60)]
    page = stage.people.signed_in()
    page.goto(f"{stage.places.new().add('Reception desk', people=_TEAM, tags=tags)}tags/{query}")
    return page


@_state("tags")
def _tags(stage: Stage) -> Page:
    return _tagged(stage, "?size=200")


@_state("tags, the second page of those of the device")
def _own_tags(stage: Stage) -> Page:
    return _tagged(stage, "?level=DeviceProfile&page=2")


@_state("tags without a match")
def _no_tags(stage: Stage) -> Page:
    return _tagged(stage, "?q=nowhere+at+all&show=malformed")


@_state("tags of a set that there is not")
def _no_set(stage: Stage) -> Page:
    stage.people.expect_trouble("404")
    return _tagged(stage, "?set=Nowhere")


@_state("device with nothing known")
def _bare(stage: Stage) -> Page:
    page = stage.people.signed_in(SUPPORT)
    page.goto(stage.places.new().add("Spare", device_type="Generic SIP Phone", status="Unknown"))
    return page


@_state("device just saved")
def _saved(stage: Stage) -> Page:
    page = _edit(stage)
    page.get_by_label("Description").fill("By the window")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Edit").wait_for()
    return page


@_state("new with errors")
def _errors(stage: Stage) -> Page:
    stage.people.expect_trouble("422")
    page = stage.people.signed_in()
    page.goto(f"{ANNEX}new?type=Yealink-T46G")
    page.get_by_label("STUN server").fill("not a host")
    page.get_by_role("button", name="Add device").click()
    page.get_by_text("Not saved yet.").wait_for()
    return page


@_state("edit")
def _edit(stage: Stage) -> Page:
    page = stage.people.signed_in()
    page.goto(stage.places.new().add("Reception desk") + "edit")
    return page


@_state("merge")
def _merge(stage: Stage) -> Page:
    stage.people.expect_trouble("409")
    place = stage.places.new()
    page = stage.people.signed_in()
    page.goto(place.add("Reception desk", net_address="10.0.0.1") + "edit")
    place.change("Reception desk", net_address="10.0.0.2", description="Theirs")
    page.get_by_label("IP address / host").fill("10.0.0.3")
    page.get_by_label("Location").fill("Mine")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Save merged device").wait_for()
    return page


@_state("replace, asked about the MAC")
def _replace(stage: Stage) -> Page:
    page = stage.people.signed_in()
    page.goto(stage.places.new().add("Reception desk", people=_TEAM, mac_address=spare_mac()) + "replace")
    page.get_by_label("MAC address", exact=True).fill("00:1B:D4:00:00:77")
    page.get_by_role("button", name="Replace phone").click()
    page.get_by_role("button", name="Replace anyway").wait_for()
    return page


@_state("delete with people on it")
def _delete(stage: Stage) -> Page:
    page = stage.people.signed_in()
    page.goto(stage.places.new().add("Reception desk", people=_TEAM) + "delete")
    return page


@_state("delete refused")
def _delete_refused(stage: Stage) -> Page:
    stage.people.expect_trouble("422")
    page = _delete(stage)
    page.get_by_role("textbox", name="Enter the device name").fill("Reception desk")
    page.get_by_role("button", name="Delete device").click()
    page.get_by_text("The platform did not delete the device").wait_for()
    return page


@_state("delete with nobody on it")
def _delete_alone(stage: Stage) -> Page:
    page = stage.people.signed_in()
    page.goto(stage.places.new().add("Spare") + "delete")
    return page


@_state("reboot")
def _reboot(stage: Stage) -> Page:
    page = stage.people.signed_in()
    page.goto(stage.places.new().add("Reception desk", people=_TEAM) + "reboot")
    return page


@_state("rebooting")
def _rebooting(stage: Stage) -> Page:
    page = _reboot(stage)
    page.get_by_role("button", name="Reboot now").click()
    page.get_by_role("heading", name="Rebooting").wait_for()
    return page


@_state("list while the backend is down")
def _list_down(stage: Stage) -> Page:
    stage.people.expect_trouble("503")
    page = stage.people.signed_in(product=stage.deaf)
    page.goto(HEADQUARTERS)
    return page


@_state("503")
def _down(stage: Stage) -> Page:
    stage.people.expect_trouble("503")
    page = stage.people.signed_in(product=stage.deaf)
    page.goto(f"{HEADQUARTERS}Reception/")
    return page
