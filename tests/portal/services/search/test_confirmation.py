"""The index answers a session only as long as the platform lets the session see what it answers."""

from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter
from werkzeug.wrappers import Response as Answer

from app.embedded import WsgiAdapter
from tests.support.client import Browser
from tests.support.index import HEADQUARTERS, listed, recorder
from tests.support.world import OWNER, SUPPORT, SYSTEM_ADMIN, TENANT_ADMIN, Member, World

NEEDLE = "zyxneedle"
LIST = "/access_devices/"


class ChangingBackend(HTTPAdapter):
    """Answers as the backend does until it is told otherwise. `hangs_at`: the end of a path that gets no answer."""

    def __init__(self, backend: BaseAdapter) -> None:
        super().__init__()
        self.status: int | None = None
        self.hangs_at = ""
        self.over = Event()
        self._backend = backend

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        if self.hangs_at and request.path_url.endswith(self.hangs_at):
            self.over.wait(10)
        if self.status is None:
            return self._backend.send(request, *args, **kwargs)
        body = '{"error": "no"}'
        return WsgiAdapter(Answer(body, self.status, content_type="application/json")).send(request)


@pytest.fixture
def backend(world: World) -> Iterator[ChangingBackend]:
    recorder(world).record_list(HEADQUARTERS, [listed(NEEDLE)], age=30)
    app = world.another_portal(ChangingBackend, index_days=30, page_seconds=0.3)
    backend = world.held_by(app).adapter
    assert isinstance(backend, ChangingBackend)
    yield backend
    backend.over.set()


def has_hit(browser: Browser) -> bool:
    return f"/devices/{NEEDLE}/" in browser.get(f"/search?q={NEEDLE}").text


@pytest.mark.parametrize("member", [OWNER, TENANT_ADMIN, SUPPORT, SYSTEM_ADMIN], ids=lambda member: member.username)
@pytest.mark.parametrize("status", [401, 403, 404])
def test_withdrawn_right_ends_the_search(world: World, backend: ChangingBackend, member: Member, status: int) -> None:
    browser = world.browser(member, world.portals[-1])
    assert has_hit(browser)
    backend.status = status
    assert has_hit(browser), "within the time that a confirmation holds"
    world.clock.advance(seconds=61)
    assert not has_hit(browser)
    assert not has_hit(browser), "a refusal is no confirmation either"


@pytest.mark.parametrize("member", [OWNER, TENANT_ADMIN, SYSTEM_ADMIN], ids=lambda member: member.username)
def test_silent_platform_leaves_what_it_confirmed(world: World, backend: ChangingBackend, member: Member) -> None:
    confirmed, new = (world.browser(member, world.portals[-1]) for _ in range(2))
    assert has_hit(confirmed)
    backend.status = 500
    world.clock.advance(seconds=61)
    assert has_hit(confirmed)
    assert not has_hit(new)


def test_platform_that_has_not_answered_yet_confirms_nothing(world: World, backend: ChangingBackend) -> None:
    """The calls that tell at once are refused, and the list takes its time."""
    browser = world.browser(OWNER, world.portals[-1])
    backend.status, backend.hangs_at = 403, LIST
    for _ in range(3):
        assert not has_hit(browser)
