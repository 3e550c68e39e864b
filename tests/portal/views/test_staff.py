"""Who is support, and who is signed in: what system admins see and decide at /staff."""

from urllib.parse import quote

import pytest
from requests import PreparedRequest, ReadTimeout, Response
from requests.adapters import BaseAdapter, HTTPAdapter
from sqlalchemy import delete, insert, update

from app.portal.store.tables import SessionRow
from app.reference_api.tables import UserAccount
from tests.support.client import HTMX, Browser
from tests.support.html import text
from tests.support.population import HQ
from tests.support.world import COLLEAGUE, OWNER, PASSWORD, SUPPORT, SYSTEM_ADMIN, TENANT_ADMIN, Member, World

ANOTHER = Member("second@provider.example", 16)


@pytest.fixture
def another(world: World) -> Browser:
    """Signed in with a second account of the provider."""
    with world.api_engine.begin() as db:
        hash_of = db.scalar(UserAccount.__table__.select().with_only_columns(UserAccount.password_hash).limit(1))
        db.execute(insert(UserAccount).values(username=ANOTHER.username, password_hash=hash_of, level=16))
    return world.browser(ANOTHER)


def may_add(browser: Browser) -> bool:
    return browser.get(f"{HQ}new").status == 200


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/account").status == 200


def test_support_role_takes_effect_at_the_next_page(world: World, another: Browser) -> None:
    admin = world.browser(SYSTEM_ADMIN)
    assert may_add(another)
    page = admin.get("/staff")
    assert page.h1 == "Support staff"
    assert admin.submit(page, "/staff/support", username=f" {ANOTHER.username} ").location == "/staff"
    page = admin.get("/staff")
    assert f"Support role given to {ANOTHER.username}." in page.words
    assert f"{ANOTHER.username} 2 Mar 2026, 09:30:00 UTC {SYSTEM_ADMIN.username} Remove support role" in page.words
    assert not may_add(another)
    assert another.get("/staff").status == 403
    admin.post("/staff/support", username=ANOTHER.username)
    assert f"{ANOTHER.username} already has the support role" in admin.get("/staff").words
    admin.post("/staff/support/end", username=ANOTHER.username)
    assert f"Support role removed from {ANOTHER.username}" in admin.get("/staff").words
    assert may_add(another)
    admin.post("/staff/support/end", username=ANOTHER.username)
    assert "This account does not have the support role" in admin.get("/staff").words


def test_another_spelling_of_the_name_is_support_too(world: World, another: Browser) -> None:
    admin = world.browser(SYSTEM_ADMIN)
    admin.post("/staff/support", username=ANOTHER.username.upper())
    assert not may_add(another)
    admin.post("/staff/support", username=ANOTHER.username)
    assert f"{ANOTHER.username} already has the support role" in admin.get("/staff").words
    assert world.held_by().support_accounts.remove(ANOTHER.username)
    assert may_add(another)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter the user name of the account."),
        ("  ", "Enter the user name of the account."),
        ("x" * 162, "Must be at most 161 characters."),
        ("one\x7ftwo", "Must be one line of text. Character 4 is a control character (U+007F)"),
        (SYSTEM_ADMIN.username.upper(), "You cannot give the support role to your own account."),
    ],
)
def test_bad_account_name_is_refused_and_stays_typed(world: World, typed: str, words: str) -> None:
    admin = world.browser(SYSTEM_ADMIN)
    named = len(world.held_by().support_accounts.all())
    page = admin.submit(admin.get("/staff"), "/staff/support", username=typed)
    assert page.status == 422
    assert words in page.words
    if typed.isprintable():
        assert page.form("/staff/support").fields["username"] == typed.strip()
    assert len(world.held_by().support_accounts.all()) == named


def test_refused_form_has_the_focus_and_is_unsaved(world: World) -> None:
    admin = world.browser(SYSTEM_ADMIN)
    for url, field in (("/staff/support", "username"), ("/staff/second-factor/remove", "owner")):
        page = admin.post(url)
        assert page.status == 422
        assert [element.get("name") for element in page.document.iter() if "autofocus" in element.attrib] == [field]
        unsaved = [form.get("action") for form in page.document.iter("form") if "data-unsaved" in form.attrib]
        assert unsaved == [url]
    page = admin.get("/staff")
    assert not [element for element in page.document.iter() if {"autofocus", "data-unsaved"} & element.attrib.keys()]


def test_sessions_are_listed_and_filtered_by_account(world: World) -> None:
    world.browser(OWNER, address="198.51.100.7", agent="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko Firefox/140.0")
    gone = world.browser(COLLEAGUE)
    world.clock.advance(minutes=29)
    admin = world.browser(SYSTEM_ADMIN)
    page = admin.get("/staff")
    assert f"{OWNER.username} Group admin Firefox 140 on Linux 198.51.100.7" in page.words
    assert f"{SYSTEM_ADMIN.username} This session System admin" in page.words
    assert "3 sessions" in page.words
    assert COLLEAGUE.username not in admin.get("/staff?q=OWNER@").words
    for wild in ("%25", "own_r"):
        assert "No active session matches" in admin.get(f"/staff?q={wild}").words
    fragment = admin.get("/staff?q=owner", headers=HTMX)
    assert "1 session" in fragment.words
    assert "Accounts with the support role" not in fragment.words
    world.clock.advance(minutes=2)
    assert COLLEAGUE.username not in admin.get("/staff").words
    assert not is_signed_in(gone)


def test_sessions_beyond_the_page_are_counted(world: World) -> None:
    world.browser(OWNER)
    with world.held_by().engine.begin() as db:
        [row] = db.execute(SessionRow.__table__.select()).mappings()
        many = [{**row, "id": None, "token_hash": f"{n:064}", "username": f"many{n}@acme.example"} for n in range(120)]
        db.execute(insert(SessionRow), [{k: v for k, v in one.items() if k != "id"} for one in many])
    world.clock.advance(minutes=1)
    admin = world.browser(SYSTEM_ADMIN)
    page = admin.get("/staff")
    assert "122 sessions" in page.words
    assert "Showing the 100 sessions seen last" in page.words
    assert "many7@acme.example" in admin.get("/staff?q=many7@").words


def test_admin_ends_one_session_only(world: World) -> None:
    here, there, colleague = world.browser(OWNER), world.browser(OWNER), world.browser(COLLEAGUE)
    admin = world.browser(SYSTEM_ADMIN)
    first = world.held_by().sessions.list_alive(OWNER.username, world.clock())[-1].id
    assert admin.submit(admin.get("/staff"), f"/staff/sessions/{first}/end").location == "/staff"
    assert f"Session of {OWNER.username} ended" in admin.get("/staff").words
    assert [is_signed_in(browser) for browser in (here, there, colleague, admin)] == [False, True, True, True]
    admin.post(f"/staff/sessions/{first}/end")
    assert "This session had already ended" in admin.get("/staff").words
    told = world.browser(TENANT_ADMIN).get("/history/").words
    assert told.count(f"Sessions of another user ended headquarters User name {OWNER.username} Sessions 1") == 1


def test_admin_ends_all_sessions_of_one_account(world: World) -> None:
    mine, colleague = [world.browser(OWNER) for _ in range(2)], world.browser(COLLEAGUE)
    admin = world.browser(SYSTEM_ADMIN)
    page = admin.get("/staff?q=owner")
    assert page.words.count("End all sessions") == admin.get("/staff").words.count("End all sessions") == 1
    assert admin.submit(page, "/staff/sessions/end").location == "/staff?q=owner"
    assert f"2 sessions of {OWNER.username} ended" in admin.get("/staff").words
    assert [is_signed_in(browser) for browser in (*mine, colleague, admin)] == [False, False, True, True]


def test_removal_of_support_role_asks_first(world: World) -> None:
    admin, support = world.browser(SYSTEM_ADMIN), world.browser(SUPPORT)
    page = admin.get("/staff?q=support@provider")
    [link] = [link for link in page.links() if link.startswith("/staff/support/end?")]
    question = admin.get(link)
    assert question.h1 == f"Remove support role from {SUPPORT.username}?"
    assert "becomes a system admin" in question.words
    assert "1 session of this account is open" in question.words
    assert not may_add(support)
    assert admin.submit(question).location == "/staff?q=support@provider"
    assert may_add(support)
    assert admin.get(link).location == "/staff?q=support@provider"


@pytest.mark.parametrize(
    ("username", "words"),
    [(OWNER.username.upper(), "the support role has no effect on it"), ("typo@provider.example", "has not signed in")],
)
def test_doubtful_support_role_warns(world: World, username: str, words: str) -> None:
    world.browser(OWNER)
    admin = world.browser(SYSTEM_ADMIN)
    admin.post("/staff/support", username=username)
    page = admin.get("/staff")
    assert words in page.words
    assert f"Support role given to {username}" in page.words


def test_nobody_ends_the_session_that_asks(world: World) -> None:
    admin, elsewhere = world.browser(SYSTEM_ADMIN), world.browser(SYSTEM_ADMIN)
    mine = world.held_by().sessions.list_alive(SYSTEM_ADMIN.username, world.clock())[-1].id
    admin.post(f"/staff/sessions/{mine}/end")
    assert "Sign out to end it" in admin.get("/staff").words
    admin.post("/staff/sessions/end", username=SYSTEM_ADMIN.username)
    assert [is_signed_in(admin), is_signed_in(elsewhere)] == [True, False]


def test_staff_events_are_shown_within_scope(
    world: World,
) -> None:
    world.browser(OWNER)
    admin, tenant_admin = world.browser(SYSTEM_ADMIN), world.browser(TENANT_ADMIN)
    admin.post("/staff/support", username=ANOTHER.username)
    admin.post("/staff/support/end", username=ANOTHER.username)
    admin.post("/staff/sessions/end", username=OWNER.username)
    told = admin.get("/history/").words
    assert f"Support role given User name {ANOTHER.username}" in told
    assert f"Support role removed User name {ANOTHER.username}" in told
    assert f"Sessions of another user ended acme / headquarters User name {OWNER.username} Sessions 1" in told
    tenants_own = tenant_admin.get("/tenants/acme/history/").words
    assert "Sessions of another user ended" in tenants_own
    assert ANOTHER.username not in tenants_own


def test_signed_out_admin_gives_no_support_role(world: World) -> None:
    admin = world.browser(SYSTEM_ADMIN)
    token = admin.token()
    with world.api_engine.begin() as db:
        db.execute(delete(UserAccount).where(UserAccount.username == SYSTEM_ADMIN.username))
    before = len(world.held_by().support_accounts.all())
    answer = admin.post("/staff/support", username=ANOTHER.username, csrf_token=token)
    assert (answer.location or "").startswith("/login")
    assert len(world.held_by().support_accounts.all()) == before


def test_demoted_admin_finds_staff_page_closed(world: World) -> None:
    admin, owner = world.browser(SYSTEM_ADMIN), world.browser(OWNER)
    session_id = world.held_by().sessions.list_alive(OWNER.username, world.clock())[0].id
    with world.api_engine.begin() as db:
        db.execute(
            update(UserAccount)
            .where(UserAccount.username == SYSTEM_ADMIN.username)
            .values(level=12, tenant_id="globex")
        )
    named = [name.username for name in world.held_by().support_accounts.all()]
    assert admin.get("/staff").status == 403
    assert admin.post("/staff/support", username=ANOTHER.username).status == 403
    assert admin.post("/staff/support/end", username=named[0]).status == 403
    assert admin.post(f"/staff/sessions/{session_id}/end").status == 403
    assert admin.post("/staff/sessions/end", username=OWNER.username).status == 403
    assert [name.username for name in world.held_by().support_accounts.all()] == named
    assert is_signed_in(owner)


def test_sessions_can_be_ended_while_the_platform_is_away(world: World) -> None:
    class Away(HTTPAdapter):
        def __init__(self, behind: BaseAdapter) -> None:
            super().__init__()
            self._behind = behind

        def send(self, request: PreparedRequest, *_args: object, **_kwargs: object) -> Response:
            if request.path_url.endswith("/login/"):
                return self._behind.send(request)
            raise ReadTimeout

    owner = world.browser(OWNER)
    admin = world.browser(SYSTEM_ADMIN, world.another_portal(Away))
    admin.submit(
        admin.get("/staff?q=owner"),
        f"/staff/sessions/{world.held_by().sessions.list_alive(OWNER.username, world.clock())[0].id}/end",
    )
    assert not is_signed_in(owner)


@pytest.mark.parametrize("member", [SUPPORT, TENANT_ADMIN, OWNER], ids=lambda member: member.username)
def test_nobody_else_is_offered_the_page(world: World, member: Member) -> None:
    browser = world.browser(member)
    assert "/staff" not in browser.get("/account").links()
    assert "/staff" in world.browser(SYSTEM_ADMIN).get("/account").links()
    assert "/staff" not in browser.get("/staff").links()
    assert text(browser.get("/staff").document)


def test_names_and_browsers_are_shown_as_text(world: World) -> None:
    hostile = "<script>alert(1)</script>\" onfocus=alert(1) data-hx-get='/leak' {{7*7}}"
    world.browser(OWNER, agent=hostile)
    admin = world.browser(SYSTEM_ADMIN)
    scripts = len(list(admin.get("/staff").document.iter("script")))
    admin.submit(admin.get("/staff"), "/staff/support", username=hostile)
    page = admin.get("/staff")
    assert f"Support role given to {hostile}." in page.words
    assert len(list(page.document.iter("script"))) == scripts
    assert not {"onfocus"} & {key for element in page.document.iter() for key in element.attrib}
    assert hostile in admin.get(f"/staff?q={quote(hostile)}").words


def test_staff_forms_come_back_after_the_session_ended(world: World) -> None:
    admin = world.browser(SYSTEM_ADMIN)
    pages = [admin.get("/staff"), admin.get(f"/staff/support/end?username={SUPPORT.username}")]
    answers = [
        ("/staff/support", "new@provider.example", "Your entries are restored. Nothing was sent."),
        ("/staff/support/end", SUPPORT.username, "Not removed: your session had ended. Remove now?"),
    ]
    world.clock.advance(minutes=31)
    sign_ins = [admin.submit(page, url, username=name) for page, (url, name, _) in zip(pages, answers, strict=True)]
    admin.sign_in(SYSTEM_ADMIN.username, PASSWORD)
    for sign_in, (url, name, words) in zip(sign_ins, answers, strict=True):
        page = admin.get(admin.get(sign_in.location or "").location or "")
        assert words in page.words
        assert page.form(url).fields["username"] == name
    assert [row.username for row in world.held_by().support_accounts.all()] == [SUPPORT.username]
