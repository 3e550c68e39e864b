"""One request too many: said in words, with what was typed, and counted."""

import pytest
from flask import Flask

from app.portal.store.refusals import RepeatedRefusal
from app.portal.web.access import access_of
from tests.support.client import HTMX
from tests.support.config_files import CHANGE, edited, editor, post_file
from tests.support.population import HQ
from tests.support.routes import build_url
from tests.support.world import END_USER, OWNER, SUPPORT, SYSTEM_ADMIN, World

EDIT = f"{HQ}Reception/edit"


def add_node(world: World, **limits: int) -> Flask:
    """Return a node with these limits, in which a minute does not end, however long the test takes."""
    node = world.another_portal(**limits)  # type: ignore[arg-type]
    world.held_by(node).request_limits._now = lambda: 0.0
    return node


def test_typed_form_comes_back_after_too_many_writes(world: World) -> None:
    owner = world.browser(OWNER, world.another_portal(writes_per_minute=10))
    form = owner.get(EDIT)
    for _ in range(10):
        owner.post("/account/columns", reset="1")
    answer = owner.submit(form, description="typed for an hour")
    assert (answer.status, answer.h1) == (429, "Too many requests")
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert "too many changes from your account" in answer.words
    assert "Nothing was changed" in answer.words
    draft = next(link for link in answer.links() if "draft=" in link)
    assert owner.get(draft).form().fields["description"] == "typed for an hour"
    assert owner.get(HQ).status == 200  # reads are free
    assert [change for change, _ in world.changes()] == []
    assert owner.post("/logout").location == "/login"


def test_write_too_many_keeps_what_was_typed(world: World) -> None:
    node = add_node(world, writes_per_minute=1, uploads_per_minute=1, job_commands_per_minute=1, searches_per_minute=1)
    admin = world.browser(SYSTEM_ADMIN, node)
    admin.post("/account/columns", reset="1")
    admin.post("/jobs/1/pause")
    admin.get("/search")
    typed, with_form = {"csrf_token": admin.token(), "note": "typed"}, 0
    rules = [rule for rule in node.url_map.iter_rules() if "POST" in (rule.methods or ())]
    marks = [(build_url(node, rule), "GET" in (rule.methods or ()), access_of(node, rule.endpoint)) for rule in rules]
    writes = [(url, is_page and mark.form_fields is None) for url, is_page, mark in marks if mark and mark.permission]
    answers = []
    for url, has_form in sorted(writes, key=lambda write: not write[1]):  # as many drafts are not kept in a minute
        answer = admin.client.post(url, data=typed)
        assert ("?draft=" in answer.text) is has_form, url
        with_form += has_form
        answers.append((answer, "text/html"))
    answers += [(admin.client.post(url, data=typed, headers=HTMX), "text/plain") for url, _ in writes]
    for refused, mimetype in answers:
        assert (refused.status_code, refused.mimetype) == (429, mimetype), refused.request.path
        assert 0 < int(refused.headers["Retry-After"]) <= 60
        assert "from your account within a minute. Nothing was changed. Try again in" in refused.text
    assert with_form > 15


def test_text_of_a_file_comes_back_after_too_many_uploads(world: World) -> None:
    """It is longer than most forms may be."""
    owner = world.browser(OWNER, add_node(world, uploads_per_minute=1))
    text = "line = of a file\n" * 5_000
    page = owner.get(CHANGE)
    post_file(owner, b"one")
    answer = edited(owner, text, page)
    assert (answer.status, answer.h1) == (429, "Too many requests")
    [draft] = {link for link in answer.links() if "draft=" in link}
    back = owner.get(draft)
    assert editor(back).fields["content"].splitlines() == text.splitlines()


def test_pasted_rows_come_back_after_too_many_writes(world: World) -> None:
    owner = world.browser(OWNER, add_node(world, writes_per_minute=1))
    rows = "Name;Type\n" + "Fresh;Yealink-T46G\n" * 3_000
    for _ in "12":
        answer = owner.post(f"{HQ}import", rows=rows)
    assert answer.status == 429
    [draft] = {link for link in answer.links() if "draft=" in link}
    endless = owner.post(EDIT, description="x" * (1 << 16))  # nothing of it is kept, as nothing of it is read
    assert (endless.status, endless.h1) == (429, "Too many requests")
    [area] = [element for element in owner.get(draft).document.iter("textarea") if element.get("name") == "rows"]
    assert (area.text or "").split() == rows.split()


def test_nodes_count_writes_of_an_account_together(world: World) -> None:
    nodes = [add_node(world, writes_per_minute=20) for _ in "12"]
    browsers = [world.browser(OWNER, node) for node in nodes]
    statuses = [browsers[number % 2].post("/account/columns", reset="1").status for number in range(40)]
    assert 20 <= statuses.count(303) <= 24
    assert statuses[-2:] == [429, 429]


def test_htmx_gets_words_and_keeps_its_page(world: World) -> None:
    owner = world.browser(OWNER, world.another_portal(searches_per_minute=3))
    answers = [owner.get("/search?q=desk", headers=HTMX) for _ in range(4)]
    assert [answer.status for answer in answers][-1] == 429
    assert answers[-1].headers["Content-Type"].startswith("text/plain")
    assert answers[-1].text.startswith("There were too many searches from your account")
    assert "Refresh" not in answers[-1].headers


@pytest.mark.parametrize(
    ("setting", "ask"),
    [
        ("exports_per_minute", ("GET", f"{HQ}export.csv")),
        ("searches_per_minute", ("GET", "/search")),
        ("job_commands_per_minute", ("POST", "/jobs/1/pause")),
        ("writes_per_minute", ("POST", f"{HQ}Reception/reboot")),
        ("uploads_per_minute", ("POST", f"{HQ}import")),
    ],
)
def test_each_kind_has_its_limit(world: World, setting: str, ask: tuple[str, str]) -> None:
    owner = world.browser(OWNER, world.another_portal(**{setting: 1}))  # type: ignore[arg-type]
    token = owner.token()
    method, url = ask
    multipart = {"Content-Type": "multipart/form-data; boundary=B"} if setting.startswith("uploads") else {}
    statuses = [owner.open(url, method, query_string={"csrf_token": token}, headers=multipart).status for _ in "12"]
    assert statuses[0] != 429
    assert statuses[1] == 429


def test_address_without_account_is_limited(world: World) -> None:
    nobody = world.nobody(world.another_portal(writes_per_minute=1))
    statuses = [nobody.open(f"{HQ}new", "POST").status for _ in range(11)]
    assert statuses == [303] * 10 + [429]
    assert nobody.open("/csp-reports", "POST").status == 429
    assert nobody.get("/login").status == 200


@pytest.mark.both_databases
def test_same_refusal_is_counted_at_its_entry(world: World) -> None:
    browser = world.browser(END_USER)
    for _ in range(4):
        assert browser.post(f"{HQ}Reception/reboot").status == 403
        world.clock.advance(seconds=30)
    support = world.browser(SUPPORT)
    for device in ("Reception", "Desk%2002"):
        assert support.post(f"{HQ}{device}/delete").status == 403
    refusals = [change for change, _ in world.entries() if change.action == "access:refuse"]
    assert [change.device_name for change in refusals] == ["", "Reception", "Desk 02"]
    [repeated] = world.contents()[RepeatedRefusal.__tablename__]
    assert (repeated.change_id, repeated.count) == (refusals[0].id, 3)
    page = world.browser(SYSTEM_ADMIN).get("/history/")
    assert "Tried 4 times, last at" in page.words
    export = world.browser(SYSTEM_ADMIN).get("/history/export.csv").text
    assert "Tried 4 times, last at 2026-03-02 09:31:30 UTC." in export
    world.clock.advance(hours=1)
    browser = world.browser(END_USER)
    browser.post(f"{HQ}Reception/reboot")
    assert len([change for change, _ in world.entries() if change.action == "access:refuse"]) == len(refusals) + 1


def test_too_many_writes_are_in_the_history(world: World) -> None:
    support = world.browser(SUPPORT, world.another_portal(writes_per_minute=1))
    for _ in range(5):
        support.post(f"{HQ}Reception/reboot")
    [(change, outcomes)] = [entry for entry in world.entries() if entry[0].action == "access:refuse"]
    assert (change.device_name, outcomes) == ("Reception", ["refused"])
