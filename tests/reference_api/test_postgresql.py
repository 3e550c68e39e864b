"""The same API over PostgreSQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select

from app.database import connect, upgrade
from app.reference_api import MIGRATIONS, VERSION_TABLE, ReferenceSettings, prepare
from app.reference_api.demo.sites import SITES
from app.reference_api.tables import Base, Group, Tenant
from tests.support import postgres
from tests.support.api_world import AMSTERDAM, HEADQUARTERS, PASSWORD, World, open_world, problems
from tests.support.rounds import Rounds, at_once

postgres.skip_without()
pytestmark = pytest.mark.xdist_group("postgresql")


@pytest.fixture
def world(postgresql: str) -> Iterator[World]:
    """Accounts and groups in a database of their own."""
    with postgres.database(postgresql, "reference_api") as url:
        engine = connect(url)
        upgrade(engine, MIGRATIONS, VERSION_TABLE)
        engine.dispose()
        world = open_world(url)
        world.add_accounts_and_groups()
        yield world
        world.engine.dispose()


def test_migrations_match_models(world: World) -> None:
    with world.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "api_alembic", "compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_devices_are_sorted_by_code_point(world: World) -> None:
    for name in ("b", "Z", "ä", "a", "A 1", "A-1", "😀", "\uffee"):
        world.device(name)
    rows = world.signed_in("owner").get(*HEADQUARTERS).get_json()["access_devices"]
    assert [row["deviceName"] for row in rows] == ["A 1", "A-1", "Z", "a", "b", "ä", "\uffee", "😀"]


def test_device_life_cycle(world: World) -> None:
    owner = world.signed_in("owner")
    new = {"deviceName": "é 100%", "deviceType": "Yealink-T48G", "macAddress": "00:15:65:aa:bb:cc"}
    assert owner.post(*HEADQUARTERS, body=new).status_code == 201
    assert owner.put(*HEADQUARTERS, "é 100%", "reboot_phone", body={}).status_code == 200
    assert owner.get(*HEADQUARTERS, "é 100%").get_json()["status"] == "Offline"
    world.clock.advance(20)
    assert owner.get(*HEADQUARTERS, "é 100%").get_json()["status"] == "Online"
    file = (*HEADQUARTERS, "é 100%", "config_files", "y000000000035.cfg")
    assert owner.put(*file, body={"fileSource": "Custom", "fileContent": "AP8N"}).status_code == 200
    assert owner.get(*file, "content").get_json() == {"fileContent": "AP8N"}
    assert owner.get(*HEADQUARTERS, "\x00").status_code == 404
    assert owner.delete(*HEADQUARTERS, "é 100%").status_code == 200


def test_lines_are_reordered(world: World) -> None:
    world.device("desk", lines=[1, 2, 3])
    wanted = [f"desk-{order}@acme.example" for order in (3, 1, 2)]
    path = (*HEADQUARTERS, "desk", "connected_users")
    answer = world.signed_in("owner").put(*path, body={"connected_users": wanted})
    assert [user["linePort"] for user in answer.get_json()["connected_users"]] == wanted


def test_parallel_guesses_lock_account(world: World) -> None:
    def guess(password: str) -> int:
        return world.anonymous().post("login", body={"username": "owner", "password": password}).status_code

    with ThreadPoolExecutor(5) as pool:
        assert set(pool.map(guess, ["wrong"] * 10)) == {401}
    assert guess(PASSWORD) == 401


def test_concurrent_creates_share_no_mac(world: World, rounds: Rounds) -> None:
    cast = [(world.signed_in("owner"), HEADQUARTERS), (world.signed_in("stranger"), AMSTERDAM)]
    for turn, chance in enumerate(rounds):
        body = {"deviceName": f"{turn}", "deviceType": "Generic SIP Phone", "macAddress": f"001565{turn:06X}"}
        answers = at_once(chance, *(partial(api.post, *path, body=body) for api, path in cast))
        assert sorted(answer.status_code for answer in answers) == [201, 400]
        (refused,) = (answer for answer in answers if answer.status_code == 400)
        assert [code for code, _ in problems(refused)] == [5]


def test_concurrent_starts_fill_demo_once(postgresql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    small = [site for site in SITES if site.group_id != "campus"]  # which has ten thousand devices
    monkeypatch.setattr("app.reference_api.demo.SITES", small)
    with postgres.database(postgresql, "demo") as url:
        settings = ReferenceSettings(database_url=url)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda _: prepare(settings, PASSWORD), range(2)))
        engine = connect(url)
        with engine.connect() as connection:
            assert connection.scalar(select(func.count()).select_from(Tenant)) == 3
            assert connection.scalar(select(func.count()).select_from(Group)) == len(small)
        engine.dispose()


@pytest.mark.parametrize(
    ("criteria", "names"),
    [
        ({"insensitiveDeviceNameContains": "kitchen_"}, ["kitchen_ 1", "KITCHEN_ 2"]),
        ({"insensitiveDeviceNameContains": "KITCHEN_"}, ["kitchen_ 1", "KITCHEN_ 2"]),
        ({"sensitiveDeviceNameContains": "KITCHEN_"}, ["KITCHEN_ 2"]),
        ({"insensitiveDeviceNameContains": "kitchen"}, ["Kitchens", "kitchen_ 1", "KITCHEN_ 2", "\u212aitchen"]),
        ({"insensitiveDeviceNameEquals": "KITCHEN"}, ["\u212aitchen"]),
        ({"insensitiveDeviceNameStarts": "itchen"}, []),
        ({"insensitiveDeviceNameContains": "FI"}, ["\ufb01le"]),
        ({"insensitiveDeviceNameContains": "\u212a"}, ["Kitchens", "kitchen_ 1", "KITCHEN_ 2", "\u212aitchen"]),
        ({"sensitiveDeviceMacAddressContains": "65:aa"}, []),
        ({"sensitiveDeviceMacAddressContains": "65:AA"}, ["Kitchens"]),
        ({"insensitiveDeviceMacAddressContains": "65-aa"}, ["Kitchens"]),
        ({"insensitiveDeviceMacAddressContains": "", "insensitiveDeviceGroupIdEquals": "WAREHOUSE"}, ["KITCHEN_ 2"]),
        ({"insensitiveDeviceVersionContains": "%"}, []),
    ],
)
def test_search_finds_what_it_finds_elsewhere(world: World, criteria: dict[str, str], names: list[str]) -> None:
    world.device("Kitchens", mac_address="001565AABBCC")
    world.device("kitchen_ 1")
    world.device("KITCHEN_ 2", group="warehouse")
    world.device("\u212aitchen")
    world.device("\ufb01le")
    answer = world.signed_in("admin").get("search", "device", **criteria).get_json()
    assert sorted(row["deviceName"] for row in answer["devices"]) == sorted(names)
