"""Two at once, in two workers, and a process killed at any time: nothing lost, nothing mixed, nothing twice."""

import os
import signal
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import permutations
from random import Random
from time import monotonic, sleep
from typing import Any

import pytest
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter
from sqlalchemy import text

from tests.support import boards
from tests.support.client import Browser, Page
from tests.support.config_files import FILE, FILES, VERSIONS, apply, assert_versions_agree, content, upload
from tests.support.devices import read_device
from tests.support.population import API_HQ, HQ
from tests.support.rounds import Rounds, at_once
from tests.support.sessions import read_cookie
from tests.support.world import COLLEAGUE, OWNER, World

MANY: dict[str, Any] = {"file_versions": 10_000}  # so that none of the rounds before is dropped


class Counted(HTTPAdapter):
    """Counts the writes that go out, by method."""

    def __init__(self, behind: BaseAdapter, sent: Counter[str]) -> None:
        super().__init__()
        self._behind, self._sent = behind, sent

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        self._sent[request.method or ""] += 1
        return self._behind.send(request, *args, **kwargs)


@pytest.fixture
def sent() -> Counter[str]:
    return Counter()


@pytest.fixture
def both(world: World, sent: Counter[str]) -> tuple[Browser, Browser]:
    """Two people, each at a worker of their own."""
    first, second = (world.another_portal(lambda wire: Counted(wire, sent), **MANY) for _ in range(2))
    return world.browser(OWNER, first), world.browser(COLLEAGUE, second)


def done(page: Page) -> bool:
    """Whether its person was told that it is done; else that it is not, and why."""
    assert page.status in {303, 404, 409, 422}, page.words
    return page.status == 303


def outcomes(world: World) -> Counter[str]:
    found = [results for _, results in world.changes()]
    assert all(len(results) == 1 for results in found)
    return Counter(results[0] for results in found)


def test_concurrent_edits_keep_what_was_reported_saved(
    world: World, both: tuple[Browser, Browser], sent: Counter[str], rounds: Rounds
) -> None:
    (me, you), saved = both, 0
    for number, chance in enumerate(rounds):
        my_form, your_form = me.get(f"{HQ}Fax/edit"), you.get(f"{HQ}Fax/edit")
        mine, yours = at_once(
            chance,
            partial(me.submit, my_form, description=f"mine {number}"),
            partial(you.submit, your_form, physical_location=f"yours {number}"),
        )
        now = read_device(world, "Fax")
        assert (now["description"] == f"mine {number}") is done(mine)
        assert (now["physicalLocation"] == f"yours {number}") is done(yours)
        saved += done(mine) + done(yours)
    assert outcomes(world)["applied"] == sent["PUT"] == saved


def test_edit_and_a_deletion_at_once_end_as_each_was_told(
    world: World, both: tuple[Browser, Browser], rounds: Rounds
) -> None:
    editor, remover = both
    for number, chance in enumerate(rounds):
        name = f"Passing {number}"
        world.tell_api("POST", API_HQ, {"deviceName": name, "deviceType": "Generic SIP Phone"})
        edit_form, delete_form = editor.get(f"{HQ}{name}/edit"), remover.get(f"{HQ}{name}/delete")
        edited, deleted = at_once(
            chance, partial(editor.submit, edit_form, description="mine"), partial(remover.submit, delete_form)
        )
        left = {each["deviceName"] for each in world.tell_api("GET", API_HQ, None)["access_devices"]}
        assert (name in left) is not done(deleted)
        if name in left:
            assert (read_device(world, name)["description"] == "mine") is done(edited)


def test_concurrent_orders_save_one_and_report_the_other(
    world: World, both: tuple[Browser, Browser], sent: Counter[str], rounds: Rounds
) -> None:
    (me, you), lines = both, (boards.ADA, boards.BEA, boards.CYD)
    boards.add_device(world, "Base", "Yealink-W60B", {boards.ADA: 1, boards.BEA: 2, boards.CYD: 5})
    orders = [dict(zip(lines, order, strict=True)) for order in permutations(range(1, 9), len(lines))]
    for number, chance in enumerate(rounds, 1):
        now = boards.read_ports(world)
        mine = chance.choice([order for order in orders if order != now])
        # Where both move a line to one port, that is done for both.
        yours = chance.choice([order for order in orders if order != now and not order.items() & mine.items()])
        my_board, your_board = me.get(boards.BASE), you.get(boards.BASE)
        pages = at_once(chance, partial(save_order, me, my_board, mine), partial(save_order, you, your_board, yours))
        told = [order for order, page in zip((mine, yours), pages, strict=True) if done(page)]
        assert [boards.read_ports(world)] == told
        assert sent["PUT"] == number
    assert outcomes(world)["applied"] == sent["PUT"]


def save_order(browser: Browser, page: Page, order: dict[str, int]) -> Page:
    return boards.press(browser, page, {line: str(port) for line, port in order.items()}, do="save")


def test_file_that_is_sent_twice_at_once_goes_out_once(
    world: World, both: tuple[Browser, Browser], sent: Counter[str], rounds: Rounds
) -> None:
    owner = both[0]
    again = world.nobody(both[1].app)
    again.client.set_cookie("portal", read_cookie(owner))
    for number, chance in enumerate(rounds):
        wanted = b"round = %d\n" % number
        page = upload(owner, wanted)
        answers = at_once(chance, partial(apply, owner, page), partial(apply, again, page))
        assert {answer.status for answer in answers} <= {303, 409}
        assert sent["PUT"] == number + 1
        assert content(world) == wanted
    assert outcomes(world)["applied"] == sent["PUT"]
    assert_versions_agree(world)


def takes(work: Callable[[], Page]) -> float:
    """Do it undisturbed; how many seconds it took."""
    begun = monotonic()
    assert work().status == 303
    return monotonic() - begun


def killed_at_some_time(chance: Random, world: World, work: Callable[[], Page], within: float) -> None:
    """Done in a process of its own, which is killed some time within so many seconds, if it is not over by then."""
    child = os.fork()
    if child == 0:
        for app in world.portals:  # connections are their process's own
            world.held_by(app).engine.dispose(close=False)
        world.api_engine.dispose(close=False)
        try:
            work()
        finally:
            os._exit(0)
    sleep(chance.uniform(0, 1.5 * within))  # to begin takes a while too
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def assert_settled(world: World, reader: Browser, url: str, noted: int, arrived: bool) -> None:
    """Both databases are whole, and once somebody reads, the changes after those say what became of the last one."""
    for engine in (world.held_by().engine, world.api_engine):
        with engine.connect() as connection:
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
    world.clock.advance(minutes=2)
    assert reader.get(url).status == 200
    left = [results for _, results in world.changes()[noted:]]
    assert left == [["applied"]] if arrived else left in ([], [["not applied"]])


def test_killed_file_change_is_told_truly_by_history(world: World, rounds: Rounds) -> None:
    owner = world.browser(OWNER, world.another_portal(**MANY))
    within = takes(partial(apply, owner, upload(owner, b"as it was\n")))
    for number, chance in enumerate(rounds):
        wanted, before, noted = b"round = %d\n" % number, content(world), len(world.changes())
        page = upload(owner, wanted)
        killed_at_some_time(chance, world, partial(apply, owner, page), within)
        arrived = content(world) == wanted
        assert arrived or content(world) == before
        assert_settled(world, owner, FILES, noted, arrived)
        assert_versions_agree(world)
        assert apply(owner, page).status == 303  # its person presses the button once more
        words = owner.get(VERSIONS).words
        taken = "This change was already submitted" in words or (arrived and f"{FILE} of Reception updated" in words)
        assert (content(world) == wanted) is (arrived or not taken)
        assert taken or not arrived
        assert_versions_agree(world)


def test_killed_edit_is_reconciled_by_the_next_reading(world: World, rounds: Rounds) -> None:
    owner, colleague = world.browser(OWNER), world.browser(COLLEAGUE)
    within = takes(partial(owner.submit, owner.get(f"{HQ}Fax/edit"), description="as it was"))
    for number, chance in enumerate(rounds):
        wanted, form = f"round {number}", owner.get(f"{HQ}Fax/edit")
        noted = len(world.changes())
        killed_at_some_time(chance, world, partial(owner.submit, form, description=wanted), within)
        arrived = read_device(world, "Fax")["description"] == wanted
        assert_settled(world, colleague, f"{HQ}Fax/", noted, arrived)
