"""Acts of jobs whose answers are lost: each is sent once, and what a reading shows is what is told."""

import pytest

from app.portal.domain.jobs import ItemState
from tests.support.config_files import FILE
from tests.support.faults import faults
from tests.support.faults.portal import Faulty
from tests.support.jobs import create, items, plan_file, work

NAME = "acme/headquarters/Desk 01"


def plan(faulty: Faulty, action: str, url: str) -> None:
    if action == "file":
        plan_file(faulty.browser, url, FILE, b"a = 1\n")
    if action == "edit":
        faulty.browser.post(f"{url}plan", description_do="set", description="new")
    if action == "delete":
        faulty.browser.post(f"{url}plan", confirm="1")


@pytest.mark.parametrize(("action", "method"), [("edit", "PUT"), ("file", "PUT"), ("delete", "DELETE")])
def test_act_without_an_answer_is_sent_once(faulty: Faulty, action: str, method: str) -> None:
    url = create(faulty.browser, action, NAME)
    plan(faulty, action, url)
    work(faulty.world, faulty.browser.app)
    faulty.server.script(method, "/", faults.acts_then_hangs_up)
    faulty.browser.submit(faulty.browser.get(url), f"{url}start")
    work(faulty.world, faulty.browser.app)
    assert items(faulty.world) == [("Desk 01", ItemState.DONE, None)]
    assert len(faulty.server.seen(method)) == 1
    assert faulty.outcomes() == ["applied"]
