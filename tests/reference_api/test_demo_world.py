"""What the demo promises to those who try it, and to the tests that run on it."""

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.database import connect, reading, writing
from app.reference_api import ReferenceSettings, create_reference_api, known_password, prepare
from app.reference_api.demo import ACCOUNTS
from app.reference_api.tables import AccessDevice, Line, Tenant
from tests.support.api_world import Api, Clock, CountingHasher, World

PASSWORD = "one for all"
GROUPS = {
    "acme": ["annex", "headquarters", "warehouse"],
    "globex": ["amsterdam", "brussels", "kiosk"],
    "initech": ["campus", "lab"],
}
SHOWCASES = [("acme", "headquarters"), ("globex", "amsterdam")]
SEED_MACS = {"221100CCBBAA", "332211CCBBAA", "110022BBAACC"}
SEED_NAMES = {"APIO Test Device", "APIO Test Device New", "DP_ApioUserTest", "foodevice"}

pytestmark = pytest.mark.xdist_group("demo_world")


def settings_for(file: Path) -> ReferenceSettings:
    return ReferenceSettings(
        database_url=f"sqlite:///{file}", argon2_time_cost=1, argon2_memory_cost=8, argon2_parallelism=1
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> World:
    settings = settings_for(tmp_path_factory.mktemp("demo") / "demo.db")
    prepare(settings, PASSWORD)
    hasher = CountingHasher()
    return World(create_reference_api(settings, hasher), Clock(), hasher)


@pytest.fixture(scope="module")
def admin(demo: World) -> Api:
    return signed_in(demo, "admin@provider.example")


def signed_in(demo: World, username: str) -> Api:
    api = demo.anonymous()
    assert api.post("login", body={"username": username, "password": PASSWORD}).status_code == 200
    return api


def devices(api: Api, tenant: str, group: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = api.get("tenants", tenant, "groups", group, "access_devices").get_json()[
        "access_devices"
    ]
    return listed


def test_the_tenants_and_their_groups_are_there(admin: Api) -> None:
    found = {}
    for tenant in admin.get("tenants").get_json()["tenants"]:
        listed = admin.get("tenants", tenant["tenantId"], "groups").get_json()["groups"]
        found[tenant["tenantId"]] = [group["groupId"] for group in listed]
    assert found == GROUPS


def test_the_groups_have_the_promised_sizes(admin: Api) -> None:
    sizes = {group: len(devices(admin, tenant, group)) for tenant, groups in GROUPS.items() for group in groups}
    assert (sizes["annex"], sizes["kiosk"], sizes["campus"]) == (0, 1, 10_000)
    assert 380 <= sum(sizes.values()) - sizes["campus"] <= 420
    assert all(sizes[group] >= 20 for group in sizes.keys() - {"annex", "kiosk"})


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.username)
def test_every_account_signs_in_with_the_one_password(demo: World, account: Any) -> None:
    answer = demo.anonymous().post("login", body={"username": account.username, "password": PASSWORD})
    assert answer.get_json()["profile"] == {"user_level": account.level, "is_first_login": False}


def test_a_password_that_is_set_later_is_not_told_as_that_of_the_accounts(demo: World) -> None:
    settings = settings_for(Path(str(demo.engine.url.database)))
    assert known_password(settings, PASSWORD) == PASSWORD
    assert known_password(settings, "another one") is None


def test_the_accounts_are_the_ones_that_were_promised() -> None:
    assert {(account.username, int(account.level), account.tenant_id, account.group_id) for account in ACCOUNTS} == {
        ("admin@provider.example", 16, None, None),
        ("support@provider.example", 16, None, None),
        ("tenant@acme.example", 12, "acme", None),
        ("group@acme.example", 8, "acme", "headquarters"),
        ("department@acme.example", 4, "acme", "headquarters"),
        ("user@acme.example", 0, "acme", "headquarters"),
        ("tenant@globex.example", 12, "globex", None),
        ("group@globex.example", 8, "globex", "amsterdam"),
    }


def test_some_phones_of_the_campus_are_offline_and_most_are_not(admin: Api) -> None:
    statuses = Counter(row["status"] for row in devices(admin, "initech", "campus"))
    assert set(statuses) == {"Online", "Offline", "Unavailable", "Unknown"}
    assert statuses["Online"] > 8_000
    assert statuses["Offline"] > 300


@pytest.mark.parametrize(("tenant", "group"), SHOWCASES)
def test_a_showcase_has_lines_of_all_three_orderings(admin: Api, tenant: str, group: str) -> None:
    most: Counter[tuple[bool, bool]] = Counter()
    for row in devices(admin, tenant, group):
        path = ("tenants", tenant, "groups", group, "access_devices", row["deviceName"], "connected_users")
        shown = admin.get(*path).get_json()
        flags = (shown["noLineReOrdering"], shown["staticLineReOrdering"])
        most[flags] = max(most[flags], len(shown["connected_users"]))
    assert most[False, True] >= 2
    assert most[False, False] >= 2
    assert most[True, False] >= 1


@pytest.mark.parametrize(("tenant", "group"), SHOWCASES)
def test_a_showcase_has_a_t48g_with_a_mac_and_one_without_and_a_generic_phone(
    admin: Api, tenant: str, group: str
) -> None:
    rows = devices(admin, tenant, group)
    macs = [row["macAddress"] for row in rows if row["deviceType"] == "Yealink-T48G"]
    assert any(macs)
    assert not all(macs)
    assert any(row["deviceType"] == "Generic SIP Phone" for row in rows)


@pytest.mark.parametrize(("tenant", "group"), SHOWCASES)
def test_a_showcase_overrides_a_tag_at_all_four_levels(admin: Api, tenant: str, group: str) -> None:
    ladders = []
    for row in devices(admin, tenant, group):
        if row["deviceType"] == "Yealink-T48G":
            path = ("tenants", tenant, "groups", group, "access_devices", row["deviceName"], "available_tags")
            tags = admin.get(*path).get_json()["availableTags"]
            ladders.append({tag["level"] for tag in tags if tag["name"] == "%RINGTONE%"})
    assert {"System_Default", "System_DeviceType", "Group_DeviceType", "DeviceProfile"} in ladders


def test_the_documented_examples_find_their_names_and_macs_free(demo: World) -> None:
    with reading(demo.engine) as session:
        names = set(session.scalars(select(AccessDevice.device_name)))
        macs = set(session.scalars(select(AccessDevice.mac_address)))
    assert not names & SEED_NAMES
    assert not macs & SEED_MACS


def test_phone_numbers_are_from_ranges_kept_for_fiction(demo: World) -> None:
    with reading(demo.engine) as session:
        numbers = {number for number in session.scalars(select(Line.phone_number)) if number}
    ranges = ("02079460", "01614960", "01914980", "01632960", "01174960", "01314960", "01144960", "01134960")
    assert len(numbers) > 1_000
    assert all(number.startswith(ranges) and len(number) == 11 for number in numbers)


def test_no_line_lies_past_the_ports_of_its_device(admin: Api) -> None:
    found = admin.get("search", "device").get_json()["devices"]
    assert min(row["freePorts"] for row in found) >= 0


def test_lines_of_a_dynamic_type_have_no_gaps(demo: World) -> None:
    highest = select(func.max(Line.order) - func.count()).join(AccessDevice, AccessDevice.id == Line.device_key)
    dynamic = AccessDevice.device_type.in_(["Yealink-T42G", "Yealink-T46G", "Yealink-T48G", "Polycom-VVX450"])
    with reading(demo.engine) as session:
        assert set(session.scalars(highest.where(dynamic).group_by(Line.device_key))) == {0}


def test_a_database_with_a_tenant_is_left_as_it_is(tmp_path: Path, empty_database: Path) -> None:
    file = tmp_path / "own.db"
    shutil.copy(empty_database, file)
    engine = connect(f"sqlite:///{file}")
    with writing(engine) as session:
        session.add(Tenant(tenant_id="mine", name="Mine"))
    prepare(settings_for(file), PASSWORD)
    with reading(engine) as session:
        assert session.scalars(select(Tenant.tenant_id)).all() == ["mine"]
    engine.dispose()
