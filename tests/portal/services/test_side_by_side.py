"""Pages wait for all their reads at once, not for one after the other."""

from collections.abc import Iterator

import pytest

from tests.support.config_files import CHANGE, FILES, VERSIONS
from tests.support.faults.portal import Faulty, faulty_world
from tests.support.faults.waves import Waves
from tests.support.population import HQ
from tests.support.world import World

RECEPTION = f"{HQ}Reception/"


@pytest.fixture
def faulty(world: World) -> Iterator[Faulty]:
    with faulty_world(world) as faulty:
        yield faulty


@pytest.mark.parametrize(
    ("url", "waves"),
    [
        (RECEPTION, 1),
        (f"{RECEPTION}edit", 1),
        (f"{RECEPTION}delete", 1),
        (f"{RECEPTION}reboot", 1),
        (f"{RECEPTION}lines/", 1),
        (f"{RECEPTION}tags/", 2),  # the contents of the files, once their list is there
        (f"{RECEPTION}tags/count", 1),
        (f"{RECEPTION}files/", 2),  # each file, once their list is there
        (FILES, 1),
        (CHANGE, 1),
        (VERSIONS, 1),
        (f"{RECEPTION}history/", 1),
        ("/tenants/acme/history/", 1),
        ("/", 2),  # the groups of all tenants, once these are there
        ("/tenants/acme/", 1),
    ],
)
def test_page_waits_once_for_its_reads(faulty: Faulty, url: str, waves: int) -> None:
    backend = Waves()
    faulty.server.script("GET", "/", backend)
    assert faulty.browser.get(url).status == 200
    assert backend.waves == waves
    paths = [seen.target for seen in faulty.server.seen("GET")]
    assert len(paths) == len(set(paths)) > 0


def test_write_reads_side_by_side_too(faulty: Faulty) -> None:
    page = faulty.browser.get(f"{RECEPTION}edit")
    backend = Waves()
    faulty.server.script("GET", "/", backend)
    assert faulty.browser.submit(page, description="On the stairs").status == 303
    assert backend.waves == 2  # the page, and the check right before the write
