import pytest

from app.portal.api.errors import ApiForbidden, ApiInvalid, ApiNotFound, ApiUnauthenticated
from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import UserLevel
from app.portal.models.directory import TenantList
from app.portal.services.sign_in import sign_in_to, sign_out_of
from tests.support.contract import Backend
from tests.support.world import (
    DEPARTMENT_ADMIN,
    END_USER,
    NEWCOMER,
    OWNER,
    PASSWORD,
    STRANGER,
    SYSTEM_ADMIN,
    TENANT_ADMIN,
    Member,
)

HQ = GroupRef("acme", "headquarters")


def test_sign_in_returns_level_and_scope(backend: Backend) -> None:
    for member in (OWNER, TENANT_ADMIN, SYSTEM_ADMIN, DEPARTMENT_ADMIN, END_USER, NEWCOMER):
        signed_in = sign_in_to(backend.nobody(), member.username, PASSWORD)
        assert signed_in.level is UserLevel(member.level)
        assert (signed_in.ids.tenant_id, signed_in.ids.group_id) == (member.tenant, member.group)
        assert signed_in.profile.is_first_login is member.must_change_password


def test_refused_sign_ins_are_alike(backend: Backend) -> None:
    refusals = []
    for username, password in ((OWNER.username, "not it"), ("nobody@acme.example", PASSWORD)):
        client = backend.nobody()
        with pytest.raises(ApiUnauthenticated) as caught:
            sign_in_to(client, username, password)
        refusals.append((str(caught.value), caught.value.code, client.authentication.cookies))
    assert refusals[0] == refusals[1]
    assert refusals[0][1:] == (1, {})


@pytest.mark.parametrize("password", ["", "x" * 5_000, "😀 é \u202e\0"])
def test_sign_in_survives_any_password(backend: Backend, password: str) -> None:
    with pytest.raises((ApiUnauthenticated, ApiInvalid)):
        sign_in_to(backend.nobody(), OWNER.username, password)


def test_call_needs_live_session(backend: Backend) -> None:
    client = backend.client(OWNER)
    cookies = dict(client.authentication.cookies)
    assert [tenant.tenant_id for tenant in client.get(["tenants"], TenantList).tenants] == ["acme"]
    sign_out_of(client)
    client.authentication.cookies = cookies
    for stranger in (client, backend.nobody()):
        with pytest.raises(ApiUnauthenticated):
            stranger.get(["tenants"], TenantList)


@pytest.mark.parametrize("member", [DEPARTMENT_ADMIN, END_USER])
def test_low_levels_are_forbidden(backend: Backend, member: Member) -> None:
    services = backend.services(member)
    for read in (
        services.directory.tenants,
        services.phone_types.by_name,
        lambda: services.devices.get(HQ, "Reception"),
        lambda: services.devices.get(GroupRef("globex", "nowhere"), "x"),
    ):
        with pytest.raises(ApiForbidden) as caught:
            read()
        assert caught.value.code == 3


def test_out_of_scope_is_not_found(backend: Backend) -> None:
    devices = backend.services(STRANGER).devices
    refusals = set()
    for group, name in (
        (HQ, "Reception"),
        (HQ, "None such"),
        (GroupRef("acme", "none"), "x"),
        (GroupRef("none", "x"), "x"),
    ):
        with pytest.raises(ApiNotFound) as caught:
            devices.get(group, name)
        refusals.add((str(caught.value), caught.value.code))
    assert len(refusals) == 1


def test_directory_is_scoped(backend: Backend) -> None:
    for member, tenants, groups in (
        (SYSTEM_ADMIN, ["acme", "globex"], ["annex", "headquarters", "warehouse"]),
        (TENANT_ADMIN, ["acme"], ["annex", "headquarters", "warehouse"]),
        (OWNER, ["acme"], ["headquarters"]),
    ):
        directory = backend.services(member).directory
        assert [each.tenant_id for each in directory.tenants()] == tenants
        assert sorted(each.group_id for each in directory.groups("acme")) == groups
    with pytest.raises(ApiNotFound):
        backend.services(STRANGER).directory.groups("acme")
