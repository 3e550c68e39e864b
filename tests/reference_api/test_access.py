"""Level and scope of every address in the URL map."""

import itertools
from typing import NamedTuple

import pytest
from werkzeug.test import TestResponse

from app.database import writing
from app.reference_api import ReferenceSettings, create_reference_api
from app.reference_api.tables import UserAccount
from tests.support.api_world import ACCOUNTS, World

OPEN, LOGGED_IN, GROUP_ADMIN, SYSTEM_ADMIN = None, 0, 8, 16
LEVELS = {
    "/api/v1/login/": OPEN,
    "/api/v1/openapi.json": OPEN,
    "/api/v1/docs/": OPEN,
    "/api/v1/docs/page.css": OPEN,
    "/api/v1/logout/": LOGGED_IN,
    "/api/v1/search/device/": SYSTEM_ADMIN,
}
OWN = {"tenant": "acme", "group": "headquarters", "device": "desk", "file": "y000000000028.cfg"}
FOREIGN = {"tenant": "globex", "group": "amsterdam", "device": "theirs", "file": "y000000000028.cfg"}


class Call(NamedTuple):
    method: str
    rule: str

    def by(self, world: World, who: str | None, parts: dict[str, str]) -> TestResponse:
        api = world.signed_in(who) if who else world.anonymous()
        path = self.rule
        for name, value in parts.items():
            path = path.replace(f"<{name}>", value)
        return api.client.open(path, method=self.method, data="[]")


def calls() -> list[Call]:
    app = create_reference_api(ReferenceSettings(database_url="sqlite://"))
    return [
        Call(method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods or ())
        if method not in {"HEAD", "OPTIONS"}
    ]


CALLS = calls()
SCOPED = [call for call in CALLS if "<tenant>" in call.rule]
CLOSED = [call for call in CALLS if LEVELS.get(call.rule, GROUP_ADMIN) is not OPEN]


@pytest.fixture
def world_with_devices(world: World) -> World:
    world.device("desk")
    world.device("theirs", group="amsterdam")
    return world


@pytest.mark.parametrize("call", CLOSED, ids=" ".join)
def test_call_without_session_is_401(world_with_devices: World, call: Call) -> None:
    assert call.by(world_with_devices, None, OWN).status_code == 401


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_level_is_checked_first(world_with_devices: World, call: Call) -> None:
    needed = LEVELS.get(call.rule, GROUP_ADMIN)
    for who, parts in itertools.product(ACCOUNTS, (OWN, FOREIGN)):
        forbidden = needed is not None and ACCOUNTS[who][0] < needed
        assert (call.by(world_with_devices, who, parts).status_code == 403) == forbidden, who


@pytest.mark.parametrize("call", SCOPED, ids=" ".join)
@pytest.mark.parametrize("who", ["owner", "colleague"])
def test_out_of_scope_looks_like_absent(world_with_devices: World, call: Call, who: str) -> None:
    absent = [
        dict(FOREIGN, tenant="nowhere"),
        *(dict(OWN, **{part: "absent"}) for part in ("tenant", "group", "device")),
    ]
    foreign = call.by(world_with_devices, who, FOREIGN)
    assert foreign.status_code == 404
    for parts in absent:
        missing = call.by(world_with_devices, who, parts)
        if missing.status_code == 404:
            assert (missing.data, missing.headers) == (foreign.data, foreign.headers)
        else:
            assert parts["tenant"] == OWN["tenant"]  # the part that is absent is not in this address


@pytest.mark.parametrize("call", SCOPED, ids=" ".join)
@pytest.mark.parametrize("who", ["owner", "colleague", "admin"])
def test_address_in_scope_is_answered(world_with_devices: World, call: Call, who: str) -> None:
    assert call.by(world_with_devices, who, OWN).status_code in {200, 400, 416}


@pytest.mark.parametrize("call", [call for call in SCOPED if "<group>" in call.rule], ids=" ".join)
def test_group_admin_gets_404_for_other_group(world_with_devices: World, call: Call) -> None:
    assert call.by(world_with_devices, "neighbour", OWN).status_code == 404


@pytest.mark.parametrize(
    ("who", "tenants"),
    [("owner", ["acme"]), ("stranger", ["globex"]), ("colleague", ["acme"]), ("admin", ["acme", "globex"])],
)
def test_tenant_list_is_scoped(world: World, who: str, tenants: list[str]) -> None:
    listed = world.signed_in(who).get("tenants").get_json()["tenants"]
    assert listed == [{"tenantId": tenant, "name": tenant.title()} for tenant in tenants]


@pytest.mark.parametrize(("who", "groups"), [("owner", ["headquarters"]), ("colleague", ["headquarters", "warehouse"])])
def test_group_list_is_scoped(world: World, who: str, groups: list[str]) -> None:
    listed = world.signed_in(who).get("tenants", "acme", "groups").get_json()["groups"]
    assert listed == [{"tenantId": "acme", "groupId": group, "groupName": group.title()} for group in groups]


def test_unknown_level_counts_as_next_lower(world: World) -> None:
    world.device("desk")
    colleague = world.signed_in("colleague")
    with writing(world.engine) as session:
        session.get_one(UserAccount, "colleague").level = 11
    assert colleague.get("tenants", "acme", "groups", "headquarters", "access_devices").status_code == 404
    assert colleague.get("tenants").status_code == 200
