"""Pages of a platform that takes longer than a page waits."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep

import pytest

from tests.support.client import HTMX, Browser, Page
from tests.support.faults import faults
from tests.support.faults.portal import Faulty, faulty_world
from tests.support.population import HQ
from tests.support.sessions import read_cookie
from tests.support.world import COLLEAGUE, World

WAIT, DELAY = 0.2, 0.7  # seconds of a page and of the platform
RECEPTION = f"{HQ}Reception/"
API_RECEPTION = "/access_devices/Reception/"


@pytest.fixture
def slow(world: World) -> Iterator[Faulty]:
    """The platform takes a while for each read but the list."""
    with faulty_world(world) as faulty:
        faulty.change(page_seconds=WAIT)
        faulty.server.script("GET", "/", faults.delays(DELAY))
        yield faulty


def poll_until_done(slow: Faulty, page: Page, headers: dict[str, str] | None = None) -> Page:
    """Follow the page's Refresh header, without the time between."""
    until = monotonic() + 10
    while "Refresh" in page.headers:
        assert monotonic() < until
        sleep(0.1)
        page = slow.browser.get(page.headers["Refresh"].partition("; url=")[2], headers)
    return page


def test_slow_page_is_framed_at_once_and_arrives(slow: Faulty) -> None:
    began = monotonic()
    page = slow.browser.get(RECEPTION)
    assert monotonic() - began < DELAY
    assert (page.status, page.h1, page.headers["Cache-Control"]) == (200, "Reception", "no-store")
    assert "Asking the platform…" in page.words
    assert {f"{RECEPTION}lines/", HQ} < set(page.links())
    assert page.headers["Refresh"].startswith(f"1; url={RECEPTION}?asking=1.")
    done = poll_until_done(slow, page)
    assert (done.status, done.location) == (303, RECEPTION)
    page = slow.browser.get(RECEPTION)
    assert "Grace" in page.words
    assert len(slow.server.seen("GET", API_RECEPTION)) == 1


def test_polls_back_off_and_keep_the_query(slow: Faulty) -> None:
    slow.server.script("GET", "/", faults.hangs)
    url, delays = f"{RECEPTION}tags/?q=a%26b", []
    for _ in range(5):
        delay, _, next_url = slow.browser.get(url).headers["Refresh"].partition("; url=")
        delays.append(delay)
        url = next_url
    assert delays == ["1", "2", "4", "8", "8"]
    assert url.startswith(f"{RECEPTION}tags/?q=a%26b&asking=5.")


def test_htmx_poll_leads_to_the_page_it_shows(slow: Faulty) -> None:
    page = slow.browser.get(RECEPTION)
    shown = {**HTMX, "HX-Current-URL": f"http://localhost{RECEPTION}#lines"}
    still = slow.browser.get(f"{RECEPTION}?asking=1", shown)
    assert 'id="asking"' in still.text
    assert "<main" not in still.text
    done = poll_until_done(slow, page, shown)
    assert (done.status, done.headers["HX-Refresh"]) == (204, "true")
    elsewhere = slow.browser.get(f"{RECEPTION}?asking=1", {**HTMX, "HX-Current-URL": f"http://localhost{HQ}"})
    assert elsewhere.location == RECEPTION


def test_fragment_and_download_wait_in_full(slow: Faulty) -> None:
    assert "tag-list" in slow.browser.get(f"{RECEPTION}tags/", HTMX).text
    download = slow.browser.get(f"{RECEPTION}files/%25BWMACADDRESS%25.cfg/download")
    assert download.headers["Content-Disposition"].startswith("attachment")


def test_late_answer_is_used_once(slow: Faulty) -> None:
    poll_until_done(slow, slow.browser.get(RECEPTION))
    slow.browser.get(RECEPTION)
    poll_until_done(slow, slow.browser.get(RECEPTION))
    assert len(slow.server.seen("GET", API_RECEPTION)) == 2


def test_late_failure_is_told_once(slow: Faulty) -> None:
    slow.server.script("GET", API_RECEPTION, faults.delays(DELAY, status=500))
    poll_until_done(slow, slow.browser.get(RECEPTION))
    assert slow.browser.get(RECEPTION).status == 503
    slow.server.heal()
    assert slow.browser.get(RECEPTION).status == 200


def test_page_after_a_write_is_read_anew(slow: Faulty) -> None:
    edit = f"{RECEPTION}edit"
    poll_until_done(slow, slow.browser.get(edit))
    form = slow.browser.get(edit)
    slow.browser.get(RECEPTION)
    assert slow.browser.submit(form, description="On the stairs").status == 303
    poll_until_done(slow, slow.browser.get(RECEPTION))
    assert "On the stairs" in slow.browser.get(RECEPTION).words


def carry_cookie(source: Browser, target: Browser) -> None:
    cookie = source.client.get_cookie("portal")
    assert cookie
    target.client.set_cookie("portal", cookie.value)


def test_page_after_a_write_elsewhere_is_read_anew(slow: Faulty, world: World) -> None:
    edit, elsewhere = f"{RECEPTION}edit", world.nobody()  # another process, which the platform answers at once
    slow.browser.get(edit)  # left before it came; the answer waits for a poll
    carry_cookie(slow.browser, elsewhere)
    assert elsewhere.submit(elsewhere.get(edit), description="On the stairs").status == 303
    sleep(DELAY)
    carry_cookie(elsewhere, slow.browser)
    page = slow.browser.get(edit)
    assert "Refresh" in page.headers
    poll_until_done(slow, page)
    form = slow.browser.get(edit)
    assert form.form().fields["description"] == "On the stairs"
    assert slow.browser.submit(form, description="Below the stairs").status == 303


def test_answers_stay_with_their_session(slow: Faulty, world: World) -> None:
    poll_until_done(slow, slow.browser.get(RECEPTION))
    other = world.browser(COLLEAGUE, slow.browser.app)
    assert "Asking the platform…" in other.get(RECEPTION).words


def test_poll_does_not_extend_the_session(slow: Faulty, world: World) -> None:
    locations = []
    for _ in range(2):
        world.clock.advance(minutes=20)
        locations.append(slow.browser.get("/account?asking=1").location)
    assert locations == ["/account", "/login?next=/account"]


def test_page_of_a_silent_platform_asks_again_by_itself(slow: Faulty) -> None:
    slow.change(page_seconds=20)
    slow.server.script("GET", "/", faults.resets)
    url, told = RECEPTION, []
    for _ in range(6):
        page = slow.browser.get(url)
        assert page.status == 503
        assert "Phones keep working" in page.words
        delay, _, url = page.headers["Refresh"].partition("; url=")
        told.append(int(delay))
    assert told == [5, 10, 20, 30, 60, 60]
    assert "attempt 6" in page.words
    still = slow.browser.get(url, HTMX)
    assert (still.status, still.document.find("main")) == (503, None)
    assert 'id="asking"' in still.text
    slow.server.heal()
    assert slow.browser.get(url, HTMX).location == RECEPTION
    assert "The platform answers again." in slow.browser.get(RECEPTION).words


def test_asked_to_wait_is_told_and_waited_for(slow: Faulty) -> None:
    slow.server.script("GET", "/", faults.answers(503, "{}", ("Retry-After", "40")))
    page = slow.browser.get(RECEPTION)
    assert "the platform asks to wait 40 s" in page.words
    assert page.headers["Refresh"].startswith("40; ")
    assert "the platform asks to wait" in slow.browser.get(RECEPTION).words
    assert len(slow.server.seen("GET", API_RECEPTION)) == 1


def test_page_does_not_wait_for_a_fragment(slow: Faulty) -> None:
    slow.server.script("GET", "/available_tags/", faults.delays(2))
    with ThreadPoolExecutor(1) as pool:
        other = Browser(slow.browser.app)
        other.client.set_cookie("portal", read_cookie(slow.browser))
        count = pool.submit(other.client.get, f"{RECEPTION}tags/count", headers=HTMX)
        while not slow.server.seen("GET", "/available_tags/"):
            sleep(0.01)
        began = monotonic()
        assert "Asking the platform…" in slow.browser.get(f"{RECEPTION}tags/").words
        assert monotonic() - began < 1.5
        assert count.result().status_code == 200
    assert len(slow.server.seen("GET", "/available_tags/")) == 1
