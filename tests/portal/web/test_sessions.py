"""How long a session lives, what its cookie is, and who can end it."""

import pytest

from app.database import reading
from app.portal.store.tables import SessionRow
from tests.support.access_table import NOBODY, TABLE
from tests.support.client import Browser
from tests.support.population import HQ
from tests.support.routes import OWN_GROUP, read_outcome, request_route
from tests.support.sessions import read_cookie, read_session_token
from tests.support.world import COLLEAGUE, OWNER, PASSWORD, World

ASKED_BY_ITSELF = (f"{HQ}Reception/reboot/progress", f"{HQ}Reception/tags/count")


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/account").status == 200


@pytest.mark.both_databases
def test_session_is_dead_after_sign_out_at_every_address(world: World) -> None:
    browser, thief = world.browser(OWNER), world.nobody()
    thief.client.set_cookie("portal", read_cookie(browser))
    assert is_signed_in(thief)
    assert browser.post("/logout").location == "/login"
    open_to_all = {rule for rule, row in TABLE.items() if NOBODY in row.may}
    for rule in world.portal.url_map.iter_rules():
        if rule.rule not in open_to_all:
            for method in {"GET", "POST"} & (rule.methods or set()):
                assert read_outcome(request_route(thief, rule, method, OWN_GROUP)) == (303, True), (
                    f"{method} {rule.rule}"
                )


def test_signing_out_ends_the_session_at_the_backend_too(world: World) -> None:
    browser = world.browser(OWNER)
    browser.post("/logout")
    assert world.contents()["api_sessions"] == []


@pytest.mark.both_databases
def test_thirty_idle_minutes_end_a_session(world: World) -> None:
    browser = world.browser(OWNER)
    world.clock.advance(minutes=29)
    assert is_signed_in(browser)
    world.clock.advance(minutes=29)
    assert is_signed_in(browser)
    world.clock.advance(minutes=30)
    assert not is_signed_in(browser)


def test_work_extends_a_session_of_one_idle_minute(world: World) -> None:
    browser = world.browser(OWNER, world.another_portal(idle_minutes=1))
    for _ in range(3):
        world.clock.advance(seconds=50)
        assert is_signed_in(browser)
    world.clock.advance(seconds=60)
    assert not is_signed_in(browser)


@pytest.mark.parametrize("url", ASKED_BY_ITSELF)
def test_polling_does_not_extend_the_session(world: World, url: str) -> None:
    browser = world.browser(OWNER)
    browser.post(f"{HQ}Reception/reboot")
    for _ in range(2):
        world.clock.advance(minutes=14)
        assert browser.get(url).status == 200
    world.clock.advance(minutes=3)
    assert browser.get(url).status == 303


@pytest.mark.both_databases
def test_twelve_hours_end_a_session_however_active(world: World) -> None:
    browser = world.browser(OWNER)
    for _ in range(12 * 3 - 1):
        world.clock.advance(minutes=20)
        assert is_signed_in(browser)
    world.clock.advance(minutes=20)
    assert not is_signed_in(browser)


def test_old_session_is_dropped_with_its_cookies(world: World) -> None:
    world.browser(OWNER)
    world.clock.advance(days=29)
    world.browser(OWNER)
    assert len(world.contents()["portal_sessions"]) == 2
    world.clock.advance(days=2)
    world.browser(COLLEAGUE)
    assert [row.username for row in world.contents()["portal_sessions"]] == [OWNER.username, COLLEAGUE.username]


def test_being_seen_is_written_once_a_minute_at_most(world: World) -> None:
    browser = world.browser(OWNER)
    seen = []
    for _ in range(6):
        world.clock.advance(seconds=25)
        browser.get("/account")
        with reading(world.held_by().engine) as db:
            seen.append(db.query(SessionRow.seen_at).scalar())
    assert len(set(seen)) == 3


def test_my_sessions_are_listed_and_one_can_be_ended(world: World) -> None:
    here = world.browser(OWNER, agent="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    there = world.browser(OWNER, address="198.51.100.7")
    world.browser(COLLEAGUE, address="203.0.113.9")
    page = here.get("/account")
    assert "Firefox 140 on Linux" in page.words
    assert "198.51.100.7" in page.words
    assert "203.0.113.9" not in page.words
    [action] = [form.action for form in page.forms if form.action.endswith("/end")]
    assert here.submit(page, action).location == "/account"
    assert not is_signed_in(there)
    page = here.get("/account")
    assert "Session ended" in page.words
    assert "198.51.100.7" not in page.words


def test_all_my_other_sessions_can_be_ended_at_once(world: World) -> None:
    here, *others = [world.browser(OWNER) for _ in range(3)]
    colleague = world.browser(COLLEAGUE)
    here.submit(here.get("/account"), "/account/sessions/end-others")
    assert [is_signed_in(browser) for browser in (here, colleague, *others)] == [True, True, False, False]


def test_session_of_another_person_cannot_be_ended(world: World) -> None:
    owner, colleague = world.browser(OWNER), world.browser(COLLEAGUE)
    with reading(world.held_by().engine) as db:
        ids = [row.id for row in db.query(SessionRow).filter_by(username=COLLEAGUE.username)]
    for session_id in ids:
        owner.post(f"/account/sessions/{session_id}/end")
    assert is_signed_in(colleague)


@pytest.mark.parametrize("https", [False, True], ids=["http", "https"])
def test_cookie_is_for_this_site_and_no_script(world: World, https: bool) -> None:
    app = world.another_portal(public_url="https://localhost" if https else "")
    browser = world.nobody(app, scheme="https" if https else "http")
    answer = browser.sign_in(OWNER.username, PASSWORD)
    [line] = answer.headers.getlist("Set-Cookie")
    name, _, flags = line.partition("=")
    parts = {part.strip() for part in flags.split(";")[1:]}
    assert name == ("__Host-portal" if https else "portal")
    assert parts == {"HttpOnly", "Path=/", "SameSite=Lax"} | ({"Secure"} if https else set())


def test_there_is_no_remember_cookie_and_none_is_believed(world: World) -> None:
    browser = world.browser(OWNER)
    token = read_session_token(world.portal, read_cookie(browser))
    assert browser.client.get_cookie("remember_token") is None
    thief = world.nobody()
    thief.client.set_cookie("remember_token", token)
    assert not is_signed_in(thief)


def test_session_is_not_bound_to_an_address_or_a_browser(world: World) -> None:
    browser, moved = world.browser(OWNER), world.nobody(address="203.0.113.77", agent="Other/1.0")
    moved.client.set_cookie("portal", read_cookie(browser))
    assert is_signed_in(moved)


def test_database_holds_no_secret_in_clear(world: World) -> None:
    browser = world.browser(OWNER)
    token = read_session_token(world.portal, read_cookie(browser))
    row = world.held_by().sessions.find(token)
    assert row is not None
    backend_cookie = (row.backend_cookies or {})["sessionid"]
    files = world.database_bytes()
    assert OWNER.username.encode() in files  # it was looked for in the right place
    for secret in (token, PASSWORD, backend_cookie):
        assert secret.encode() not in files


def test_session_with_lost_key_asks_to_sign_in(world: World) -> None:
    value = read_cookie(world.browser(OWNER))
    rekeyed = world.nobody(world.another_portal(encryption_keys=("another key, unlike the first",)))
    rekeyed.client.set_cookie("portal", value)
    assert rekeyed.get(HQ).location == f"/login?next={HQ}"


@pytest.mark.both_databases
def test_sessions_of_an_account_are_bounded(world: World) -> None:
    app = world.another_portal(sessions_per_account=3)
    browsers = [world.browser(OWNER, app) for _ in range(3)]
    other = world.browser(COLLEAGUE, app)
    world.clock.advance(minutes=2)
    assert is_signed_in(browsers[0])  # which the cap leaves alone: it is in use
    newest = world.browser(OWNER, app)
    assert [is_signed_in(browser) for browser in (*browsers, newest, other)] == [True, False, True, True, True]
    assert "sessions:end" in {change.action for change, _ in world.entries()}


def test_signing_out_clears_what_the_browser_keeps(world: World) -> None:
    answer = world.browser(OWNER).post("/logout")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
