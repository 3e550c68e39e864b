"""Writes come from our own pages only, and reading changes nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.support.client import HTMX
from tests.support.population import HQ
from tests.support.routes import OWN_GROUP, request_route
from tests.support.world import OWNER, SYSTEM_ADMIN, World

CROSS_SITE = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:8000"},
)

CSP_REPORTS = "site.collect_csp_reports"  # browsers send them without a token, and they are only logged
NAMED = {"tenant": "acme", "group": "headquarters", "device": "Desk 02", "file": "%BWMACADDRESS%.cfg"}


def test_write_without_token_does_nothing(world: World) -> None:
    for rule in world.portal.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.endpoint == CSP_REPORTS:
            continue
        browser = world.browser(SYSTEM_ADMIN)
        before = world.contents()
        url = world.portal.url_map.bind("localhost").build(
            rule.endpoint, {name: NAMED.get(name, 1) for name in rule.arguments}
        )
        answer = browser.open(url, "POST", data={"theme": "dark"})
        assert answer.status in {303, 400}, url
        assert untouched(before) == untouched(world.contents()), url
        assert browser.get("/account").status == 200, f"{url} ended the session"
        assert browser.client.get_cookie("theme") is None


def untouched(contents: Mapping[str, list[object]]) -> Mapping[str, list[object]]:
    """Without what the portal may note on the way: a form that is kept for its typist."""
    return {table: rows for table, rows in contents.items() if table != "portal_kept_forms"}


@pytest.mark.parametrize("headers", CROSS_SITE, ids=str)
@pytest.mark.parametrize("has_token", [True, False], ids=["token", "no token"])
def test_cross_site_write_is_refused(world: World, headers: dict[str, str], has_token: bool) -> None:
    owner = world.browser(OWNER)
    data = {"csrf_token": owner.token()} if has_token else {"description": "typed by somebody else"}
    before = world.contents()
    answer = owner.open(f"{HQ}Desk 02/delete", "POST", data=data, headers=headers)
    assert answer.status == 403
    assert answer.h1 == "Request from another site blocked"
    assert world.contents() == before


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://localhost"}], ids=str)
def test_write_of_our_own_or_of_an_old_browser_is_taken(world: World, headers: dict[str, str]) -> None:
    owner = world.browser(OWNER)
    data = {"csrf_token": owner.token()}
    assert owner.open(f"{HQ}Desk 02/delete", "POST", data=data, headers=headers).location == HQ


def test_get_changes_nothing_anywhere(world: World) -> None:
    admin = world.browser(SYSTEM_ADMIN)
    before = lasting_contents(world)
    for rule in world.portal.url_map.iter_rules():
        for method in ("GET", "HEAD", "OPTIONS"):
            if method in (rule.methods or ()):
                request_route(admin, rule, method, OWN_GROUP).close()
    assert lasting_contents(world) == before


def lasting_contents(world: World) -> dict[str, list[Any]]:
    """Return the rows of both databases, but for what is cached."""
    caches = {"portal_device_lists", "portal_list_versions", "portal_confirmations"}
    return {name: rows for name, rows in world.contents().items() if name not in caches}


def test_reading_with_a_dead_session_keeps_no_form(world: World) -> None:
    owner = world.browser(OWNER)
    world.clock.advance(hours=1)
    for method in ("GET", "HEAD", "OPTIONS"):
        assert owner.open(f"{HQ}new", method).status == 303
    assert world.contents()["portal_kept_forms"] == []


def test_stale_form_returns_filled_to_its_user(world: World) -> None:
    owner = world.browser(OWNER)
    form = owner.get(f"{HQ}Desk 02/edit").form().fields
    typed = {**form, "csrf_token": "of an earlier session", "description": "typed in another tab"}
    answer = owner.open(f"{HQ}Desk 02/edit", "POST", data=typed)
    assert answer.status == 303
    page = owner.get(answer.location or "")
    assert page.form().fields["description"] == "typed in another tab"
    assert world.changes() == []


def test_stale_form_without_page_is_explained(world: World) -> None:
    answer = world.browser(OWNER).open("/account/sessions/end-others", "POST", data={"csrf_token": "old"})
    assert (answer.status, answer.h1) == (400, "This form has expired")
    htmx = world.browser(OWNER).open("/account/sessions/end-others", "POST", data={"csrf_token": "old"}, headers=HTMX)
    assert htmx.status == 400


def test_sealed_values_of_one_kind_are_none_of_another(world: World) -> None:
    owner = world.browser(OWNER)
    encrypt = world.held_by().cipher.encrypt
    values: Sequence[object] = (["account", "secret"], {}, [], 7, 1.5, True, None, "", "x", "0" * 40)
    others = [encrypt(value).decode() for value in values]
    board = owner.get(f"{HQ}Reception/lines/").form(f"{HQ}Reception/lines/order")
    for token in (*others, board.fields["opened"]):
        assert owner.open("/account/columns", "POST", data={"csrf_token": token}).status == 400, token
    for opened in (*others, owner.token()):
        assert owner.post(f"{HQ}Reception/lines/order", opened=opened, shown=board.fields["shown"]).status == 400, (
            opened
        )
