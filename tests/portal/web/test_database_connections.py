"""No request holds a connection of the database while it waits for the backend: hundreds may wait."""

from time import monotonic, sleep

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter
from sqlalchemy import QueuePool

from tests.support.client import Browser
from tests.support.config_files import apply, upload
from tests.support.devices import NEW_T46, create_device, edit_device
from tests.support.population import HQ
from tests.support.world import OWNER, PASSWORD, SYSTEM_ADMIN, World

PAGES = ("", "Reception/", "Reception/lines/", "Reception/files/", "Reception/tags/", "Reception/history/", "new")


class Watching(HTTPAdapter):
    """Knows which calls were made while the portal held a connection of its database."""

    def __init__(self, behind: BaseAdapter) -> None:
        super().__init__()
        self._behind = behind
        self.pool: QueuePool | None = None
        self.calls = 0
        self.holding: list[str] = []

    def send(self, request: PreparedRequest, *_args: object, **_kwargs: object) -> Response:
        assert self.pool is not None
        self.calls += 1
        until = monotonic() + 1  # the request goes on beside a read that it has begun
        while self.pool.checkedout() and monotonic() < until:
            sleep(0.002)
        if self.pool.checkedout():
            self.holding.append(f"{request.method} {request.url}")
        return self._behind.send(request)


def write(browser: Browser) -> None:
    assert create_device(browser, **NEW_T46).location
    edit_device(browser, "Fresh", description="held by nobody")
    browser.submit(browser.get(f"{HQ}Reception/lines/"), f"{HQ}Reception/lines/order", do="save")
    browser.submit(browser.get(f"{HQ}Fresh/reboot"))
    apply(browser, upload(browser, b"a = 1\n"))
    browser.submit(browser.get(f"{HQ}Fresh/delete"))


def test_waiting_request_holds_no_connection(world: World) -> None:
    watching: list[Watching] = []

    def watch(behind: BaseAdapter) -> Watching:
        watching.append(Watching(behind))
        return watching[0]

    app = world.another_portal(watch)
    pool = world.held_by(app).engine.pool
    assert isinstance(pool, QueuePool)
    watching[0].pool = pool
    for member in (OWNER, SYSTEM_ADMIN):
        browser = world.nobody(app)
        assert browser.sign_in(member.username, PASSWORD).status == 303
        for page in PAGES:
            assert browser.get(f"{HQ}{page}").status in {200, 303}
        write(browser)
        for page in ("/", "/history/", "/account", "/readyz", f"{HQ}export.csv"):
            assert browser.get(page).status in {200, 303}
        browser.post("/logout")
    assert watching[0].calls > 60
    assert watching[0].holding == []
