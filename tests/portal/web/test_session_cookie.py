"""Two nodes whose clocks differ: sessions, forms and uploads of one are good at the other."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from itsdangerous import TimestampSigner

from tests.support.client import Browser
from tests.support.config_files import apply, content, upload
from tests.support.devices import read_device
from tests.support.population import HQ
from tests.support.sessions import read_cookie
from tests.support.world import OWNER, PASSWORD, World

Visit = Callable[[Browser, int], Browser]


@pytest.fixture
def visit(world: World, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """Move a browser to the node whose clock is that many minutes fast, also where the clock of the system is asked."""
    nodes: dict[int, Flask] = {}
    signing_time = TimestampSigner.get_timestamp

    def move(browser: Browser, minutes: int) -> Browser:
        shift = timedelta(minutes=minutes)
        if minutes not in nodes:
            nodes[minutes] = world.another_portal(now=lambda: world.clock() + shift)
        monkeypatch.setattr(
            TimestampSigner, "get_timestamp", lambda signer: signing_time(signer) + int(shift.total_seconds())
        )
        browser.app = browser.client.application = nodes[minutes]
        return browser

    return move


@pytest.mark.parametrize("minutes", [5, -5])
def test_session_is_good_at_node_with_other_clock(world: World, visit: Visit, minutes: int) -> None:
    browser = visit(world.nobody(), minutes)
    page = browser.get("/login")
    assert visit(browser, -minutes).submit(page, username=OWNER.username, password=PASSWORD).status == 303
    for shift in (minutes, -minutes, minutes):
        assert visit(browser, shift).get("/account").status == 200
        world.clock.advance(minutes=19)
    assert visit(browser, -minutes).post("/logout").location == "/login"
    assert visit(browser, minutes).get("/account").status == 303


@pytest.mark.parametrize("minutes", [5, -5])
def test_form_is_good_at_node_with_other_clock(world: World, visit: Visit, minutes: int) -> None:
    browser = visit(world.browser(OWNER), minutes)
    form = browser.get(f"{HQ}Desk%2001/edit")
    assert visit(browser, -minutes).submit(form, description="from another node").status == 303
    assert read_device(world, "Desk 01")["description"] == "from another node"
    check = upload(visit(browser, minutes), b"a = 5\n")
    apply(visit(browser, -minutes), check)
    assert content(world) == b"a = 5\n"


def test_cookie_is_signed_without_time(world: World) -> None:
    browser = world.browser(OWNER)
    value = read_cookie(browser)
    payload, _, signature = value.lstrip(".").rpartition(".")
    assert "." not in payload
    browser.client.set_cookie("portal", value.replace(signature, signature[::-1]))
    assert browser.get("/account").status == 303
