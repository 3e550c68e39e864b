"""Accounts: the check that a user is a system admin still, and the support role."""

import pytest

from app.embedded import WsgiAdapter
from app.portal.api.errors import ApiForbidden
from app.portal.domain.audit import Action, by_itself
from tests.support.adapters import CountingAdapter, UnreachableAdapter
from tests.support.contract import Backend
from tests.support.world import API, OWNER, SYSTEM_ADMIN, World

ACTOR = by_itself("a test")


@pytest.fixture
def adapter(world: World) -> CountingAdapter:
    return CountingAdapter(WsgiAdapter(world.api))


@pytest.fixture
def backend(world: World, adapter: CountingAdapter) -> Backend:
    return Backend(world, adapter, API)


def test_system_admin_is_confirmed_by_one_call(backend: Backend, adapter: CountingAdapter) -> None:
    accounts = backend.services(SYSTEM_ADMIN).accounts
    adapter.calls.clear()
    assert accounts.require_system_admin()
    assert len(adapter.calls) == 1


def test_group_admin_is_no_system_admin(backend: Backend) -> None:
    with pytest.raises(ApiForbidden):
        backend.services(OWNER).accounts.require_system_admin()


def test_silent_platform_confirms_nothing(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts = backend.services(SYSTEM_ADMIN).accounts
    monkeypatch.setattr(backend.adapter, "_adapter", UnreachableAdapter())
    assert not accounts.require_system_admin()


def test_support_role_is_recorded_when_it_changes(world: World) -> None:
    roles = world.held_by().support_roles
    assert [roles.give("second@provider.example", ACTOR) for _ in range(2)] == [True, False]
    assert "second@provider.example" in [member.username for member in roles.list()]
    assert [roles.remove("Second@provider.example", ACTOR) for _ in range(2)] == [True, False]
    recorded = [change.action for change, _ in world.entries() if change.username == ACTOR.username]
    assert recorded == [Action.SUPPORT_ADD, Action.SUPPORT_REMOVE]
