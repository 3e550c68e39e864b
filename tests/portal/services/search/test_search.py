"""Finding devices, people and groups, over both databases."""

import pytest

from app.portal.domain.refs import EVERYWHERE, GroupRef, Scope
from app.portal.services.search.patterns import to_pattern
from app.portal.store.index.searching import MAX_HITS, IndexSearch
from app.portal.store.index.tables import IndexedDevice, IndexedGroup, IndexedPerson
from tests.support.index import HEADQUARTERS, details, listed, person, recorder
from tests.support.world import World

pytestmark = pytest.mark.both_databases

ANNEX = GroupRef("acme", "annex")
AMSTERDAM = GroupRef("globex", "amsterdam")


@pytest.fixture
def search(world: World) -> IndexSearch:
    index = recorder(world)
    index.record_directory("acme", "Acme Ltd", {"headquarters": "Head office", "annex": "Annex"})
    index.record_list(
        HEADQUARTERS,
        [
            listed("HQ 1.04 Élodie Weber", mac="001565A1B2C3", net_address="10.0.0.1", version="96.86.0.70"),
            listed("HQ 10%", device_type="Polycom-VVX450"),
        ],
        age=30,
    )
    polycom = details(device_type="Polycom-VVX450", serial_number="2005-X", description='Say "hello"')
    index.record_device(HEADQUARTERS, "HQ 10%", polycom, age=20)
    index.record_list(ANNEX, [listed("Annex 1"), listed("2005")], age=30)
    index.record_list(AMSTERDAM, [listed("AMS Weber")], age=30)
    index.record_people_of_group(
        HEADQUARTERS,
        [
            person("HQ 10%", first_name="Tomáš", last_name="Weber", extension="2005", phone_number="+44-2079460001"),
            person("HQ 10%", first_name="Ana", last_name="Webster", extension="12005", user_id="ana@acme.example"),
        ],
    )
    return IndexSearch(world.held_by().engine)


def devices(search: IndexSearch, text: str, scope: Scope = EVERYWHERE) -> list[str]:
    hits, _ = search.find(IndexedDevice, to_pattern(text), scope)
    rows = search.load_devices([hit.id for hit in hits])
    return [rows[hit.id].device_name for hit in hits]


def people(search: IndexSearch, text: str, scope: Scope = EVERYWHERE) -> list[str]:
    hits, _ = search.find(IndexedPerson, to_pattern(text), scope)
    rows = search.load_people([hit.id for hit in hits])
    return [rows[hit.id][0].first_name for hit in hits]


def test_device_is_found_by_each_field(search: IndexSearch) -> None:
    for text in (
        *("elodie", "ELODIE weber", '"1.04 élodie"', "00-15-65-A1", "0015.65a1", "b2c3", "10.0.0", "96.86", "b2:c3"),
        *("04 él", "élo"),
    ):
        assert devices(search, text) == ["HQ 1.04 Élodie Weber"], text
        assert devices(search, text, Scope("acme")) == ["HQ 1.04 Élodie Weber"], text


def test_signs_of_query_languages_are_plain_text(search: IndexSearch) -> None:
    for text in ('"hello"', 'y "hello', "10%", "2005-x", "vvx450"):
        assert devices(search, text) == ["HQ 10%"], text
        assert devices(search, text, Scope("acme")) == ["HQ 10%"], text
    for text in ("1_0", "%%%", "weber zzz", '""', "10.0.0.10", "NEAR(hq)", "hq OR", "*"):
        assert devices(search, text) == devices(search, text, Scope("acme")) == [], text


def test_person_is_found_by_name_and_number(search: IndexSearch) -> None:
    for text in (
        *("tomas", "weber t", "+44 20 7946 0001", "(020) 7946-0001", "02079460001", "079460001", "7946-0001"),
    ):
        assert people(search, text) == ["Tomáš"], text


def test_best_matches_come_first(search: IndexSearch) -> None:
    assert people(search, "2005") == ["Tomáš", "Ana"]
    assert people(search, "web") == ["Ana", "Tomáš"]
    assert devices(search, "2005") == ["2005", "HQ 10%"]
    assert people(search, "weber") == ["Tomáš"]


def test_scope_decides_before_anything_is_counted(search: IndexSearch) -> None:
    assert devices(search, "weber") == ["AMS Weber", "HQ 1.04 Élodie Weber"]
    assert devices(search, "weber", Scope("globex")) == ["AMS Weber"]
    assert devices(search, "weber", Scope("acme", "annex")) == []
    assert people(search, "weber", Scope("globex")) == []


def test_groups_and_tenants_are_found_by_name_and_id(search: IndexSearch) -> None:
    def places(text: str, scope: Scope = EVERYWHERE) -> list[str]:
        return [hit.group_id for hit in search.find(IndexedGroup, to_pattern(text), scope)[0]]

    assert places("head off") == ["headquarters"]
    assert places("acme") == [""]
    assert places("annex", Scope("acme", "headquarters")) == []


@pytest.mark.parametrize("scope", [EVERYWHERE, Scope("acme")])
def test_exact_match_is_first_among_more_than_are_ranked(world: World, search: IndexSearch, scope: Scope) -> None:
    many = [listed(f"Desk phone {number}") for number in range(MAX_HITS + 50)]
    recorder(world).record_list(ANNEX, [*many, listed("Phone"), listed("Phone 2")], age=-10)
    hits, has_more = search.find(IndexedDevice, to_pattern("phone"), scope)
    assert has_more
    assert len(hits) == MAX_HITS
    rows = search.load_devices([hit.id for hit in hits[:3]])
    assert [rows[hit.id].device_name for hit in hits[:2]] == ["Phone", "Phone 2"]
