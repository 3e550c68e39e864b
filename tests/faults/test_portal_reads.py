"""Every page that reads from the backend, under every fault: the right page, and never a mistake of ours."""

from collections import Counter
from time import monotonic

import pytest

from tests.support.client import HTMX
from tests.support.config_files import CHANGE, VERSIONS
from tests.support.faults import faults
from tests.support.faults.portal import Faulty
from tests.support.faults.reads import AWAY, CUT, ERROR_TEXT, LATE, READ_FAULTS, assert_page_says
from tests.support.faults.server import Exchange, full_server, message
from tests.support.population import HQ

TRIED_AGAIN = {"resets", "acts, then resets", "truncates", "502", "503"}
PAGES = [
    "/",
    "/tenants/acme/",
    HQ,
    f"{HQ}?q=desk&sort=-mac&page=2",
    f"{HQ}export.csv",
    f"{HQ}Reception/",
    f"{HQ}Reception/edit",
    f"{HQ}Reception/delete",
    f"{HQ}Reception/reboot",
    f"{HQ}Reception/tags/",
    f"{HQ}Reception/lines/",
    CHANGE,
    VERSIONS,
]


# One of each kind is tried at every page. Of the same kind, each is tried at a third of the pages; `long` has the rest.
AT_EVERY_PAGE = {"drips its body", "resets", "truncates", "sends HTML with 200", "floods", "403", "404", "429", "503"}
OTHERS = [name for name in READ_FAULTS if name not in AT_EVERY_PAGE]
TRIED = [
    *((name, PAGES) for name in READ_FAULTS if name in AT_EVERY_PAGE),
    *((name, PAGES[at % 3 :: 3]) for at, name in enumerate(OTHERS)),
    *(pytest.param(name, PAGES, marks=pytest.mark.long) for name in OTHERS),
]


@pytest.mark.parametrize(("name", "pages"), TRIED)
def test_each_page_says_what_is_wrong_with_the_backend(name: str, pages: list[str], faulty: Faulty) -> None:
    fault, status, words = READ_FAULTS[name]
    faulty.server.script("GET", "/", fault)
    if LATE in words:
        faulty.hurry()
    for url in pages:
        assert_page_says(faulty.browser.get(url), status, words)
    faulty.server.refuse()
    calls = Counter((seen.headers.get("X-Request-ID"), seen.target) for seen in faulty.server.requests)
    assert max(calls.values()) == (2 if name in TRIED_AGAIN else 1)


@pytest.mark.parametrize("name", ["resets", "404", "429", "sends HTML with 200"])
def test_fragment_says_it_too(name: str, faulty: Faulty) -> None:
    fault, status, words = READ_FAULTS[name]
    faulty.server.script("GET", "/", fault)
    for url in (HQ, f"{HQ}Reception/delete"):
        page = faulty.browser.get(url, headers=HTMX)
        assert "<html" not in page.text
        assert_page_says(page, status, words)


def test_nobody_at_home_is_said_at_once(faulty: Faulty) -> None:
    faulty.server.refuse()
    for url in PAGES:
        assert_page_says(faulty.browser.get(url), 503, [AWAY, "platform unreachable"])


def test_refused_connection_is_not_waited_for(faulty: Faulty) -> None:
    with full_server() as url:
        faulty.move_backend(url)
        assert_page_says(faulty.browser.get(HQ), 503, [AWAY, "connection timed out"])


def test_ended_backend_session_leads_to_sign_in_and_back(faulty: Faulty) -> None:
    for url in PAGES:
        faulty.server.script("GET", "/", faults.answers(401, ERROR_TEXT))
        page = faulty.browser.get(url)
        assert page.status == 303, page.text
        faulty.server.heal()
        again = faulty.browser.sign_in("admin@provider.example", "correct horse battery", at=page.location or "")
        back = url.removesuffix("export.csv")  # a download starts from the list's page
        assert (again.status, again.location) == (303, back)


@pytest.mark.parametrize("extra", ['{"x": [1], ', '{"problems": "none", "deviceName": "Reception", '])
def test_keys_nobody_knows_change_nothing(extra: str, faulty: Faulty) -> None:
    plain = {url: faulty.browser.get(url).status for url in PAGES}
    assert set(plain.values()) == {200}

    def add_keys(exchange: Exchange) -> None:
        body = exchange.act().partition(b"\r\n\r\n")[2]
        exchange.send(message(200, body.replace(b"{", extra.encode())))

    faulty.server.script("GET", "/", add_keys)
    faulty.world.clock.advance(minutes=1)
    for url in PAGES:
        assert faulty.browser.get(url).status == 200, url


def test_malformed_row_is_flagged_beside_usable_ones(faulty: Faulty) -> None:
    rows = [
        {"deviceName": "Good", "deviceType": "T", "status": "Online", "freePorts": 3},
        {"deviceName": "Odd", "deviceType": ["<b>"], "status": None, "freePorts": "many"},
        {"deviceName": "..", "deviceType": "T", "status": "Online", "freePorts": 1},
        "junk",
    ]
    faulty.server.script("GET", "/access_devices/", faults.answers_json({"access_devices": rows}))
    page = faulty.browser.get(HQ)
    assert page.status == 200
    for words in ("Good", "Odd", "Missing from the platform: status", "junk", "only dots"):
        assert words in page.words
    rows_linked = {link.removeprefix(HQ) for link in page.links() if link.startswith(HQ) and link.endswith("/")}
    assert rows_linked - {""} == {"Good/", "Odd/"}
    for url in (f"{HQ}?sort=ports", f"{HQ}?sort=-status", f"{HQ}?q=odd", f"{HQ}?status=Online", f"{HQ}export.csv"):
        assert faulty.browser.get(url).status == 200


def test_device_is_shown_though_its_people_cannot_be_read(faulty: Faulty) -> None:
    faulty.server.script("GET", "/connected_users/", faults.resets)
    for url in (f"{HQ}Reception/", f"{HQ}Reception/delete", f"{HQ}Reception/reboot"):
        page = faulty.browser.get(url)
        assert page.status == 200
        assert "Reception" in page.h1


def test_device_page_stands_without_its_tags(faulty: Faulty) -> None:
    tags = f"{HQ}Reception/tags/"
    faulty.server.script("GET", "/available_tags/", faults.resets)
    page = faulty.browser.get(tags)
    assert_page_says(page, 503, [AWAY, CUT, "Try again"])
    assert page.h1 == "Reception"
    assert_page_says(faulty.browser.get(tags, headers=HTMX), 503, [AWAY, CUT])
    aside = faulty.browser.get(f"{tags}count", headers=HTMX)
    assert_page_says(aside, 200, ["View tags set on this device"])
    assert faulty.browser.get(f"{HQ}Reception/").status == 200


@pytest.mark.parametrize("name", ["resets", "sends HTML with 200", "400", "403", "404", "429", "503"])
def test_failed_background_request_leaves_the_page(name: str, faulty: Faulty) -> None:
    fault, status, words = READ_FAULTS[name]
    url = f"{HQ}Reception/tags/count"
    faulty.server.script("GET", "/Reception/", fault)
    aside = faulty.browser.get(url, headers=HTMX)
    assert (aside.status, aside.body) == (204, b"")
    assert_page_says(faulty.browser.get(url), status, words)
    for path in ("/phone_types/", "/access_devices/"):  # of a field, the rest can be checked
        faulty.server.script("GET", path, fault)
        check = f"{HQ}check?type=Yealink-T46G&field=device_name&device_name=Fresh"
        assert faulty.browser.get(check, headers=HTMX).status == 200


def test_tags_are_shown_without_line_users(faulty: Faulty) -> None:
    faulty.server.script("GET", "/connected_users/", faults.resets)
    page = faulty.browser.get(f"{HQ}Reception/tags/")
    assert_page_says(page, 200, ["%SIP_PORT%", "The lines could not be read"])
    assert "ada@acme.example" not in page.words


def test_tags_are_shown_without_config_files(faulty: Faulty) -> None:
    tags = f"{HQ}Reception/tags/?after=2100-01-01T00:00:00Z"
    for path, fault in (
        ("/config_files/", faults.resets),
        ("/config_files/", faults.answers(403)),
        ("/content/", faults.sends_html),
        ("/content/", faults.answers(404)),
    ):
        faulty.server.heal()
        faulty.server.script("GET", path, fault)
        assert_page_says(faulty.browser.get(tags), 200, ["%SIP_PORT%", "The config files could not be read"])
        assert "Used in files" not in faulty.browser.get(tags).words
    faulty.server.script("GET", path, faults.answers(401))
    assert faulty.browser.get(tags).status == 303


def test_readiness_is_the_truth(faulty: Faulty) -> None:
    assert '"backend":true' in faulty.browser.get("/readyz").text
    for fault in (faults.resets, faults.sends_html, faults.answers(503), faults.answers(404)):
        faulty.server.script("GET", "/", fault)
        assert '"backend":false' in faulty.browser.get("/readyz").text
        assert faulty.browser.get("/healthz").status == 200


def test_silent_backend_delays_no_readiness(faulty: Faulty) -> None:
    faulty.server.script("GET", "/", faults.drips_its_body)
    began = monotonic()
    assert '"backend":false' in faulty.browser.get("/readyz").text
    assert monotonic() - began < 2
