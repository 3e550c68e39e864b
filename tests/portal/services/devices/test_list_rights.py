"""One cached list and many sessions: each is shown what the platform lets it see, and nothing else."""

import re

import pytest
from requests import ConnectionError as NoConnection

from tests.support.client import Browser, Page
from tests.support.population import API_HQ, HQ
from tests.support.slow_lists import ListGate
from tests.support.tables import list_row_headings
from tests.support.waiting import wait_until
from tests.support.world import COLLEAGUE, OWNER, SYSTEM_ADMIN, TENANT_ADMIN, Member, World

PROBE = "/api/v1/tenants/acme/groups/headquarters/"


@pytest.fixture
def gate(world: World) -> ListGate:
    gate = ListGate()
    world.another_portal(gate.wire)
    return gate


def enter(world: World, member: Member) -> Browser:
    """Return a browser that has seen the list."""
    browser = world.browser(member, world.portals[-1])
    assert is_listed(browser.get(HQ))
    return browser


def is_listed(page: Page) -> bool:
    return page.status == 200 and "Reception" in list_row_headings(page)


def change_account(world: World, member: Member, statement: str) -> None:
    """Run a statement at the backend that ends with a condition on the user name."""
    with world.api_engine.begin() as connection:
        connection.exec_driver_sql(statement, (member.username,))


def blank(page: Page) -> str:
    """Return a page without its token, its request id and what is in its URL."""
    token, reference = r'(?<=value=)"[^"]*"', r'(?<=<span class="mono">)[0-9A-F]+'
    return re.sub(f"{token}|{reference}|groups/(headquarters|none)/", "", page.text)


def test_each_session_is_confirmed_once_a_minute(world: World, gate: ListGate) -> None:
    for member in (OWNER, COLLEAGUE, TENANT_ADMIN, SYSTEM_ADMIN):
        enter(world, member)
    assert gate.list_calls() == 1
    assert gate.calls.count(PROBE) == 1 + 3  # found with the first session, asked with each other
    owner = enter(world, OWNER)
    calls = len(gate.calls)
    assert is_listed(owner.get(HQ))
    assert len(gate.calls) == calls
    world.clock.advance(seconds=61)
    assert is_listed(owner.get(f"{HQ}?still=1"))
    assert gate.calls[calls:] == [PROBE]


def test_withdrawn_right_hides_the_group(world: World, gate: ListGate) -> None:
    owner, tenant_admin = enter(world, OWNER), enter(world, TENANT_ADMIN)
    change_account(world, TENANT_ADMIN, "UPDATE api_accounts SET tenant_id = 'globex' WHERE username = ?")
    world.clock.advance(seconds=61)
    hidden, absent = tenant_admin.get(HQ), tenant_admin.get("/tenants/acme/groups/none/devices/")
    assert hidden.status == 404
    assert blank(hidden) == blank(absent)
    assert tenant_admin.get(f"{HQ}export.csv").status == 404
    assert is_listed(owner.get(HQ))


def test_lost_level_refuses_the_list(world: World, gate: ListGate) -> None:
    owner, colleague = enter(world, OWNER), enter(world, COLLEAGUE)
    change_account(world, COLLEAGUE, "UPDATE api_accounts SET level = 0 WHERE username = ?")
    world.clock.advance(seconds=61)
    assert colleague.get(HQ).status == 403
    assert is_listed(owner.get(HQ))
    change_account(world, COLLEAGUE, "UPDATE api_accounts SET level = 8 WHERE username = ?")
    world.clock.advance(seconds=20)
    assert is_listed(colleague.get(HQ))


def test_ended_account_ends_the_session_alone(world: World, gate: ListGate) -> None:
    owner, colleague = enter(world, OWNER), enter(world, COLLEAGUE)
    change_account(world, COLLEAGUE, "DELETE FROM api_sessions WHERE username = ?")
    world.clock.advance(seconds=61)
    assert (colleague.get(HQ).location or "").startswith("/login")
    assert is_listed(owner.get(HQ))


def test_ended_session_of_a_refresh_is_its_own_affair(world: World, gate: ListGate) -> None:
    owner, colleague = enter(world, OWNER), enter(world, COLLEAGUE)
    change_account(world, OWNER, "DELETE FROM api_sessions WHERE username = ?")
    world.clock.advance(seconds=11)
    assert (owner.get(HQ).location or "").startswith("/login")
    page = colleague.get(HQ)
    assert is_listed(page)
    assert "not responding" not in page.words


def test_confirmed_list_stays_readable_while_platform_is_away(world: World, gate: ListGate) -> None:
    owner, colleague = enter(world, OWNER), world.browser(COLLEAGUE, world.portals[-1])
    gate.fails_all = NoConnection("the wire is cut")
    world.clock.advance(minutes=30 - 1)
    assert is_listed(owner.get(HQ))
    assert "is not responding" in owner.get(HQ).words
    assert not is_listed(colleague.get(HQ))  # whom the platform never let see it
    assert colleague.get(HQ).status == 503


def test_list_is_not_shared_where_no_call_tells(world: World, gate: ListGate) -> None:
    gate.refuses = lambda path: not path.endswith(("/access_devices/", "/login/"))
    enter(world, OWNER)
    enter(world, COLLEAGUE)
    assert gate.list_calls() == 2
    enter(world, COLLEAGUE)
    assert gate.list_calls() == 2 + 1  # another session


def test_deleted_device_of_the_probe_hides_nothing(world: World, gate: ListGate) -> None:
    gate.refuses = lambda path: path == PROBE or "device_end_points" in path
    owner, colleague = enter(world, OWNER), enter(world, COLLEAGUE)
    [probed] = {path for path in gate.calls if path.startswith(f"/api/v1/{API_HQ}") and path != f"/api/v1/{API_HQ}"}
    world.tell_api("DELETE", probed.removeprefix("/api/v1/"), None)
    world.clock.advance(seconds=61)
    assert is_listed(colleague.get(HQ))
    assert is_listed(owner.get(HQ))


def test_probe_that_only_admins_may_call_is_replaced(world: World, gate: ListGate) -> None:
    enter(world, SYSTEM_ADMIN)
    gate.refuses = lambda path: path == PROBE
    enter(world, OWNER)
    calls = gate.list_calls()
    enter(world, COLLEAGUE)
    assert gate.list_calls() == calls
    wait_until(lambda: any("device_end_points" in path for path in gate.calls))
