"""Saved views: a list's query under a name, for one person alone."""

import pytest

from app.portal.store.list_settings import MOST_VIEWS
from tests.support.client import Browser, Page
from tests.support.population import ANNEX, HQ
from tests.support.world import COLLEAGUE, OWNER, TENANT_ADMIN, World

WAREHOUSE = "/tenants/acme/groups/warehouse/devices/"
VIEWS = f"{HQ}views"


def save(browser: Browser, name: str, query: str, scope: str = "") -> Page:
    return browser.post(VIEWS, name=name, query=query, scope=scope)


def offered(page: Page) -> list[tuple[str, str]]:
    return [
        ("".join(link.itertext()), link.get("href", ""))
        for link in page.document.iter("a")
        if link.get("class") == "chip"
    ]


@pytest.mark.both_databases
def test_view_is_saved_renamed_and_deleted(world: World) -> None:
    owner = world.browser(OWNER)
    page = owner.get(f"{HQ}?status=Offline&sort=-name&page=3&q=f")
    [query] = [field.get("value", "") for field in page.document.iter("input") if field.get("name") == "query"]
    answer = save(owner, "  <b>Away  =1", f"{query}&page=3&evil=1")
    assert (answer.status, answer.location) == (303, f"{HQ}?q=f&status=Offline&cols=none&sort=-name")
    page = owner.get(answer.location or "")
    assert offered(page)[0] == ("<b>Away =1", f"{HQ}?q=f&status=Offline&cols=none&sort=-name")
    assert "View saved." in page.words
    [current] = [
        link for link in page.document.iter("a") if link.get("class") == "chip" and "aria-current" in link.attrib
    ]
    assert "".join(current.itertext()) == "<b>Away =1"
    views = owner.get(VIEWS)
    assert "Search: f · Status: Offline · Sort: -name" in views.words
    [rename] = [form.action for form in views.forms if form.action.endswith("/rename")]
    taken = save(owner, "Second", "")
    assert taken.status == 303
    refused = owner.post(rename, name="second")
    assert refused.status == 422
    assert "You have a view named “second”." in refused.words
    assert owner.post(rename, name="Gone home").location == VIEWS
    assert [name for name, _ in offered(owner.get(HQ))] == ["Gone home", "Second"]
    assert owner.post(rename.replace("rename", "delete")).location == VIEWS
    assert [name for name, _ in offered(owner.get(HQ))] == ["Second"]
    assert owner.post(rename, name="x").status == 404


def test_view_belongs_to_a_person_and_a_group_or_all(world: World) -> None:
    tenant_admin, colleague = world.browser(TENANT_ADMIN), world.browser(COLLEAGUE)
    save(tenant_admin, "Here", "status=Offline")
    save(tenant_admin, "Everywhere", "mac=none", scope="all")
    assert [name for name, _ in offered(tenant_admin.get(HQ))] == ["Everywhere", "Here"]
    assert offered(tenant_admin.get(WAREHOUSE)) == [("Everywhere", f"{WAREHOUSE}?mac=none&cols=none")]
    assert offered(colleague.get(HQ)) == []
    assert "Everywhere" not in colleague.get(VIEWS).text
    actions = [form.action for form in tenant_admin.get(VIEWS).forms if "/views/" in form.action]
    assert len(actions) == 4
    for action in actions:
        assert colleague.post(action, name="Mine").status == 404
    [here] = {action for action in actions if action.endswith("delete")} - {
        form.action.replace("warehouse", "headquarters") for form in tenant_admin.get(f"{WAREHOUSE}views").forms
    }
    assert tenant_admin.post(here.replace("headquarters", "warehouse")).status == 404
    assert tenant_admin.get(f"{ANNEX}views").status == 200


def test_refused_view_keeps_what_was_typed(world: World) -> None:
    owner = world.browser(OWNER)
    save(owner, "Here", "", scope="all")
    for name, query, words in (
        ("", "q=a", "Enter a name."),
        ("n" * 61, "q=a", "The name has 61 characters. At most 60 are possible."),
        ("here", "q=a", "You have a view named “here”."),
        ("Long", f"q={'a' * 2100}", "too long to be saved"),
    ):
        page = save(owner, name, query, scope="all")
        assert page.status == 422
        assert words in page.words
        form = page.form(VIEWS)
        assert (form.fields.get("name", ""), form.fields["query"], form.fields["scope"]) == (
            name,
            f"{query}&cols=none",
            "all",
        )


def test_number_of_views_is_limited(world: World) -> None:
    settings = world.held_by().list_settings
    for number in range(MOST_VIEWS):
        settings.save_view(OWNER.username, None, f"View {number}", "")
    owner = world.browser(OWNER)
    assert "You have 50 saved views, the most there can be." in save(owner, "One more", "").words
    assert len(offered(owner.get(HQ))) == 8
    assert save(world.browser(COLLEAGUE), "One", "").status == 303
