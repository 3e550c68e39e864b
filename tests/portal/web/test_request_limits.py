"""One request too many: said in words, with what was typed, and counted."""

import pytest

from app.portal.store.refusals import RepeatedRefusal
from tests.support.client import HTMX
from tests.support.population import HQ
from tests.support.world import END_USER, OWNER, SUPPORT, SYSTEM_ADMIN, World

EDIT = f"{HQ}Reception/edit"


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
