"""The help page, which tells no other story than the table of permissions."""

import pytest

from app.portal.domain.roles import PERMISSIONS, Permission, Role
from tests.support.client import HTMX
from tests.support.html import text
from tests.support.world import DEPARTMENT_ADMIN, OWNER, SUPPORT, SYSTEM_ADMIN, TENANT_ADMIN, Member, World


@pytest.mark.parametrize("member", [OWNER, TENANT_ADMIN, SUPPORT, SYSTEM_ADMIN], ids=lambda member: member.username)
def test_everybody_who_gets_in_finds_the_help_in_the_menu(world: World, member: Member) -> None:
    browser = world.browser(member)
    account = browser.get("/account")
    assert "/help" in account.links()
    assert browser.get("/help").h1 == "Help"


def test_who_has_no_access_is_not_offered_pages_that_refuse(world: World) -> None:
    refused = world.browser(DEPARTMENT_ADMIN).get("/")
    assert refused.status == 403
    assert not {"/help", "/account"} & set(refused.links())


def test_rights_shown_are_the_rights_there_are(world: World) -> None:
    rows = list(world.browser(OWNER).get("/help").document.iter("tr"))
    roles = [text(cell).removesuffix(" (you)") for cell in rows[0].iter("th")][1:]
    assert roles == [str(role) for role in Role if role is not Role.NO_ACCESS]
    shown = {text(next(row.iter("th"))): [text(cell) == "Yes" for cell in row.iter("td")] for row in rows[2:]}
    assert shown["Delete devices"] == [Permission.DEVICE_DELETE in PERMISSIONS[Role(role)] for role in roles]
    assert len(shown) == len(Permission) - 1  # to have an account is no right to tell of


def test_keys_are_the_same_in_the_dialog_as_on_the_page(world: World) -> None:
    owner = world.browser(OWNER)
    page, fragment = owner.get("/help"), owner.get("/help", headers=HTMX)
    assert fragment.words in page.words
    assert text(next(fragment.document.iter("h2"))) == "Keyboard shortcuts"


def test_help_explains_the_filterable_statuses(world: World) -> None:
    terms = {text(term) for term in world.browser(OWNER).get("/help").document.iter("dt")}
    assert {"Online", "Offline", "Unavailable", "Unknown"} <= terms
