"""kill -9 while a write is under way: the history is whole, nothing is sent twice, and the next reader settles it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter
from sqlalchemy import text

from tests.support.killed import AFTER, WAYS
from tests.support.population import HQ
from tests.support.world import COLLEAGUE, World, settings_in

PAGES = {
    "edit": f"{HQ}Desk 01/",
    "create": f"{HQ}Fresh/",
    "delete": f"{HQ}Desk 02/",
    "lines": f"{HQ}Reception/",
    "reboot": f"{HQ}Fax/",
}


class Reading(HTTPAdapter):
    """Lets nobody write."""

    def __init__(self, behind: BaseAdapter) -> None:
        super().__init__()
        self._behind = behind

    def send(self, request: PreparedRequest, *args: object, **kwargs: object) -> Response:
        assert request.method == "GET" or "/login/" in (request.url or "")
        return self._behind.send(request)


@pytest.fixture(scope="module")
def scenes(populated: Path, compiled_templates: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder for each death, with what it left."""
    folder = tmp_path_factory.mktemp("killed")
    for at in range(len(WAYS)):
        (folder / str(at)).mkdir()
        for name in ("portal.db", "reference_api.db"):
            shutil.copy(populated / name, folder / str(at) / name)
    arguments = [sys.executable, "-m", "tests.support.killed", str(folder), str(compiled_templates)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder, compiled_templates


@pytest.mark.xdist_group("killed")
@pytest.mark.parametrize(("at", "write", "moment"), [(at, *way) for at, way in enumerate(WAYS)])
def test_killed_write_is_reconciled_by_next_reading(
    scenes: tuple[Path, Path], at: int, write: str, moment: str
) -> None:
    folder, templates = scenes[0] / str(at), scenes[1]
    marks = folder / "marks"
    assert (marks.read_text() if marks.exists() else "") == ("sent\n" if moment == AFTER else "")
    world = World(settings_in(folder), templates)
    with world.held_by().engine.connect() as connection:
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
    assert [results for _, results in world.changes()] == [[]]
    colleague = world.browser(COLLEAGUE, world.another_portal(Reading))
    assert "In progress" in colleague.get("/history/").words
    world.clock.advance(minutes=2)
    assert "The portal stopped before the platform responded." in colleague.get("/history/").words
    for _ in range(2):
        assert colleague.get(PAGES[write]).status in {200, 404}
    settled = [] if write == "reboot" else ["applied"] if moment == AFTER else ["not applied"]
    assert [results for _, results in world.changes()] == [settled]
    page = colleague.get(f"{PAGES[write]}history/")
    there = page.status == 200
    assert there or (write, moment) == ("create", AFTER)
    world.close()
