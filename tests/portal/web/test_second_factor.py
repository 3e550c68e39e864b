"""The second factor: at sign-in, on the account page, and asked for again before what can hurt."""

from collections.abc import Callable, Sequence

import pytest

from app.portal.domain.audit import Action, Actor
from app.portal.domain.jobs import JobState
from tests.support.client import HTMX, Browser, Page
from tests.support.config_files import FILES, TEXT, VERSIONS, apply, content, post_file, source, upload, versions
from tests.support.jobs import add_job
from tests.support.metrics import count_of
from tests.support.population import HQ
from tests.support.second_factor import SECOND_FACTOR, Authenticator, enter_password, read_secret, scan, set_up
from tests.support.world import COLLEAGUE, OWNER, PASSWORD, SUPPORT, SYSTEM_ADMIN, World

REMOVE_OF_OTHERS = "/staff/second-factor/remove"
CODE, CONFIRM, REMOVE = "/login/code", "/account/confirm", f"{SECOND_FACTOR}/remove"
DELETE = f"{HQ}Desk%2002/delete"


@pytest.fixture
def app_of_owner(world: World) -> Authenticator:
    return set_up(world, world.browser(OWNER))


def outcomes(world: World, action: Action) -> list[tuple[str, list[str]]]:
    return [(change.username, results) for change, results in world.entries() if change.action == action]


def test_account_with_factor_signs_in_with_a_code(world: World) -> None:
    app = set_up(world, world.browser(OWNER))
    browser = world.nobody()
    page = enter_password(browser, OWNER, f"/login?next={HQ}")
    assert page.h1 == "Enter code"
    assert browser.get("/account").location == "/login?next=/account"  # nobody is signed in yet
    done = browser.submit(page, code=app.next_code())
    assert done.location == HQ
    assert browser.get(HQ).status == 200
    assert outcomes(world, Action.FACTOR_ADD) == [(OWNER.username, ["applied"])]


@pytest.mark.both_databases
def test_code_works_once_over_all_nodes(world: World) -> None:
    app = set_up(world, world.browser(OWNER))
    browsers = [world.nobody(), world.nobody(world.another_portal())]
    pages = [enter_password(browser, OWNER) for browser in browsers]
    code = app.next_code()
    answers = [browser.submit(page, code=code) for browser, page in zip(browsers, pages, strict=True)]
    assert [answer.status for answer in answers] == [303, 401]
    world.clock.advance(seconds=30)  # the code before is still within the tolerance
    assert browsers[1].submit(pages[1], code=code).status == 401
    assert outcomes(world, Action.FACTOR_USE) == [(OWNER.username, ["refused"])] * 2


def test_clock_of_phone_may_be_off_by_a_step(world: World, app_of_owner: Authenticator) -> None:
    statuses = []
    for off in (-60, -30, 0, 30, 60):
        world.clock.advance(minutes=5)
        browser, app_of_owner.off = world.nobody(), off
        typed = f" {app_of_owner.code()[:3]} {app_of_owner.code()[3:]} "
        statuses.append(browser.submit(enter_password(browser, OWNER), code=typed).status)
    assert statuses == [401, 303, 303, 303, 401]


@pytest.mark.both_databases
def test_recovery_code_signs_in_once(world: World) -> None:
    app = set_up(world, world.browser(OWNER))
    assert len(set(app.recovery_codes)) == 10
    for status in (303, 401):
        browser = world.nobody()
        page = enter_password(browser, OWNER)
        assert browser.submit(page, code=app.recovery_codes[3].upper().replace("-", " ")).status == status
    assert outcomes(world, Action.RECOVERY_USE) == [(OWNER.username, ["applied"])]
    assert "Recovery codes left 9" in world_page(world, app)


def world_page(world: World, app: Authenticator) -> str:
    browser = world.nobody()
    browser.submit(enter_password(browser, OWNER), code=app.next_code())
    return browser.get(SECOND_FACTOR).words


def test_sixth_wrong_code_locks_the_account(world: World, app_of_owner: Authenticator) -> None:
    browser = world.nobody()
    page = enter_password(browser, OWNER)
    names = ("wrong", "locked")
    before = [count_of("portal_sign_in_attempts_total", kind="code", outcome=name) for name in names]
    answers = [browser.submit(page, code=code) for code in ["000000"] * 4 + ["not-a-code", app_of_owner.next_code()]]
    after = [count_of("portal_sign_in_attempts_total", kind="code", outcome=name) for name in names]
    assert [now - then for now, then in zip(after, before, strict=True)] == [5, 1]
    assert {answer.status for answer in answers} == {401}
    assert len({answer.words for answer in answers}) == 1
    assert world.nobody().sign_in(OWNER.username, PASSWORD).status == 401
    world.clock.advance(minutes=5, seconds=1)
    assert browser.submit(page, code=app_of_owner.code()).status == 303


def test_password_step_tells_nothing_of_factors(world: World, app_of_owner: Authenticator) -> None:
    answers, costs = [], []
    for member in (OWNER, COLLEAGUE):
        before = world.hasher.count
        answers.append(world.nobody().sign_in(member.username, "wrong").words)
        costs.append(world.hasher.count - before)
    assert answers[0] == answers[1]
    assert costs[0] == costs[1]


@pytest.mark.usefixtures("app_of_owner")
def test_sign_in_waits_ten_minutes_for_a_code(world: World) -> None:
    browser = world.nobody()
    enter_password(browser, OWNER)
    world.clock.advance(minutes=10, seconds=1)
    assert browser.get(CODE).location == "/login"


def test_spelling_of_user_name_does_not_avoid_the_code(world: World, app_of_owner: Authenticator) -> None:
    account = world.held_by().second_factors.find("reference-api.invalid owner@acme.example")
    assert account
    assert account.secret == app_of_owner.secret
    assert app_of_owner.secret.encode() not in world.database_bytes()
    assert not [code for code in app_of_owner.recovery_codes if code.encode() in world.database_bytes()]


def test_role_that_requires_factor_sets_it_up_at_sign_in(world: World) -> None:
    node = world.another_portal(second_factor=frozenset({"group"}))
    browser = world.nobody(node)
    page = enter_password(browser, OWNER, f"/login?next={HQ}")
    assert page.h1 == "Set up second factor"
    assert "this portal only" in page.words
    assert read_secret(browser.get(CODE)) == read_secret(page)  # which was scanned perhaps
    assert browser.submit(page, code="000000").status == 422
    app, done = scan(world, browser, page)
    assert done.h1 == "Save recovery codes"
    assert browser.get(f"/login?next={HQ}").location == HQ
    assert world.browser(SUPPORT, node).get("/").status == 200  # not required of this role
    assert browser.post(REMOVE, code=app.next_code()).status == 303
    assert browser.get(HQ).location == f"/login?next={HQ}"


def test_session_from_before_the_setting_signs_in_again(world: World) -> None:
    node = world.another_portal(second_factor=frozenset({"group"}))
    browser = world.browser(OWNER)
    browser.client.application = browser.app = node
    assert browser.get(HQ).location == f"/login?next={HQ}"


def test_removing_and_new_codes_need_a_code(world: World) -> None:
    owner = world.browser(OWNER)
    app = set_up(world, owner)
    page = owner.get(SECOND_FACTOR)
    for url in (REMOVE, f"{SECOND_FACTOR}/recovery-codes"):
        assert owner.post(url, code="000000").status == 422
    renewed = owner.submit(page, code=app.next_code())
    assert renewed.h1 == "Save recovery codes"
    assert app.recovery_codes[0] not in renewed.words
    assert owner.post(REMOVE, code=app.recovery_codes[0]).status == 422
    assert owner.post(REMOVE, code=app.next_code()).location == "/account"
    assert world.nobody().sign_in(OWNER.username, PASSWORD).location == "/"
    page = world.browser(SYSTEM_ADMIN).get("/history/")
    for words in ("Second factor set up", "Wrong code entered", "Recovery codes replaced", "Second factor removed"):
        assert words in page.words


def with_code(browser: Browser, asked: Page, app: Authenticator) -> Page:
    """Enter a code where it was asked for, and return the page that it leads to."""
    assert (asked.location or "").startswith(f"{CONFIRM}?"), asked.words
    page = browser.get(asked.location or "")
    assert "Enter code to continue" in page.words
    done = browser.submit(page, code=app.next_code())
    assert done.location, done.words
    return browser.get(done.location)


def test_deletion_asks_again_after_ten_minutes(world: World) -> None:
    owner = world.browser(OWNER)
    app = set_up(world, owner)
    question = owner.get(DELETE)
    assert question.h1 == "Delete Desk 02?"
    world.clock.advance(minutes=10)
    assert owner.get(DELETE, headers=HTMX).headers["HX-Redirect"].startswith(CONFIRM)
    again = with_code(owner, owner.submit(question, note="Broken"), app)
    assert "Not deleted: a code was needed." in again.words
    assert again.form().fields["note"] == "Broken"
    assert owner.submit(again).status == 303
    assert [change.action for change, _ in world.changes()] == [Action.DELETE]


def test_job_starts_after_a_code_as_it_was_typed(world: World) -> None:
    owner = world.browser(OWNER)
    app = set_up(world, owner)
    job_id = add_job(world, "Reception", state=JobState.DRAFT, checked_at=world.clock.now)
    world.clock.advance(minutes=10)
    asked = owner.post(f"/jobs/{job_id}/start", canary="2", pace="7", pause_after="1", note="At night")
    page = with_code(owner, asked, app)
    assert 'value="7"' in page.text
    assert 'value="At night"' in page.text
    assert owner.get(f"/jobs/{job_id}/start").location == f"/jobs/{job_id}/"


def test_config_file_is_sent_after_a_code(world: World) -> None:
    """However it was put in: by an upload, by going back to a version, or to the type's template."""
    owner = world.browser(OWNER)
    app = set_up(world, owner)
    template = content(world)
    apply(owner, upload(owner, TEXT))
    ways: Sequence[tuple[Callable[[], Page], bytes]] = (
        (lambda: post_file(owner, b"new"), b"new"),
        (lambda: owner.post(f"{FILES}back", version="2"), TEXT),
        (lambda: owner.post(f"{FILES}back", version="default"), template),
    )
    for put_in, expected in ways:
        world.clock.advance(minutes=10)
        before = content(world), versions(world)
        address = put_in().location or ""
        assert (owner.post(address, seen="").location or "").startswith(f"{CONFIRM}?next=")
        assert (content(world), versions(world)) == before
        page = with_code(owner, owner.get(address), app)
        assert page.url == address
        assert apply(owner, page).location == VERSIONS
        assert content(world) == expected
    assert source(world) == "Default"


def test_config_file_asks_for_nothing_without_setting(world: World) -> None:
    owner = world.browser(OWNER, world.another_portal(step_up=frozenset({"delete", "bulk", "staff"})))
    set_up(world, owner)
    world.clock.advance(minutes=10)
    assert apply(owner, upload(owner, TEXT)).location == VERSIONS
    assert content(world) == TEXT


def test_staff_page_asks_again_and_command_removes_a_factor(world: World) -> None:
    admin = world.browser(SYSTEM_ADMIN)
    app = set_up(world, admin)
    world.clock.advance(minutes=10)
    page = admin.get("/staff")
    back = with_code(admin, admin.submit(page, "/staff/support", username="new@provider.example"), app)
    assert 'value="new@provider.example"' in back.text
    assert admin.submit(back, "/staff/support").status == 303
    run = world.portal.test_cli_runner().invoke
    assert SYSTEM_ADMIN.username in run(args=["second-factor", "list"]).output
    assert "removed from ADMIN" in run(args=["second-factor", "remove", SYSTEM_ADMIN.username.upper()]).output
    assert "has no second factor" in run(args=["second-factor", "remove", SYSTEM_ADMIN.username]).output
    admin = world.browser(SYSTEM_ADMIN)
    set_up(world, world.browser(OWNER))
    assert admin.submit(admin.get("/staff"), REMOVE_OF_OTHERS).status == 422
    done = admin.submit(admin.get("/staff"), REMOVE_OF_OTHERS, owner=OWNER.username)
    assert f"Second factor of {OWNER.username} removed." in admin.get(done.location or "").words
    assert world.nobody().sign_in(OWNER.username, PASSWORD).location == "/"
    removals = [(SYSTEM_ADMIN.username, ["applied"]), ("command line", ["applied"])]
    assert sorted(outcomes(world, Action.FACTOR_REMOVE)) == removals


def test_acts_that_no_setting_names_ask_for_nothing(world: World) -> None:
    node = world.another_portal(step_up=frozenset({"bulk"}))
    owner = world.browser(OWNER, node)
    set_up(world, owner)
    world.clock.advance(minutes=10)
    assert owner.get(DELETE).h1 == "Delete Desk 02?"


def test_other_spelling_of_a_name_gives_no_more_tries(world: World, app_of_owner: Authenticator) -> None:
    """The platform may know an account by several names."""
    account = "reference-api.invalid owner@acme.example"

    def is_right(name: str, code: str) -> bool:
        actor = Actor(username=name, role="", address=f"192.0.2.{len(name)}", request_id="")
        return world.held_by().second_factors.is_right(account, code, actor)

    for name in ("owner", "owner@acme", "Owner@ACME.example", "owner@acme.example.", "o"):
        assert not is_right(name, "000000")
    assert not is_right("another", app_of_owner.next_code())
    assert world.nobody().sign_in(OWNER.username, PASSWORD).status == 401
    world.clock.advance(minutes=5)
    assert is_right("another", app_of_owner.code())


def test_code_sent_after_the_session_ended_is_not_kept(world: World) -> None:
    owner = world.browser(OWNER)
    for url in (CONFIRM, SECOND_FACTOR):
        owner.token()
        world.clock.advance(minutes=31)
        answer = owner.post(url, code="abcd-efgh-ijkl-mnop", other="kept")
        assert (answer.location or "").startswith(f"/login?next={url}?draft")
        owner = world.browser(OWNER)
    drafts = world.contents()["portal_kept_forms"]
    assert [[name for name, _ in row.fields] for row in drafts] == [["other"], ["other"]]
