"""The page of a device's tags, and how many of them its overview names."""

from urllib.parse import quote
from xml.etree.ElementTree import Element

import pytest

from tests.support.adapters import CountingAdapter
from tests.support.client import HTMX, Browser, Page
from tests.support.html import text
from tests.support.population import HQ
from tests.support.world import OWNER, World

TAGS = f"{HQ}Reception/tags/"
API_TAGS = "/api/v1/tenants/acme/groups/headquarters/access_devices/Reception/available_tags/"


@pytest.fixture
def owner(world: World) -> Browser:
    return world.browser(OWNER)


def rows(page: Page) -> list[tuple[str, ...]]:
    """The words of each row; a ladder is a row of one cell."""
    found = [row for body in page.document.iter("tbody") for row in body.iter("tr")]
    return [tuple(text(cell) for cell in row) for row in found]


def names(page: Page) -> list[str]:
    return [text(next(cell.iter("code"))) for cell in page.document.iter("th") if cell.get("scope") == "row"]


def facets(page: Page) -> dict[str, str]:
    links: list[Element] = [
        link for link in page.document.iter("a") if "show=" in link.get("href", "") or link.get("id") == "show-1"
    ]
    return dict(text(link).rsplit(" ", 1) for link in links)


def test_each_tag_shows_its_value_where_it_comes_from_and_how_it_got_there(owner: Browser) -> None:
    found = rows(owner.get(TAGS))
    at = next(at for at, row in enumerate(found) if row[0].startswith("%SIP_PORT%"))
    assert found[at][1:] == ("5063", "This device", "", "", "%BWMACADDRESS%.cfg")
    (ladder,) = found[at + 1]
    assert ladder == (
        "System default 5060 overridden Device type 5061 overridden Group’s device type 5062 overridden "
        "This device 5063 in effect"
    )
    by_name = {row[0].split(" ")[0]: row[1:] for row in found}
    assert by_name["%SIP_URL%"][:2] == ("sip:2001@sip.example:5063", "System default")
    assert by_name["%VLAN_ID%"][0] == "No value"
    assert by_name["%LEGACY"][0] == "old.example is set, but never used"
    assert by_name["%NTP%"][0].startswith("ntp.be.example in BE ntp.uk.example in UK Depends on the region")
    assert by_name["%NTP%"][2:] == ("Yealink-T4x_Tags", "BE, UK", "")
    assert by_name["%BWAUTHPASSWORD-1%"][:3] == ("Secret, never shown", "Line 1", "Native")
    assert by_name["%BWLINEPORT-2%"][:3] == ("grace@acme.example", "Line 2", "Native")


def test_what_its_files_use_is_shown_with_the_way_there_even_if_nothing_defines_it(owner: Browser) -> None:
    found = owner.get(f"{TAGS}?show=files")
    used = {row[0].split(" ")[0]: row for row in rows(found) if len(row) > 1}
    assert used["%SIP_PORT%"][-1] == "%BWMACADDRESS%.cfg"
    assert used["%LANGUAGE%"][1:3] == ("Nothing defines it", "Not defined")
    assert used["%LANGUAGE%"][-1] == "y000000000028.cfg"
    assert "%RING%" not in used
    (link,) = {link for link in found.links() if "y000000000028" in link and link.endswith("=4#L4")}
    assert link == f"{HQ}Reception/files/y000000000028.cfg/?from=4#L4"
    assert "lang.gui = %LANGUAGE%" in owner.get(link.partition("?")[0]).words
    assert "%LANGUAGE%" in names(owner.get(f"{TAGS}?show=empty"))


def test_the_filters_count_and_narrow_and_stay_in_the_address(owner: Browser) -> None:
    page = owner.get(TAGS)
    every = len(names(page))
    used = str(sum(row[-1] != "" for row in rows(page) if len(row) > 1))
    of_nothing = str(page.words.count("Nothing defines it") + 1)
    assert facets(page) == {
        "All": str(every),
        "In this device’s files": used,
        "Overridden": "1",
        "Without value": of_nothing,
        "Malformed": "1",
    }
    assert names(owner.get(f"{TAGS}?show=overridden")) == ["%SIP_PORT%"]
    assert names(owner.get(f"{TAGS}?show=empty&level=System_Default")) == ["%VLAN_ID%"]
    assert names(owner.get(f"{TAGS}?show=malformed")) == ["%LEGACY"]
    assert names(owner.get(f"{TAGS}?level=DeviceProfile")) == ["%RING%", "%SIP_PORT%"]
    assert names(owner.get(f"{TAGS}?level=DeviceProfile&sort=-name")) == ["%SIP_PORT%", "%RING%"]
    narrowed = owner.get(f"{TAGS}?level=DeviceProfile&q=5061")  # a value that is overridden
    assert names(narrowed) == ["%SIP_PORT%"]
    assert f"{TAGS}?q=5061&level=DeviceProfile&sort=-name" in narrowed.links()
    assert f"{TAGS}?q=5061&level=DeviceProfile&show=overridden" in narrowed.links()


@pytest.mark.parametrize("sort", ["name", "value", "level", "set", "region", "files"])
def test_every_column_sorts_both_ways(owner: Browser, sort: str) -> None:
    up, down = names(owner.get(f"{TAGS}?sort={sort}&size=200")), names(owner.get(f"{TAGS}?sort=-{sort}&size=200"))
    assert sorted(up) == sorted(down)
    assert up != down


def test_levels_sort_from_the_general_to_the_particular(owner: Browser) -> None:
    levels = [row[2] for row in rows(owner.get(f"{TAGS}?sort=level")) if row[0].startswith("%")]
    by_rank = ["System default", "Device type", "This device", "Line 1", "Line 2"]
    assert list(dict.fromkeys(levels))[:5] == by_rank
    assert levels[-1] == "Not defined"


def test_a_tag_set_is_asked_of_the_platform_and_values_stay_those_of_the_device(world: World) -> None:
    app = world.another_portal(CountingAdapter)
    wire = world.held_by(app).adapter
    assert isinstance(wire, CountingAdapter)
    owner = world.browser(OWNER, app)
    page = owner.get(f"{TAGS}?set=Yealink-T4x_Tags")
    assert f"GET {API_TAGS}?tagSetName=Yealink-T4x_Tags" in wire.calls
    assert names(page) == ["%NTP%", "%SIP_PORT%"]
    assert "5063" in rows(page)[1][1] or "5063" in rows(page)[2][1]
    assert all("set=Yealink-T4x_Tags" in link for link in page.links() if "sort=" in link)
    wire.calls.clear()
    assert names(owner.get(f"{TAGS}?set=Yealink-T4x_Tags&q=ntp")) == ["%NTP%"]
    assert wire.calls == [f"GET {API_TAGS.removesuffix('available_tags/')}"], "what was just read is not read again"


def test_a_tag_set_that_the_platform_does_not_know_is_said_and_the_rest_of_the_page_stands(owner: Browser) -> None:
    for asked in ("Nope", "System Default", "x" * 200, "\r\n"):
        page = owner.get(f"{TAGS}?set={quote(asked)}")
        assert page.status == 404
        assert page.h1 == "Reception"
        assert "The platform knows no tag set “" in page.words
        assert asked.strip() in page.words
        assert TAGS in page.links()


def test_nothing_found_says_so_and_leads_on(owner: Browser) -> None:
    page = owner.get(f"{TAGS}?q=nowhere")
    assert "No tag has “nowhere”" in page.words
    page = owner.get(f"{TAGS}?q=sip&show=malformed&level=Native")
    assert "No tag matches these filters together" in page.words
    page = owner.get(f"{TAGS}?show=malformed&level=Native")
    assert f"{TAGS}?show=malformed" in page.links()


def test_a_swap_brings_the_table_and_says_what_it_shows(owner: Browser) -> None:
    page = owner.get(f"{TAGS}?q=sip_port&level=DeviceProfile", headers=HTMX)
    assert "<html" not in page.text
    assert "1 tag, 1 to 1 shown" in page.words
    assert "No tag matches" in owner.get(f"{TAGS}?q=nowhere", headers=HTMX).words


def test_names_and_values_of_any_kind_add_nothing_to_the_page(world: World, owner: Browser) -> None:
    def shape(name: str, value: str) -> list[tuple[str, ...]]:
        with world.api_engine.begin() as db:
            db.exec_driver_sql("DELETE FROM api_tags")
            for level, owner_key in (("System_Default", None), ("DeviceProfile", 1)):
                db.exec_driver_sql(
                    "INSERT INTO api_tags (level, name, value, tag_set, region_name, device_key) VALUES (?,?,?,?,?,?)",
                    (level, name, value, name, value, owner_key),
                )
        world.clock.advance(minutes=1)
        page = owner.get(TAGS)
        assert page.status == 200
        return sorted((each.tag, *sorted(each.keys())) for each in page.document.iter())

    harmless = shape("%harmless%", "harmless")
    for hostile in (
        "</code></td><script src=/leak></script><img src=/leak onerror=alert(1)>",
        '" data-hx-get="/leak" data-hx-trigger=load \' autofocus onfocus=x>{{7*7}}${7*7}',
        "\u202egnp.exe\u2028\ufeff\u0001 {0.__class__} %(x)s",
    ):
        assert shape(f"%{hostile}%".replace("%(x)s", "x"), hostile.replace("%", "")) == harmless


def test_the_overview_leads_to_the_tags_and_learns_their_number_later(owner: Browser) -> None:
    page = owner.get(f"{HQ}Reception/")
    assert f"{TAGS}?level=DeviceProfile" in page.links()
    assert "Tags that are set on this device itself" in page.words
    aside = owner.get(f"{TAGS}count", headers=HTMX)
    assert aside.words == "Tags 2 tags are set on this device itself"
    assert owner.get(f"{HQ}Fax/tags/count", headers=HTMX).words == (
        "Tags None is set on this device itself · See all that it gets"
    )
