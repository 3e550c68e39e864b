"""Tenants and groups, as far as each person sees them."""

import re
from io import BytesIO

import pytest
from requests import PreparedRequest, ReadTimeout, Response
from requests.adapters import BaseAdapter, HTTPAdapter
from sqlalchemy import insert
from urllib3 import HTTPResponse

from app.reference_api.tables import Group, Tenant
from tests.support.client import HTMX, Page
from tests.support.population import HQ
from tests.support.world import OWNER, STRANGER, SUPPORT, SYSTEM_ADMIN, TENANT_ADMIN, Member, World

REFUSED = "The telephony platform refused the request."


def groups(page: Page) -> set[str]:
    """The groups whose overview the page leads to."""
    return {link for link in page.links() if re.fullmatch("/tenants/[^/]+/groups/[^/]+/", link)}


def test_group_admin_lands_on_the_devices_of_the_one_group(world: World) -> None:
    owner = world.browser(OWNER)
    assert owner.get("/").location == HQ
    assert owner.get("/tenants/acme/").location == HQ


def test_first_link_of_a_page_names_what_it_leads_to(world: World) -> None:
    def first_link(member: Member) -> str:
        found = re.search(r'<a href="/"( aria-current="page")?>(\w+)</a>', world.browser(member).get(HQ).text)
        assert found
        return found[2] + (" now" if found[1] else "")

    assert first_link(OWNER) == "Devices now"
    assert [first_link(member) for member in (TENANT_ADMIN, SUPPORT)] == ["Groups", "Tenants"]


def test_link_to_all_tenants_needs_several_tenants(world: World) -> None:
    trail = '<a href="/"><bdi>Tenants</bdi></a>'
    assert trail in world.browser(SUPPORT).get("/tenants/acme/").text
    assert trail not in world.browser(TENANT_ADMIN).get("/tenants/acme/").text


@pytest.mark.parametrize("page", [HQ, f"{HQ}Reception/", "/tenants/acme/groups/headquarters/history/"])
def test_breadcrumb_links_tenant_only_with_more_groups(world: World, page: str) -> None:
    assert "/tenants/acme/" not in world.browser(OWNER).get(page).links()
    assert "/tenants/acme/" in world.browser(TENANT_ADMIN).get(page).links()


def test_tenant_admin_lands_on_the_groups_of_the_tenant(world: World) -> None:
    browser = world.browser(TENANT_ADMIN)
    assert browser.get("/").location == "/tenants/acme/"
    page = browser.get("/tenants/acme/")
    assert page.h1 == "Groups of Acme"
    assert groups(page) == {f"/tenants/acme/groups/{group}/" for group in ("annex", "headquarters", "warehouse")}


def test_support_and_system_admins_see_everything(world: World) -> None:
    for member in (SUPPORT, SYSTEM_ADMIN):
        page = world.browser(member).get("/")
        assert "2 tenants · 4 groups" in page.words
        assert len(groups(page)) == 4
        assert "/tenants/globex/" in page.links()


def test_filter_finds_tenants_and_single_groups(world: World) -> None:
    admin = world.browser(SYSTEM_ADMIN)
    assert len(groups(admin.get("/?q=ACME"))) == 3
    assert groups(admin.get("/?q=amster")) == {"/tenants/globex/groups/amsterdam/"}
    assert groups(admin.get("/?q=ämster")) == groups(admin.get("/?q=amster"))
    nothing = admin.get("/?q=<nothing>")
    assert "No tenant or group matches “<nothing>”" in nothing.words
    assert "No matches" in admin.get("/?q=nothing", headers=HTMX).words
    assert "1 group shown" in admin.get("/?q=amster", headers=HTMX).words


def test_tenant_of_others_is_not_there(world: World) -> None:
    for member in (TENANT_ADMIN, OWNER, STRANGER):
        foreign = "acme" if member is STRANGER else "globex"
        assert world.browser(member).get(f"/tenants/{foreign}/").status == 404


@pytest.mark.parametrize(
    ("status", "body", "words", "leads_there"),
    [
        (404, b'{"error": "none such"}', "This tenant no longer exists, or you do not have access", False),
        (404, b"<p>Not found</p>", f"{REFUSED} Reason: not found (404). Open tenant", True),
        (403, b"<p>Not found</p>", f"{REFUSED} Reason: access denied (403). Open tenant", True),
    ],
)
def test_tenant_deleted_during_reading_leaves_others(
    world: World, status: int, body: bytes, words: str, *, leads_there: bool
) -> None:
    class Going(HTTPAdapter):
        def __init__(self, behind: BaseAdapter) -> None:
            super().__init__()
            self._behind = behind

        def send(self, request: PreparedRequest, *_args: object, **_kwargs: object) -> Response:
            if not request.path_url.endswith("/tenants/acme/groups/"):
                return self._behind.send(request)
            return self.build_response(request, HTTPResponse(BytesIO(body), status=status, preload_content=False))

    admin = world.browser(SYSTEM_ADMIN, world.another_portal(Going))
    page = admin.get("/")
    assert page.status == 200
    assert f"Acme acme {words}" in page.words
    assert ("/tenants/acme/" in page.links()) is leads_there
    assert groups(page) == {"/tenants/globex/groups/amsterdam/"}
    assert admin.get("/tenants/acme/").status == status


def test_tenants_of_silent_group_calls_are_shown(world: World) -> None:
    class Silent(HTTPAdapter):
        def __init__(self, behind: BaseAdapter) -> None:
            super().__init__()
            self._behind = behind

        def send(self, request: PreparedRequest, *_args: object, **_kwargs: object) -> Response:
            if not request.path_url.endswith("/groups/"):
                return self._behind.send(request)
            raise ReadTimeout

    page = world.browser(SYSTEM_ADMIN, world.another_portal(Silent)).get("/")
    assert page.status == 200
    assert "Acme acme The platform did not respond for this tenant" in page.words
    assert "Globex globex The platform did not respond for this tenant" in page.words
    assert "2 tenants" in page.words
    assert "0 groups" not in page.words
    assert {"/tenants/acme/", "/tenants/globex/"} <= set(page.links())


def test_tenants_have_pages_of_20(world: World) -> None:
    with world.api_engine.begin() as connection:
        connection.execute(insert(Tenant), [{"tenant_id": f"t{n:02}", "name": f"Tenant {n}"} for n in range(25)])
    page = world.browser(SYSTEM_ADMIN).get("/")
    assert "27 tenants" in page.words
    assert "/tenants/t17/" in page.links()
    assert "/tenants/t18/" not in page.links()
    assert "/tenants/t24/" in world.browser(SYSTEM_ADMIN).get("/?page=2").links()


def test_name_no_address_can_carry_is_shown_without_a_link(world: World) -> None:
    with world.api_engine.begin() as connection:
        connection.execute(insert(Tenant), [{"tenant_id": "a/b", "name": "Odd tenant"}])
        connection.execute(insert(Group), [{"tenant_id": "acme", "group_id": "..", "group_name": "Odd group"}])
    page = world.browser(SYSTEM_ADMIN).get("/")
    assert "Odd tenant" in page.words
    assert "Odd group" in page.words
    assert len(groups(page)) == 4
