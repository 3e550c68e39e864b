"""One field of a device's form, looked at while it is typed."""

from typing import Any

import pytest

from tests.support.client import HTMX, Browser, Page
from tests.support.population import AMSTERDAM, HQ
from tests.support.world import DEPARTMENT_ADMIN, OWNER, STRANGER, SUPPORT, SYSTEM_ADMIN, TENANT_ADMIN, World

T46 = "Yealink-T46G"


def check(browser: Browser, field: str, typed: str, **others: str) -> Page:
    query = {"field": field, field: typed, **others}
    return browser.open(f"{HQ}check", "GET", query_string=query, headers=HTMX)


def value(page: Page) -> str:
    return next(page.document.iter("input")).get("value", "")


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("mac_address", "00:15:65", "Must be 12 digits"),
        ("mac_address", "", f"Enter a value. {T46} requires one."),
        ("device_name", "", "Enter a name."),
        ("device_name", "a/b", "The name contains “/”"),
        ("device_name", "x" * 41, "1 character too many. Must be at most 40 characters."),
        ("stun_server_net_address", "not a host", "Must be an IP address or a host name"),
        ("description", "tab\there", "Must be one line of text. Character 4 is a tab"),
    ],
)
def test_field_check_reports_at_field_and_live_region(world: World, field: str, typed: str, words: str) -> None:
    page = check(world.browser(OWNER), field, typed, type=T46)
    assert page.status == 200
    control = next(page.document.iter("input"))
    assert control.get("aria-invalid") == "true"
    assert page.words.count(words) == 2  # at the field, and in the live region


@pytest.mark.parametrize("written", ["001565999999", "00-15-65-99-99-99", "0015.6599.9999", "00 15 65 99 99 99"])
def test_mac_comes_back_in_the_one_notation_with_its_maker(world: World, written: str) -> None:
    page = check(world.browser(OWNER), "mac_address", written, type=T46)
    assert value(page) == "00:15:65:99:99:99"
    assert "Yealink" in page.words
    assert next(page.document.iter("input")).get("aria-invalid") is None


def test_conflict_in_own_group_is_linked(world: World) -> None:
    owner = world.browser(OWNER)
    for field, typed in (("mac_address", "00:15:65:a1:2b:3c"), ("device_name", "Reception")):
        page = check(owner, field, typed, type=T46)
        assert next(page.document.iter("input")).get("aria-invalid") == "true"
        assert page.links() == [f"{HQ}Reception/"]


def test_device_does_not_conflict_with_itself(world: World) -> None:
    owner = world.browser(OWNER)
    own = check(owner, "mac_address", "001565A12B3C", device="Reception")
    other_case = check(owner, "device_name", "reception", type=T46)
    for page in (own, other_case):
        assert page.links() == []
        assert next(page.document.iter("input")).get("aria-invalid") is None


@pytest.mark.parametrize("member", [OWNER, TENANT_ADMIN], ids=lambda member: member.username)
def test_mac_of_another_group_is_not_told_of(world: World, member: Any) -> None:
    """Nor is one of the own tenant: what is typed makes nobody's portal read the lists of other groups."""
    for typed in ("0015650000F1", "001565000005"):
        page = check(world.browser(member), "mac_address", typed, type=T46)
        assert page.links() == []
        assert not {"Reception", "Dock"} & set(page.words.split())


@pytest.mark.parametrize("member", [SUPPORT, SYSTEM_ADMIN], ids=lambda member: member.username)
def test_conflict_elsewhere_is_linked_for_searchers(world: World, member: Any) -> None:
    for others in ({"type": T46}, {"device": "Fax"}):
        page = check(world.browser(member), "mac_address", "00-15-65-00-00-f1", **others)
        assert next(page.document.iter("input")).get("aria-invalid") == "true"
        assert page.links() == [f"{AMSTERDAM}Reception/"]
        assert "Already in use. It is used by Reception in amsterdam, globex." in page.words


def test_search_puts_no_device_in_its_own_way(world: World) -> None:
    page = check(world.browser(SUPPORT), "mac_address", "001565A12B3C", device="Reception")
    assert page.links() == []
    assert next(page.document.iter("input")).get("aria-invalid") is None


def test_refused_duplicate_is_linked(world: World) -> None:
    owner = world.browser(OWNER)
    page = owner.submit(
        owner.get(f"{HQ}new?type={T46}"), device_type=T46, device_name="Fresh", mac_address="001565A12B3C"
    )
    assert page.status == 422
    assert "another device already has this MAC address" in page.words
    assert f"{HQ}Reception/" in page.links()


@pytest.mark.parametrize("field", ["", "password", "device_type", "csrf_token", "opened", "nothing"])
def test_only_what_is_typed_and_no_secret_is_looked_at(world: World, field: str) -> None:
    for others in ({"type": T46}, {"device": "Reception"}):
        assert check(world.browser(OWNER), field or "x", "typed", **others).status == 404


@pytest.mark.parametrize(("member", "status"), [(OWNER, 200), (SUPPORT, 200), (STRANGER, 404), (DEPARTMENT_ADMIN, 403)])
def test_who_may_edit_may_have_a_field_looked_at(world: World, member: Any, status: int) -> None:
    assert check(world.browser(member), "description", "By the door", device="Reception").status == status


def test_looking_at_a_field_writes_nothing(world: World) -> None:
    owner = world.browser(OWNER)
    owner.get(HQ)  # the list is cached
    before = world.contents()
    check(owner, "mac_address", "001565999999", type=T46)
    assert {table: rows for table, rows in world.contents().items() if rows != before[table]} == {}
    assert world.changes() == []
