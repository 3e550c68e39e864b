"""A session that ends in the middle of work: sign in again, and nothing typed is lost, told or sent."""

from urllib.parse import quote

import pytest

from app.portal.web.access import access_of
from app.portal.web.urls import nearest_page
from tests.support.client import HTMX, Browser, Page
from tests.support.population import HQ
from tests.support.world import COLLEAGUE, OWNER, PASSWORD, TENANT_ADMIN, Member, World

EDIT = f"{HQ}Desk%2002/edit"
TYPED = {"description": "typed for an hour", "serial_number": "S-0815"}


def send_after_the_end(world: World, browser: Browser, url: str = EDIT, **typed: str) -> Page:
    form = browser.get(url)
    world.end_backend_sessions()
    return browser.submit(form, **typed)


def come_back(browser: Browser, answer: Page, member: Member = OWNER) -> Page:
    assert (answer.location or "").startswith("/login?next=")
    back = browser.sign_in(member.username, PASSWORD, at=answer.location or "").location
    assert back is not None
    return browser.get(back)


def test_sign_in_returns_to_the_same_url(world: World) -> None:
    owner = world.browser(OWNER)
    world.end_backend_sessions()
    answer = owner.get(f"{HQ}?q=desk&sort=-mac")
    assert answer.status == 303
    page = come_back(owner, answer)
    assert page.url == f"{HQ}?q=desk&sort=-mac"
    assert page.status == 200


def test_sign_in_page_says_that_the_session_ended(world: World) -> None:
    owner = world.browser(OWNER)
    world.clock.advance(minutes=31)
    assert "Your session ended" in owner.get(owner.get(HQ).location or "").words
    assert "Your session ended" not in world.nobody().get("/login").words


def test_form_comes_back_as_typed_and_was_not_sent(world: World) -> None:
    owner = world.browser(OWNER)
    before = world.tell_api("GET", "tenants/acme/groups/headquarters/access_devices/Desk%2002/", None)
    page = come_back(owner, send_after_the_end(world, owner, **TYPED))
    assert {name: page.form().fields[name] for name in TYPED} == TYPED
    assert "Your entries are restored. Nothing was sent." in page.words
    assert world.tell_api("GET", "tenants/acme/groups/headquarters/access_devices/Desk%2002/", None) == before
    assert world.changes() == []


@pytest.mark.both_databases
def test_form_that_came_back_can_be_sent(world: World) -> None:
    owner = world.browser(OWNER)
    page = come_back(owner, send_after_the_end(world, owner, **TYPED))
    assert owner.submit(page).location is not None
    device = world.tell_api("GET", "tenants/acme/groups/headquarters/access_devices/Desk%2002/", None)
    assert (device["description"], device["serialNumber"]) == (TYPED["description"], TYPED["serial_number"])


@pytest.mark.parametrize("end", ["idle", "backend", "revoked"])
def test_new_device_comes_back_however_the_session_ended(world: World, end: str) -> None:
    owner = world.browser(OWNER)
    form = owner.get(f"{HQ}new?type=Yealink-T46G")
    if end == "idle":
        world.clock.advance(minutes=31)
    elif end == "backend":
        world.end_backend_sessions()
    else:
        world.browser(OWNER).post("/account/sessions/end-others")
    answer = owner.submit(form, device_name="Fresh", mac_address="00:15:65:99:99:99")
    page = come_back(owner, answer)
    assert page.form().fields["device_name"] == "Fresh"
    assert "password" not in page.words, "its type has none"
    assert page.form().fields["device_type"] == "Yealink-T46G"
    assert page.form().fields["mac_address"] == "00:15:65:99:99:99"


def test_draft_holds_no_password(world: World) -> None:
    owner = world.browser(OWNER)
    form = owner.get(f"{HQ}new?type=Generic SIP Phone")
    world.clock.advance(minutes=31)
    typed = {"device_name": "Fresh", "user_name": "me", "password": "hunter2hunter2"}
    page = come_back(owner, owner.submit(form, **typed, use_custom_user_name_password="true"))
    assert page.form().fields["user_name"] == "me"
    assert page.form().fields["password"] == ""
    assert "If you entered a password, enter it again" in page.words
    [kept] = world.contents()["portal_kept_forms"]
    opened = [name for name, _ in kept.fields]
    assert "user_name" in opened
    assert not {"password", "csrf_token"} & set(opened)
    assert "hunter2hunter2" not in page.text


def test_what_was_kept_is_sealed_in_the_database(world: World) -> None:
    owner = world.browser(OWNER)
    send_after_the_end(world, owner, **TYPED)
    assert len(world.contents()["portal_kept_forms"]) == 1
    assert TYPED["description"].encode() not in world.database_bytes()


def test_draft_is_not_shown_to_another_user(world: World) -> None:
    owner = world.browser(OWNER)
    page = come_back(owner, send_after_the_end(world, owner, **TYPED), COLLEAGUE)
    assert page.status == 200
    assert TYPED["description"] not in page.text


def test_form_kept_for_one_page_does_not_fill_another(world: World) -> None:
    owner = world.browser(OWNER)
    page = come_back(owner, send_after_the_end(world, owner, **TYPED))
    other = owner.get(f"{HQ}Desk 03/edit?{page.url.partition('?')[2]}")
    assert other.status == 200
    assert TYPED["description"] not in other.text


def test_kept_form_is_forgotten_after_an_hour(world: World) -> None:
    owner = world.browser(OWNER)
    answer = send_after_the_end(world, owner, **TYPED)
    world.clock.advance(hours=1, seconds=1)
    assert TYPED["description"] not in come_back(owner, answer).text
    send_after_the_end(world, world.browser(COLLEAGUE), **TYPED)
    assert [row.username for row in world.contents()["portal_kept_forms"]] == [COLLEAGUE.username]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_htmx_is_redirected_to_sign_in(world: World, method: str) -> None:
    owner = world.browser(OWNER)
    data = {"csrf_token": owner.token(), **TYPED}
    world.end_backend_sessions()
    answer = owner.open(EDIT, method, data=data if method == "POST" else None, headers=HTMX)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["HX-Redirect"].startswith("/login?next=/tenants/")
    assert "Location" not in answer.headers


def go_on(browser: Browser, answer: Page) -> Page:
    """Follow what leads on, as a browser does."""
    while answer.location:
        answer = browser.get(answer.location)
    return answer


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("/account/sessions/end-others", "/account"),
        ("/account/sessions/7/end", "/account"),
        (f"{HQ}Reception/files/a.cfg/back", f"{HQ}Reception/files/a.cfg/"),
    ],
)
def test_write_without_page_says_it_was_not_done(world: World, url: str, page: str) -> None:
    owner = world.browser(OWNER)
    token = owner.token()
    world.clock.advance(minutes=31)
    answer = owner.open(url, "POST", data={"csrf_token": token})
    assert answer.location == f"/login?next={page}&unsent=1"
    back = come_back(owner, answer)
    assert back.url == page
    if page == "/account":
        assert "Nothing was changed: your session had ended." in back.words


def test_sign_out_of_ended_session_asks_to_sign_in(world: World) -> None:
    owner = world.browser(OWNER)
    token = owner.token()
    world.clock.advance(minutes=31)
    assert owner.open("/logout", "POST", data={"csrf_token": token}).location == "/login"


@pytest.mark.parametrize(
    ("url", "typed", "words"),
    [
        (f"{HQ}Reception/undo/{{change}}", {}, "Not undone"),
        (f"{HQ}Reception/reboot", {}, "Not rebooted"),
        (f"{HQ}Desk%2002/delete", {}, "Not deleted"),
        (f"{HQ}Reception/delete", {"confirm_name": "Reception"}, "Not deleted"),
    ],
)
def test_decision_after_the_end_asks_again(world: World, url: str, typed: dict[str, str], words: str) -> None:
    owner = world.browser(OWNER)
    owner.submit(owner.get(f"{HQ}Reception/edit"), description="to be undone")
    [(change, _)] = world.changes()
    url, words = url.format(change=change.id), f"{words}: your session had ended."
    assert words not in owner.get(url).words
    page = come_back(owner, send_after_the_end(world, owner, url, **typed))
    assert words in page.words
    assert typed.items() <= page.form().fields.items()
    assert len(world.changes()) == 1


@pytest.mark.parametrize(
    ("url", "page"),
    [
        (f"{HQ}export.csv?q=desk&sort=-mac", f"{HQ}?q=desk&sort=-mac"),
        ("/history/export.csv?result=failed", "/history/?result=failed"),
    ],
)
def test_download_after_the_end_starts_from_its_page(world: World, url: str, page: str) -> None:
    owner = world.browser(OWNER)
    world.clock.advance(minutes=31)
    back = come_back(owner, owner.get(url))
    assert back.url == page
    assert "Your download starts." in back.words
    assert f"0; url={url}" in [meta.get("content") for meta in back.document.iter("meta")]
    assert url in back.links()
    assert owner.get(url).status == 200
    assert "Your download starts." not in owner.get(page).words


def test_each_download_has_a_page_to_return_to(world: World) -> None:
    for rule in world.portal.url_map.iter_rules():
        if getattr(access_of(world.portal, rule.endpoint), "is_download", False):
            names = {"tenant": "acme", "group": "a", "device": "b", "file": "c", "version": 1, "job_id": 1}
            url = world.portal.url_map.bind("").build(rule.endpoint, {name: names[name] for name in rule.arguments})
            with world.portal.test_request_context(url):
                assert nearest_page().count("/") >= url.count("/") - 1, url


def test_second_tab_of_same_person_gets_its_form_back(world: World) -> None:
    owner = world.browser(OWNER)
    forms = [owner.get(EDIT), owner.get(f"{HQ}Desk%2003/edit")]
    world.end_backend_sessions()
    sign_ins = [owner.get(owner.submit(form, **TYPED).location or "") for form in forms]
    for page, sign_in in zip(forms, sign_ins, strict=True):
        answer = owner.submit(sign_in, username=OWNER.username, password=PASSWORD)
        back = go_on(owner, answer)
        assert back.url.partition("?")[0] == page.url
        assert TYPED.items() <= back.form().fields.items()
    assert go_on(owner, owner.get(sign_ins[1].url)).form().fields["description"] == TYPED["description"]
    assert world.changes() == []


def test_second_tab_with_another_account_says_who_is_there(world: World) -> None:
    browser = world.nobody()
    first, second = browser.get("/login"), browser.get(f"/login?next={quote(EDIT)}")
    browser.submit(first, username=OWNER.username, password=PASSWORD)
    page = go_on(browser, browser.submit(second, username=COLLEAGUE.username, password=PASSWORD))
    assert page.h1 == "You are already signed in"
    assert OWNER.username in page.words
    assert COLLEAGUE.username not in page.url
    assert EDIT in page.links()
    answer = browser.submit(page, "/logout")
    assert (answer.location or "").startswith("/login?next=/tenants/")
    assert come_back(browser, answer, COLLEAGUE).url == EDIT


def test_outdated_sign_in_page_keeps_where_to_go(world: World) -> None:
    browser = world.nobody()
    page = browser.get(f"/login?next={quote(EDIT)}")
    browser.client.delete_cookie("portal")
    again = go_on(browser, browser.submit(page, username=OWNER.username, password=PASSWORD))
    assert "This sign-in page was out of date." in again.words
    assert browser.submit(again, username=OWNER.username, password=PASSWORD).location == EDIT


@pytest.mark.parametrize("ended", ["here", "at the backend"])
@pytest.mark.parametrize(
    "aside",
    [f"{HQ}check?field=mac_address&mac_address=001565999999&device=Desk%2002", "/tenants/acme/groups/annex/counts"],
)
def test_background_request_of_ended_session_is_empty(world: World, aside: str, ended: str) -> None:
    tenant_admin = world.browser(TENANT_ADMIN)
    if ended == "here":
        world.clock.advance(minutes=31)
    else:
        world.end_backend_sessions()
    answer = tenant_admin.get(aside, HTMX)
    assert answer.status == 204
    assert answer.location is None


def test_form_of_each_of_many_tabs_is_kept(world: World) -> None:
    colleague = world.browser(COLLEAGUE)
    theirs = send_after_the_end(world, colleague, **TYPED)
    owner = world.browser(OWNER)
    form = owner.get(EDIT)
    world.end_backend_sessions()
    answers = []
    for number in range(7):
        world.clock.advance(seconds=1)
        answers.append(owner.submit(form, description=f"typed {number}"))
    assert len(world.contents()["portal_kept_forms"]) == 7 + 1
    page = come_back(owner, answers[0])
    assert page.form().fields["description"] == "typed 0"
    assert come_back(colleague, theirs, COLLEAGUE).form().fields["description"] == TYPED["description"]


def test_way_back_holds_any_name(world: World) -> None:
    browser = world.nobody()
    page = browser.get("/login?next=/tenants/%E2%82%AC/")
    form = page.form()
    fields = {**form.fields, "username": OWNER.username, "password": PASSWORD}
    answer = browser.open("/login", "POST", data=fields, headers=HTMX)
    assert (answer.status, answer.location) == (204, "/tenants/%E2%82%AC/")
