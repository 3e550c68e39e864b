"""The demo data has what the documentation and the browser tests rely on."""

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.database import connect, reading, snapshot, writing
from app.reference_api import ReferenceSettings, create_reference_api, current_demo_password, prepare
from app.reference_api.demo import ACCOUNTS, SERVICE_ACCOUNT
from app.reference_api.tables import AccessDevice, Line, Tenant, UserAccount
from tests.support.api_world import PASSWORD, Api, Clock, CountingHasher, World

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
    return ReferenceSettings(database_url=f"sqlite:///{file}")


@pytest.fixture(scope="module")
def demo(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    file = tmp_path_factory.mktemp("demo") / "own.db"
    shutil.copy(demo_database, file)
    hasher = CountingHasher()
    return World(create_reference_api(settings_for(file), hasher), Clock(), hasher)


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


def test_demo_has_tenants_and_groups(admin: Api) -> None:
    groups = {}
    for tenant in admin.get("tenants").get_json()["tenants"]:
        listed = admin.get("tenants", tenant["tenantId"], "groups").get_json()["groups"]
        groups[tenant["tenantId"]] = [group["groupId"] for group in listed]
    assert groups == GROUPS


def test_demo_group_sizes(admin: Api) -> None:
    sizes = {group: len(devices(admin, tenant, group)) for tenant, groups in GROUPS.items() for group in groups}
    assert (sizes["annex"], sizes["kiosk"], sizes["campus"]) == (0, 1, 10_000)
    assert 380 <= sum(sizes.values()) - sizes["campus"] <= 420
    assert all(sizes[group] >= 20 for group in sizes.keys() - {"annex", "kiosk"})


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.username)
def test_accounts_share_one_password(demo: World, account: Any) -> None:
    answer = demo.anonymous().post("login", body={"username": account.username, "password": PASSWORD})
    assert answer.get_json()["profile"] == {"user_level": account.level, "is_first_login": False}


def test_later_password_is_not_current(demo: World) -> None:
    settings = settings_for(Path(str(demo.engine.url.database)))
    assert current_demo_password(settings, PASSWORD) == PASSWORD
    assert current_demo_password(settings, "another one") is None


def test_demo_accounts_are_complete() -> None:
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


def test_most_campus_phones_are_online(admin: Api) -> None:
    statuses = Counter(row["status"] for row in devices(admin, "initech", "campus"))
    assert set(statuses) == {"Online", "Offline", "Unavailable", "Unknown"}
    assert statuses["Online"] > 8_000
    assert statuses["Offline"] > 300


@pytest.mark.parametrize(("tenant", "group"), SHOWCASES)
def test_showcase_has_all_line_orderings(admin: Api, tenant: str, group: str) -> None:
    most: Counter[tuple[bool, bool]] = Counter()
    for row in devices(admin, tenant, group):
        path = ("tenants", tenant, "groups", group, "access_devices", row["deviceName"], "connected_users")
        answer = admin.get(*path).get_json()
        flags = (answer["noLineReOrdering"], answer["staticLineReOrdering"])
        most[flags] = max(most[flags], len(answer["connected_users"]))
    assert most[False, True] >= 2
    assert most[False, False] >= 2
    assert most[True, False] >= 1


@pytest.mark.parametrize(("tenant", "group"), SHOWCASES)
def test_showcase_has_needed_devices(admin: Api, tenant: str, group: str) -> None:
    rows = devices(admin, tenant, group)
    macs = [row["macAddress"] for row in rows if row["deviceType"] == "Yealink-T48G"]
    assert any(macs)
    assert not all(macs)
    assert any(row["deviceType"] == "Generic SIP Phone" for row in rows)


@pytest.mark.parametrize(("tenant", "group"), SHOWCASES)
def test_showcase_overrides_tag_at_all_levels(admin: Api, tenant: str, group: str) -> None:
    levels_of_tags = []
    for row in devices(admin, tenant, group):
        if row["deviceType"] == "Yealink-T48G":
            path = ("tenants", tenant, "groups", group, "access_devices", row["deviceName"], "available_tags")
            tags = admin.get(*path).get_json()["availableTags"]
            levels_of_tags.append({tag["level"] for tag in tags if tag["name"] == "%RINGTONE%"})
    assert {"System_Default", "System_DeviceType", "Group_DeviceType", "DeviceProfile"} in levels_of_tags


def test_documented_names_and_macs_are_free(demo: World) -> None:
    with snapshot(demo.engine) as session:
        names = set(session.scalars(select(AccessDevice.device_name)))
        macs = set(session.scalars(select(AccessDevice.mac_address)))
    assert not names & SEED_NAMES
    assert not macs & SEED_MACS


def test_phone_numbers_are_fictional(demo: World) -> None:
    with reading(demo.engine) as session:
        numbers = {number for number in session.scalars(select(Line.phone_number)) if number}
    ranges = ("02079460", "01614960", "01914980", "01632960", "01174960", "01314960", "01144960", "01134960")
    assert len(numbers) > 1_000
    assert all(number.startswith(ranges) and len(number) == 11 for number in numbers)


def test_devices_have_enough_ports(admin: Api) -> None:
    rows = admin.get("search", "device").get_json()["devices"]
    assert min(row["freePorts"] for row in rows) >= 0


def test_dynamic_types_have_no_gaps(demo: World) -> None:
    highest = select(func.max(Line.order) - func.count()).join(AccessDevice, AccessDevice.id == Line.device_key)
    dynamic = AccessDevice.device_type.in_(["Yealink-T42G", "Yealink-T46G", "Yealink-T48G", "Polycom-VVX450"])
    with reading(demo.engine) as session:
        assert set(session.scalars(highest.where(dynamic).group_by(Line.device_key))) == {0}


def test_existing_demo_gets_service_account(demo: World) -> None:
    settings = settings_for(Path(str(demo.engine.url.database)))
    for password in ("the first secret key", "the first secret key", "another secret key"):
        prepare(settings, PASSWORD, password)
        body = {"username": SERVICE_ACCOUNT.username, "password": password}
        assert demo.anonymous().post("login", body=body).get_json()["profile"]["user_level"] == 16
    body["password"] = "the first secret key"
    assert demo.anonymous().post("login", body=body).status_code == 401


def test_prepare_keeps_existing_data(tmp_path: Path, empty_database: Path) -> None:
    file = tmp_path / "own.db"
    shutil.copy(empty_database, file)
    engine = connect(f"sqlite:///{file}")
    with writing(engine) as session:
        session.add(Tenant(tenant_id="mine", name="Mine"))
    prepare(settings_for(file), PASSWORD, "a secret key")
    with snapshot(engine) as session:
        assert session.scalars(select(Tenant.tenant_id)).all() == ["mine"]
        assert session.scalars(select(UserAccount.username)).all() == []
    engine.dispose()
