"""Every page of a platform that is slow and fails now and then, asked for by several people at once."""

from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep

from tests.support.client import Browser
from tests.support.config_files import CHANGE, FILES, VERSIONS
from tests.support.faults import faults
from tests.support.faults.portal import faulty_world
from tests.support.population import HQ
from tests.support.world import OWNER, SYSTEM_ADMIN, TENANT_ADMIN, World

RECEPTION = f"{HQ}Reception/"
PEOPLE = 5
DELAY, PAGE_SECONDS = 2.0, 0.2  # seconds
LONGEST = 1.5  # seconds until any answer; a busy machine takes most of it
PAGES = [
    *(
        (OWNER, f"{RECEPTION}{page}")
        for page in ("", "lines/", "tags/", "files/", "edit", "delete", "reboot", "history/")
    ),
    *((OWNER, url) for url in (FILES, CHANGE, VERSIONS, f"{HQ}new", "/history/", "/account", f"{RECEPTION}history/")),
    (TENANT_ADMIN, "/tenants/acme/"),
    *((SYSTEM_ADMIN, url) for url in ("/", "/staff", "/history/", RECEPTION)),
]


def follow(browser: Browser, url: str) -> tuple[float, int]:
    """Return the longest wait for an answer, and the status of the page that came in the end."""
    longest, until = 0.0, monotonic() + 60
    while True:
        began = monotonic()
        answer = browser.client.get(url)
        longest = max(longest, monotonic() - began)
        assert monotonic() < until, f"{url} never came"
        if "Refresh" in answer.headers:
            sleep(0.3)
            url = answer.headers["Refresh"].partition("; url=")[2]
        elif answer.status_code == 303:
            url = answer.headers["Location"]
        else:
            return longest, answer.status_code


def test_every_page_answers_at_once_and_arrives(world: World) -> None:
    with faulty_world(world) as slow:
        browsers = [world.browser(member, slow.browser.app) for member, _ in PAGES]
        for browser, (_, url) in zip(browsers, PAGES, strict=True):
            assert browser.client.get(url).status_code == 200  # which compiles its templates
        slow.change(page_seconds=PAGE_SECONDS)
        slow.server.script("GET", "/", faults.struggles(DELAY))
        with ThreadPoolExecutor(PEOPLE) as pool:
            results = list(pool.map(follow, browsers, (url for _, url in PAGES)))
    late = {url: waited for (_, url), (waited, _) in zip(PAGES, results, strict=True) if waited > LONGEST}
    assert late == {}
    assert {status for _, status in results} == {200}
    assert len(slow.server.seen("GET")) > len(PAGES)
