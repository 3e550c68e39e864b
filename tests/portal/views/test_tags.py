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
    """Return the words of each row; the levels of a tag are a row of one cell."""
    elements = [row for body in page.document.iter("tbody") for row in body.iter("tr")]
    return [tuple(text(cell) for cell in row) for row in elements]


def names(page: Page) -> list[str]:
    return [text(next(cell.iter("code"))) for cell in page.document.iter("th") if cell.get("scope") == "row"]


def facets(page: Page) -> dict[str, str]:
    links: list[Element] = [
        link for link in page.document.iter("a") if "show=" in link.get("href", "") or link.get("id") == "show-1"
    ]
    return dict(text(link).rsplit(" ", 1) for link in links)


def test_tag_shows_value_source_and_levels(owner: Browser) -> None:
    tag_rows = rows(owner.get(TAGS))
    position = next(position for position, row in enumerate(tag_rows) if row[0].startswith("%SIP_PORT%"))
    assert tag_rows[position][1:] == ("5063", "This device", "", "", "%BWMACADDRESS%.cfg")
    (levels,) = tag_rows[position + 1]
    assert levels == (
        "System default 5060 overridden Device type 5061 overridden Group device type 5062 overridden "
        "This device 5063 in effect"
    )
    by_name = {row[0].split(" ")[0]: row[1:] for row in tag_rows}
    assert by_name["%SIP_URL%"][:2] == ("sip:2001@sip.example:5063", "System default")
    assert by_name["%VLAN_ID%"][0] == "Empty"
    assert by_name["%LEGACY"][0] == "old.example set, but not used"
    assert by_name["%NTP%"][0].startswith("ntp.be.example in BE ntp.uk.example in UK Depends on the region")
    assert by_name["%NTP%"][2:] == ("Yealink-T4x_Tags", "BE, UK", "")
    assert by_name["%BWAUTHPASSWORD-1%"][:3] == ("Hidden (secret)", "Line 1", "Built-in")
    assert by_name["%BWLINEPORT-2%"][:3] == ("grace@acme.example", "Line 2", "Built-in")


def test_tags_used_in_files_link_to_their_line(owner: Browser) -> None:
    page = owner.get(f"{TAGS}?show=files")
    used = {row[0].split(" ")[0]: row for row in rows(page) if len(row) > 1}
    assert used["%SIP_PORT%"][-1] == "%BWMACADDRESS%.cfg"
    assert used["%LANGUAGE%"][1:3] == ("Not defined at any level", "Not defined")
    assert used["%LANGUAGE%"][-1] == "y000000000028.cfg"
    assert "%RING%" not in used
    (link,) = {link for link in page.links() if "y000000000028" in link and link.endswith("=4#L4")}
    assert link == f"{HQ}Reception/files/y000000000028.cfg/?from=4#L4"
    assert "lang.gui = %LANGUAGE%" in owner.get(link.partition("?")[0]).words
    assert "%LANGUAGE%" in names(owner.get(f"{TAGS}?show=empty"))


def test_filters_count_narrow_and_stay_in_the_url(owner: Browser) -> None:
    page = owner.get(TAGS)
    every = len(names(page))
    used = str(sum(row[-1] != "" for row in rows(page) if len(row) > 1))
    of_nothing = str(page.words.count("Not defined at any level") + 1)
    assert facets(page) == {
        "All": str(every),
        "Used in files": used,
        "Overridden": "1",
        "Empty": of_nothing,
        "Invalid name": "1",
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


def test_levels_sort_from_general_to_specific(owner: Browser) -> None:
    levels = [row[2] for row in rows(owner.get(f"{TAGS}?sort=level")) if row[0].startswith("%")]
    by_rank = ["System default", "Device type", "This device", "Line 1", "Line 2"]
    assert list(dict.fromkeys(levels))[:5] == by_rank
    assert levels[-1] == "Not defined"


def test_tag_set_is_requested_from_platform(world: World) -> None:
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


def test_unknown_tag_set_is_404_on_a_whole_page(owner: Browser) -> None:
    for tag_set in ("Nope", "System Default", "x" * 200, "\r\n"):
        page = owner.get(f"{TAGS}?set={quote(tag_set)}")
        assert page.status == 404
        assert page.h1 == "Reception"
        assert "The platform has no tag set “" in page.words
        assert tag_set.strip() in page.words
        assert TAGS in page.links()


def test_empty_result_suggests_other_filters(owner: Browser) -> None:
    page = owner.get(f"{TAGS}?q=nowhere")
    assert "No tags match “nowhere”" in page.words
    page = owner.get(f"{TAGS}?q=sip&show=malformed&level=Native")
    assert "No tags match these filters" in page.words
    page = owner.get(f"{TAGS}?show=malformed&level=Native")
    assert f"{TAGS}?show=malformed" in page.links()


def test_htmx_request_gets_table_and_announcement(owner: Browser) -> None:
    page = owner.get(f"{TAGS}?q=sip_port&level=DeviceProfile", headers=HTMX)
    assert "<html" not in page.text
    assert "1 tag, 1 to 1 shown" in page.words
    assert "No tags match" in owner.get(f"{TAGS}?q=nowhere", headers=HTMX).words


def test_hostile_names_and_values_add_no_markup(world: World, owner: Browser) -> None:
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
        return sorted((element.tag, *sorted(element.keys())) for element in page.document.iter())

    harmless = shape("%harmless%", "harmless")
    for hostile in (
        "</code></td><script src=/leak></script><img src=/leak onerror=alert(1)>",
        '" data-hx-get="/leak" data-hx-trigger=load \' autofocus onfocus=x>{{7*7}}${7*7}',
        "\u202egnp.exe\u2028\ufeff\u0001 {0.__class__} %(x)s",
    ):
        assert shape(f"%{hostile}%".replace("%(x)s", "x"), hostile.replace("%", "")) == harmless


def test_overview_links_to_tags_and_loads_those_of_device(owner: Browser) -> None:
    page = owner.get(f"{HQ}Reception/")
    assert f"{TAGS}?level=DeviceProfile" in page.links()
    assert "View tags set on this device" in page.words
    fragment = owner.get(f"{TAGS}count", headers=HTMX)
    assert fragment.words == "Device-level tags All tags RING Silent.wav SIP_PORT 5063"
    assert f"{TAGS}?level=DeviceProfile&q=%25RING%25" in fragment.links()
    assert owner.get(f"{HQ}Fax/tags/count", headers=HTMX).words == "Device-level tags All tags No device-level tags."
