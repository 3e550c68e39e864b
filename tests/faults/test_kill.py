"""A process killed with -9 while it applies a file: at every moment at which it writes something down or sends it."""

import os
import signal
from collections.abc import Callable
from typing import Any, NoReturn

import pytest
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter
from sqlalchemy import event

from app.portal.domain.audit import Result
from tests.support.client import Browser, Page
from tests.support.config_files import TEXT, THE_FILE, VERSIONS, apply, assert_versions_agree, content, upload
from tests.support.world import OWNER, World

MOMENTS = range(4)  # each commit and both ends of the PUT; a test holds that there are no more

Reached = Callable[[], None]


class Told(HTTPAdapter):
    """Says when a PUT is about to be sent, and when the backend has acted."""

    def __init__(self, wire: BaseAdapter, reached: Reached) -> None:
        super().__init__()
        self.puts = 0
        self._wire, self._reached = wire, reached

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        if request.method != "PUT":
            return self._wire.send(request, *args, **kwargs)
        self.puts += 1
        self._reached()
        answer = self._wire.send(request, *args, **kwargs)
        self._reached()
        return answer


def watch(world: World, reached: Reached) -> Told:
    held = world.held_by()
    told = Told(held.adapter, reached)
    held.__dict__["adapter"] = told
    event.listen(held.engine, "commit", lambda _connection: reached())
    return told


def applied_by_one_who_is_killed(world: World, browser: Browser, page: Page, moment: int) -> bool:
    """Apply in a process of its own, which is killed at this moment; whether it came so far."""
    child = os.fork()
    if child == 0:
        be_killed_at(moment, world, browser, page)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def be_killed_at(moment: int, world: World, browser: Browser, page: Page) -> NoReturn:
    left = moment

    def reached() -> None:
        nonlocal left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    world.held_by().engine.dispose(close=False)  # connections are their process's own
    world.api_engine.dispose(close=False)
    watch(world, reached)
    try:
        apply(browser, page)
    finally:
        os._exit(0)


def test_moments_are_all_that_there_are(world: World) -> None:
    owner = world.browser(OWNER)
    page = upload(owner, TEXT)
    counted: list[None] = []
    watch(world, lambda: counted.append(None))
    apply(owner, page)
    assert len(counted) == len(MOMENTS)


@pytest.mark.parametrize("moment", MOMENTS)
def test_kill_anywhere_keeps_history_and_versions_equal(world: World, moment: int) -> None:
    owner = world.browser(OWNER)
    before = content(world)
    page = upload(owner, TEXT)
    assert applied_by_one_who_is_killed(world, owner, page, moment)

    has_arrived = content(world) == TEXT
    assert has_arrived or content(world) == before
    noted = [outcomes for _, outcomes in world.changes()]
    assert noted in ([], [[]], [["applied"]])
    assert has_arrived or noted != [["applied"]]
    assert noted or not has_arrived
    assert_versions_agree(world)
    assert ("2 Current" in owner.get(VERSIONS).words) is has_arrived

    world.clock.advance(seconds=world.held_by().settings.longest_write.total_seconds())  # until then it is in the way
    told = watch(world, lambda: None)
    again = apply(owner, page)  # its person presses the button once more
    assert again.status == 303
    assert told.puts + has_arrived <= 1
    assert told.puts or noted  # either it could be sent again, or the history says what is known of it
    if told.puts:
        assert content(world) == TEXT
    shown = owner.get(VERSIONS).words
    assert ("This change was already submitted" in shown) is not bool(told.puts)
    assert_versions_agree(world)


@pytest.mark.parametrize(("moment", "result"), [(1, None), (2, Result.APPLIED)], ids=["before the PUT", "after it"])
def test_later_change_settles_version_of_killed_process(world: World, moment: int, result: Result | None) -> None:
    owner = world.browser(OWNER)
    assert applied_by_one_who_is_killed(world, owner, upload(owner, TEXT), moment)
    [existing, left] = world.contents()["portal_file_versions"]
    assert (existing.change_id, left.change_id) == (None, world.changes()[0][0].id)
    world.clock.advance(minutes=11)
    apply(owner, upload(owner, b"later\n"))
    results = {version.id: version.result for version in world.held_by().file_versions.list_versions(THE_FILE)}
    assert results.get(left.id) == result
    assert (left.id in {row.id for row in world.contents()["portal_file_versions"]}) is (result is not None)
    assert_versions_agree(world)
