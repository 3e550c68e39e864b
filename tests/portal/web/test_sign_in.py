"""Signing in, and being kept from guessing."""

import json
import re
from io import BytesIO
from typing import Any

import pytest
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPResponse

from app import password_hashing
from tests.support.client import Browser, Page
from tests.support.population import HQ
from tests.support.sessions import read_cookie, read_session_token
from tests.support.world import (
    CAST,
    COLLEAGUE,
    NEWCOMER,
    OWNER,
    PASSWORD,
    STRANGER,
    SUPPORT,
    SYSTEM_ADMIN,
    Member,
    World,
)


def refused(browser: Browser, username: str = OWNER.username, typed: str = "wrong") -> Page:
    answer = browser.sign_in(username, typed)
    assert answer.status == 401
    return answer


def blanked(page: Page, username: str) -> str:
    return re.sub(r'value="[^"]{60,}"', "", page.text).replace(username, "")


@pytest.mark.parametrize("member", CAST, ids=lambda member: member.username)
def test_each_account_signs_in_and_lands_on_a_page(world: World, member: Member) -> None:
    browser = world.browser(member)
    answer = browser.get("/")
    while answer.location:
        answer = browser.get(answer.location)
    assert answer.status in {200, 403}
    assert member.username in answer.words


@pytest.mark.both_databases
def test_account_is_locked_after_five_attempts(world: World) -> None:
    for guess in range(5):
        refused(world.nobody(address=f"192.0.2.{guess}"))
    before = world.hasher.count
    refused(world.nobody(address="192.0.2.99"), typed=PASSWORD)
    assert world.hasher.count == before + 1
    world.clock.advance(minutes=5, seconds=1)
    assert world.nobody().sign_in(OWNER.username, PASSWORD).status == 303


class Counting(HTTPAdapter):
    """Knows how often the backend was asked."""

    def __init__(self, behind: BaseAdapter) -> None:
        super().__init__()
        self._behind = behind
        self.count = 0

    def send(self, request: PreparedRequest, *_args: object, **_kwargs: object) -> Response:
        self.count += 1
        return self._behind.send(request)


def test_lockout_ignores_case_of_the_name(world: World) -> None:
    browser = world.nobody()
    for name in (
        "owner@acme.example",
        "OWNER@acme.example",
        "Owner@acme.example",
        "owner@ACME.example",
        " OWNER@acme.EXAMPLE",
    ):
        assert browser.sign_in(name, "wrong").status == 401
    assert browser.sign_in(OWNER.username, PASSWORD).status == 401


def test_spaces_around_user_name_are_ignored(world: World) -> None:
    browser = world.nobody()
    assert browser.sign_in(f" {SUPPORT.username} ", PASSWORD).status == 303
    assert "Support" in browser.get("/account").words
    assert browser.get(f"{HQ}new").status == 403


def test_locked_account_is_not_even_asked_of_the_backend(world: World) -> None:
    wires: list[Counting] = []

    def wire(behind: BaseAdapter) -> BaseAdapter:
        wires.append(Counting(behind))
        return wires[0]

    app = world.another_portal(wire)
    for _ in range(8):
        refused(world.nobody(app), "nobody@acme.example")
    assert wires[0].count == 5


def test_address_is_locked_after_twenty_attempts(world: World) -> None:
    for guess in range(20):
        refused(world.nobody(), f"somebody{guess}@acme.example")
    refused(world.nobody(), OWNER.username, PASSWORD)
    assert world.nobody(address="192.0.2.2").sign_in(OWNER.username, PASSWORD).status == 303
    world.clock.advance(minutes=4, seconds=59)
    refused(world.nobody(), OWNER.username, PASSWORD)
    world.clock.advance(seconds=1)
    assert world.nobody().sign_in(OWNER.username, PASSWORD).status == 303


def test_right_passwords_do_not_count_against_anybody(world: World) -> None:
    for _ in range(25):
        assert world.nobody().sign_in(OWNER.username, PASSWORD).status == 303


def test_unknown_wrong_and_locked_look_the_same(world: World) -> None:
    seen, costs = set(), set()
    for username in ["nobody@acme.example", *[OWNER.username] * 7]:
        browser, before = world.nobody(), world.hasher.count
        seen.add(blanked(refused(browser, username), username))
        costs.add(world.hasher.count - before)
    assert len(seen) == 1
    assert costs == {1}


def test_waiting_for_hash_ends_with_429(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(password_hashing, "MAX_WAIT", 0.01)
    answers = set()
    for attempt in range(7):
        if attempt == 5:
            with password_hashing._slots:  # one slot is enough for whoever signs in alone
                refused(world.nobody())
        browser = world.nobody(address=f"192.0.2.{attempt}")
        with password_hashing._slots, password_hashing._slots:
            page = browser.sign_in(OWNER.username, "wrong")
        assert page.status == 429
        assert "Too many people are signing in at the moment" in page.words
        assert f'value="{OWNER.username}"' in page.text
        answers.add(blanked(page, OWNER.username))
        refused(world.nobody(address=f"192.0.2.{attempt}"))
    assert len(answers) == 1  # the account is locked by now, and looks the same


def test_unchecked_password_is_no_attempt(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(password_hashing, "MAX_WAIT", 0.01)
    with password_hashing._slots, password_hashing._slots:
        for _ in range(6):
            assert world.nobody().sign_in(OWNER.username, PASSWORD).status == 429
    assert world.nobody().sign_in(OWNER.username, PASSWORD).status == 303


def test_backend_lockout_looks_like_wrong_password(world: World) -> None:
    wrong = blanked(refused(world.nobody()), OWNER.username)
    client = world.api.test_client()
    for _ in range(4):
        client.post("/api/v1/login/", json={"username": OWNER.username, "password": "wrong"})
    before = world.hasher.count
    assert blanked(refused(world.nobody(), typed=PASSWORD), OWNER.username) == wrong
    assert world.hasher.count == before + 1


def test_each_sign_in_starts_a_session_of_its_own(world: World) -> None:
    browser = world.nobody()
    browser.get("/login")
    anonymous = read_cookie(browser)
    browser.sign_in(OWNER.username, PASSWORD)
    first = read_cookie(browser)
    browser.post("/logout")
    browser.sign_in(OWNER.username, PASSWORD)
    tokens = [read_session_token(world.portal, value) for value in (anonymous, first, read_cookie(browser))]
    assert tokens[0] == ""
    assert tokens[1] != tokens[2]


def test_planted_cookie_opens_no_session(world: World) -> None:
    victim, attacker = world.nobody(), world.nobody()
    attacker.get("/login")
    victim.client.set_cookie("portal", read_cookie(attacker))
    assert victim.sign_in(OWNER.username, PASSWORD).status == 303
    assert attacker.get("/account").location == "/login?next=/account"


def test_signing_in_over_an_old_session_ends_that_one(world: World) -> None:
    browser, thief = world.browser(OWNER), world.nobody()
    thief.client.set_cookie("portal", read_cookie(browser))
    world.clock.advance(minutes=31)
    browser.sign_in(OWNER.username, PASSWORD)
    world.clock.advance(minutes=-31)
    assert thief.get("/account").status == 303


def test_somebody_signed_in_is_not_asked_again(world: World) -> None:
    assert world.browser(OWNER).get("/login").location == "/"


def test_empty_form_is_no_try(world: World) -> None:
    for _ in range(6):
        assert world.nobody().sign_in("", "").status == 422
        assert world.nobody().sign_in(OWNER.username, "").status == 422
    assert world.nobody().sign_in(OWNER.username, PASSWORD).status == 303


def test_who_must_change_the_password_is_told_on_every_page(world: World) -> None:
    newcomer, owner = world.browser(NEWCOMER), world.browser(OWNER)
    for url in ("/account", "/tenants/acme/groups/headquarters/devices/"):
        assert "Change your password. The platform requires a new one" in newcomer.get(url).words
        assert "Change your password. The platform requires a new one" not in owner.get(url).words


def test_support_role_counts_from_the_next_request(world: World) -> None:
    new = "/tenants/acme/groups/headquarters/devices/new"
    browser, support = world.browser(SYSTEM_ADMIN), world.held_by().support_accounts
    assert browser.get(new).status == 200
    support.add(SYSTEM_ADMIN.username, "a test", world.clock())
    assert browser.get(new).status == 403
    support.remove(SYSTEM_ADMIN.username)
    assert browser.get(new).status == 200


def test_support_role_does_not_raise_a_group_admin(world: World) -> None:
    world.held_by().support_accounts.add(OWNER.username, "a test", world.clock())
    assert "Group admin" in world.browser(OWNER).get("/account").words


def test_support_is_called_support(world: World) -> None:
    assert "Support" in world.browser(SUPPORT).get("/account").words


def test_unsendable_user_name_is_a_wrong_one(world: World) -> None:
    nobody = world.nobody()
    assert nobody.sign_in("group\x00@acme.example", PASSWORD).status == 401


class Answering(HTTPAdapter):
    """A backend that says of whoever signs in what it is told to, and has nothing else to say."""

    def __init__(self, ids: Any, level: int) -> None:
        super().__init__()
        self._body = json.dumps({"ids": ids, "profile": {"user_level": level}}).encode()

    def send(self, request: PreparedRequest, *_args: object, **_kwargs: object) -> Response:
        raw = HTTPResponse(BytesIO(self._body), status=200, preload_content=False)
        return self.build_response(request, raw)


@pytest.mark.parametrize(
    ("ids", "level"),
    [
        ({}, 8),
        ({"tenant_id": "acme"}, 8),
        ({"tenant_id": "acme", "group_id": ""}, 8),
        ({"group_id": "headquarters"}, 8),
        ({"tenant_id": None, "group_id": "headquarters"}, 12),
        ({}, 12),
        ({"tenant_id": ""}, 14),
    ],
)
def test_account_that_nothing_bounds_may_do_nothing(world: World, ids: Any, level: int) -> None:
    world.browser(STRANGER)  # what the history of everything would show
    browser = world.browser(OWNER, world.another_portal(lambda _: Answering(ids, level)))
    for url in ("/", "/history/", "/history/export.csv", "/tenants/acme/history/", "/tenants/acme/"):
        page = browser.get(url)
        assert page.status == 403, url
        assert STRANGER.username not in page.text


def test_other_credentials_are_not_dropped_in_silence(world: World) -> None:
    owner = world.browser(OWNER)
    sent = owner.post("/login", username=COLLEAGUE.username, password=PASSWORD, next=HQ)
    assert owner.get(sent.location or "").h1 == "You are already signed in"
    sent = owner.post("/login", username=OWNER.username, password=PASSWORD, next=HQ)
    assert owner.get(sent.location or "").location == HQ
