"""The overview of a group."""

import re
from xml.etree.ElementTree import Element

from app.portal.domain.jobs import JobState
from tests.support.client import HTMX, Browser, Page
from tests.support.devices import NEW_T46, create_device
from tests.support.html import text
from tests.support.jobs import add_job
from tests.support.population import ANNEX, HQ
from tests.support.statements import fail_statements, record_statements
from tests.support.world import OWNER, STRANGER, SUPPORT, SYSTEM_ADMIN, TENANT_ADMIN, World

GROUP = HQ.removesuffix("devices/")


def count_of(link: Element) -> int | None:
    """The number that a link says it leads to."""
    number = re.match(r"[\d,]+", text(link))
    words = link.get("data-count") or (number[0] if number else "")
    return int(words.replace(",", "")) if words else None


def figures(page: Page) -> dict[str, int]:
    counts = {link.get("href", ""): count_of(link) for link in page.document.iter("a")}
    return {url: count for url, count in counts.items() if count is not None}


def total(page: Page) -> int:
    [found] = [element for element in page.document.iter() if element.get("data-total")]
    return int(found.get("data-total", ""))


def set_device(world: World, name: str, **columns: str) -> None:
    assignments = ", ".join(f"{column} = '{value}'" for column, value in columns.items())
    with world.api_engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE api_access_devices SET {assignments} WHERE device_name = '{name}'")  # noqa: S608


def make_figures(world: World, owner: Browser) -> None:
    set_device(world, "Desk 01", version="Yealink SIP-T46G 28.83.0.50", status="Unavailable")
    set_device(world, "Desk 02", version="Yealink SIP-T46G 28.9.0.50")
    assert create_device(owner, **{**NEW_T46, "device_name": "Needs reboot"}).location
    owner.submit(owner.get(f"{HQ}Needs%20reboot/edit"), f"{HQ}Needs%20reboot/edit", transport_protocol="TLS")


def test_each_figure_equals_its_list(world: World) -> None:
    owner = world.browser(OWNER, world.another_portal(index_days=30))
    make_figures(world, owner)
    owner.get(f"{HQ}Reception/files/")  # so that the files of one device are known
    page = owner.get(GROUP)
    counts = figures(page) | figures(owner.get(f"{GROUP}ports", headers=HTMX))
    assert len(counts) > 10
    for url, count in counts.items():
        assert total(owner.get(url)) == count, url
    assert counts[f"{HQ}?reboot=pending"] == 1
    assert counts[f"{HQ}?status=Offline"] == 1


def test_overview_says_numbers_in_words(world: World) -> None:
    owner = world.browser(OWNER, world.another_portal(index_days=30))
    make_figures(world, owner)
    words = owner.get(GROUP).words
    assert "28 of 31 online 90 %" in words
    [bar] = [svg for svg in owner.get(GROUP).document.iter() if "bar-l" in (svg.get("class") or "")]
    assert bar.get("aria-label") == "28 online, 1 offline, 1 unavailable, 1 unknown"
    assert "2 older 1 on Yealink SIP-T46G 28.83.0.50 1 on Yealink SIP-T46G 28.9.0.50" in words
    assert "Newest seen here" in words
    assert "latest" not in words
    assert "edited Needs reboot" in owner.get(f"{GROUP}recent", headers=HTMX).words


def test_offline_since_is_first_reading(world: World) -> None:
    app = world.another_portal(index_days=30)
    owner = world.browser(OWNER, app)
    owner.get(GROUP)
    world.held_by(app).index.feed.flush()
    world.clock.advance(minutes=5)
    assert re.search(r"Fax Offline since at least 2 Mar, 09:(29|30) UTC", owner.get(GROUP).words)


def test_empty_group_offers_to_add_a_device(world: World) -> None:
    empty = ANNEX.removesuffix("devices/")
    assert f"{ANNEX}new" in world.browser(TENANT_ADMIN).get(empty).links()
    assert f"{ANNEX}new" not in world.browser(SUPPORT).get(empty).links()


def test_overview_of_foreign_group_is_not_there(world: World) -> None:
    stranger, admin = world.browser(STRANGER), world.browser(SYSTEM_ADMIN)
    admin.get(GROUP)  # so that its list is kept
    for url in (GROUP, f"{GROUP}ports", f"{GROUP}recent", f"{GROUP}progress"):
        assert stranger.get(url, headers=HTMX if "progress" in url else None).status == 404
    foreign, absent = stranger.get(GROUP), stranger.get(GROUP.replace("headquarters", "nowhere12345"))
    assert foreign.words.partition("Reference")[0] == absent.words.partition("Reference")[0]


def test_jobs_under_way_are_listed_with_their_progress(world: World) -> None:
    owner = world.browser(OWNER)
    jobs = f"{GROUP}jobs"
    assert jobs in {section.get("data-hx-get") for section in owner.get(GROUP).document.iter("section")}
    assert "No job is running here" in owner.get(jobs, headers=HTMX).words
    job = add_job(world, "Desk 01", "Desk 02", state=JobState.PAUSED)
    add_job(world, "Desk 01", state=JobState.DONE)
    add_job(world, "Foreign", tenant_id="globex", group_id="amsterdam")
    panel = owner.get(jobs, headers=HTMX)
    assert panel.links() == ["/jobs/?in=acme/headquarters", f"/jobs/{job}/"]
    for place in ("acme/headquarters", "globex/amsterdam"):  # one that is out of reach counts as not given
        assert 'id="jobs" data-total="2"' in owner.get(f"/jobs/?in={place}").text
    assert "Reboot: 2 devices Paused 0 of 2 finished" in panel.words


def test_warm_overview_sends_three_statements(world: World) -> None:
    app = world.another_portal(index_days=30)
    owner = world.browser(OWNER, app)
    owner.get(GROUP)
    world.held_by(app).index.feed.flush()
    owner.get(GROUP)
    with record_statements(world.held_by(app).engine) as statements:
        assert "Offline longest" in owner.get(GROUP).words
    assert len(statements) == 3, statements  # the session, the head of the list, what the index knows


def test_overview_needs_no_index(world: World) -> None:
    app = world.another_portal(index_days=30)
    owner = world.browser(OWNER, app)
    owner.get(GROUP)
    world.held_by(app).index.feed.flush()
    with fail_statements(world, "portal_index_", app=app):
        page = owner.get(GROUP)
    assert (page.status, page.h1) == (200, "headquarters")
    assert "28 of 30 online" in page.words


def test_overview_is_drawn_for_its_reader(world: World) -> None:
    app = world.another_portal()
    owner, support = world.browser(OWNER, app), world.browser(SUPPORT, app)
    owner.get(f"{GROUP}?list=q%3Dstranger")
    for browser, tenants in ((owner, 0), (support, 1), (owner, 0), (support, 1)):
        page = browser.get(GROUP)
        assert page.links().count("/tenants/acme/") == tenants
        assert "stranger" not in page.text
