"""The one door for writes: noted before it is made, made once at most, told as it went."""

import contextlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPResponse

from app.portal.api.errors import ApiBusy, ApiError, ApiNotFound
from app.portal.domain.refs import GroupRef
from app.portal.models.access_device import AccessDevice
from app.portal.services.changes.executor import ChangeError, ChangeExecutor, Done, EditConflict, OutcomeUnknown
from tests.support.changes import ACTOR, INTENT, LATE, nothing, outcomes, raises
from tests.support.client import Browser
from tests.support.devices import NEW_T46, create_device, edit_device, list_device_names, read_device
from tests.support.population import API_HQ, HEADQUARTERS, HQ
from tests.support.statements import BEGIN_WRITE, record_statements
from tests.support.world import OWNER, World


def test_intent_is_in_the_database_before_the_call(world: World, executor: ChangeExecutor) -> None:
    seen = []
    executor.execute(INTENT, lambda: seen.append(world.changes()), recheck=nothing, look=nothing)
    [[(change, outcomes_then)]] = seen
    assert outcomes_then == []
    assert (change.username, change.role, change.address, change.request_id) == (
        "me",
        "Group admin",
        "192.0.2.1",
        "0A1B",
    )
    assert (change.action, change.tenant_id, change.group_id, change.device_name) == (
        "device:edit",
        "acme",
        "headquarters",
        "Fax",
    )
    assert (change.before, change.after) == (INTENT.before, INTENT.after)
    assert change.at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_what_was_answered_is_applied(world: World, executor: ChangeExecutor) -> None:
    assert executor.execute(INTENT, lambda: "made", recheck=nothing, look=nothing) == Done("made")
    assert outcomes(world) == [["applied"]]


@pytest.mark.parametrize("error", [ApiNotFound("gone"), EditConflict(None)])  # type: ignore[arg-type]  # any device
def test_what_is_no_longer_right_is_not_sent(world: World, executor: ChangeExecutor, error: Exception) -> None:
    sent: list[None] = []
    with pytest.raises(type(error)):
        executor.execute(INTENT, lambda: sent.append(None), recheck=raises(error), look=nothing)
    assert (sent, outcomes(world)) == ([], [["refused"]])


@pytest.mark.parametrize("error", [ApiNotFound("gone", status=404), ApiBusy("busy", status=429)])
def test_refusal_is_recorded_and_leaves_as_it_came(world: World, executor: ChangeExecutor, error: ApiError) -> None:
    with pytest.raises(type(error)):
        executor.execute(INTENT, raises(error), recheck=nothing, look=raises(AssertionError()))
    assert outcomes(world) == [["refused"]]


def test_lost_answer_seen_by_reading_is_applied(world: World, executor: ChangeExecutor) -> None:
    assert executor.execute(INTENT, raises(LATE), recheck=nothing, look=lambda: True) == Done(None, is_confirmed=False)
    assert outcomes(world) == [["applied"]]


@pytest.mark.parametrize(
    ("look", "looks_undone"),
    [(lambda: False, True), (lambda: None, False), (raises(LATE), False)],
)
def test_lost_answer_stays_unknown_while_possible(
    world: World, executor: ChangeExecutor, look: Callable[[], bool | None], looks_undone: bool
) -> None:
    calls: list[None] = []

    def call() -> None:
        calls.append(None)
        raise LATE

    with pytest.raises(OutcomeUnknown) as caught:
        executor.execute(INTENT, call, recheck=nothing, look=look)
    assert (caught.value.looks_undone, outcomes(world), len(calls)) == (looks_undone, [["unknown"]], 1)


def test_crash_leaves_an_intent_without_outcome(world: World, executor: ChangeExecutor) -> None:
    with pytest.raises(KeyboardInterrupt):
        executor.execute(INTENT, raises(KeyboardInterrupt()), recheck=nothing, look=nothing)
    assert outcomes(world) == [[]]


def test_cache_generation_rises_before_and_after_calls(world: World, executor: ChangeExecutor) -> None:
    generations = world.held_by().cache_generations
    during: list[int] = []
    for call in (lambda: during.append(generations.current(HEADQUARTERS)), raises(ApiNotFound("gone")), raises(LATE)):
        before = generations.current(HEADQUARTERS)
        with contextlib.suppress(ApiError, OutcomeUnknown):
            executor.execute(INTENT, call, recheck=nothing, look=nothing)
        assert generations.current(HEADQUARTERS) == before + 2
    assert during == [1]
    assert generations.current(GroupRef("acme", "annex")) == 0


FAX = AccessDevice(device_name="Fax", device_type="T")


@pytest.mark.parametrize("error", [LATE, EditConflict(FAX), ApiNotFound("gone")])
def test_refused_or_lost_change_takes_two_write_transactions(
    world: World, executor: ChangeExecutor, error: Exception
) -> None:
    recheck, call = (raises(error), nothing) if isinstance(error, EditConflict) else (nothing, raises(error))
    with record_statements(world.held_by().engine) as statements, pytest.raises((ApiError, ChangeError)):
        executor.execute(INTENT, call, recheck=recheck, look=nothing)
    assert statements.count(BEGIN_WRITE) == 2


def test_no_transaction_is_open_during_the_call(world: World, executor: ChangeExecutor) -> None:
    """Another worker can write meanwhile; SQLite would make it wait."""
    other = world.held_by(world.another_portal()).audit_log
    executor.execute(INTENT, lambda: other.begin(INTENT, ACTOR, world.clock()), recheck=nothing, look=nothing)
    assert len(world.changes()) == 2


class Losing(HTTPAdapter):
    """Lets every write act, unless told otherwise, and loses its answer; remembers what was sent."""

    def __init__(self, behind: BaseAdapter) -> None:
        super().__init__()
        self._behind = behind
        self.sent: list[tuple[str | None, Any]] = []
        self.acts = True
        self.hidden_once_sent = ""  # a path for which something on the way then says 404

    def send(self, request: PreparedRequest, *args: object, **kwargs: object) -> Response:
        if self.sent and self.hidden_once_sent and request.path_url.endswith(self.hidden_once_sent):
            return self.build_response(request, HTTPResponse(BytesIO(b"<p>?</p>"), status=404, preload_content=False))
        if request.method == "GET" or "log" in (request.url or "").rpartition("/v1/")[2][:4]:
            return self._behind.send(request)
        self.sent.append((request.method, json.loads(request.body) if request.body else None))
        if self.acts:
            self._behind.send(request).close()
        raise TimeoutError


@pytest.fixture
def losing(world: World) -> tuple[Browser, Losing]:
    wires: list[Losing] = []

    def wire(behind: BaseAdapter) -> BaseAdapter:
        wires.append(Losing(behind))
        return wires[0]

    return world.browser(OWNER, world.another_portal(wire)), wires[0]


def test_device_whose_answer_was_lost_is_found_by_reading(world: World, losing: tuple[Browser, Losing]) -> None:
    owner, wire = losing
    answer = create_device(owner, **NEW_T46)
    assert answer.location == f"{HQ}Fresh/"
    assert "The platform did not confirm it, but the device shows the change" in owner.get(answer.location).words
    assert [method for method, _ in wire.sent] == ["POST"]
    assert outcomes(world) == [["applied"]]


def test_lost_edit_and_delete_are_found_by_reading(world: World, losing: tuple[Browser, Losing]) -> None:
    owner, wire = losing
    assert edit_device(owner, "Fax", description="new").status == 303
    assert owner.submit(owner.get(f"{HQ}Fax/delete")).location == HQ
    assert wire.sent == [("PUT", {"description": "new"}), ("DELETE", None)]
    assert "Fax" not in list_device_names(world)
    assert outcomes(world) == [["applied"], ["applied"]]


@pytest.mark.parametrize("hidden", ["access_devices/Fresh/", "access_devices/"], ids=["the device", "its group"])
def test_lost_create_behind_foreign_404_is_unknown(world: World, losing: tuple[Browser, Losing], hidden: str) -> None:
    owner, wire = losing
    page = owner.get(f"{HQ}new?type={NEW_T46['device_type']}")
    wire.acts, wire.hidden_once_sent = hidden == "access_devices/Fresh/", hidden
    answer = owner.submit(page, **NEW_T46)
    assert (answer.status, answer.h1) == (503, "Status unknown")
    assert "The platform did not confirm the change" in answer.words
    assert [method for method, _ in wire.sent] == ["POST"]
    assert outcomes(world) == [["unknown"]]


def test_lost_create_without_device_shows_no_change(world: World, losing: tuple[Browser, Losing]) -> None:
    owner, wire = losing
    wire.acts = False
    answer = create_device(owner, **NEW_T46)
    assert (answer.status, answer.h1) == (503, "Status unknown")
    assert "The device shows no change so far" in answer.words
    assert outcomes(world) == [["unknown"]]


def test_lost_delete_behind_foreign_404_is_unknown(world: World, losing: tuple[Browser, Losing]) -> None:
    owner, wire = losing
    page = owner.get(f"{HQ}Fax/delete")
    wire.hidden_once_sent = f"{API_HQ}Fax/"
    answer = owner.submit(page)
    assert (answer.status, answer.h1) == (503, "Status unknown")
    assert outcomes(world) == [["unknown"]]


def test_lost_reboot_is_unknown_and_not_repeated(world: World, losing: tuple[Browser, Losing]) -> None:
    owner, wire = losing
    answer = owner.submit(owner.get(f"{HQ}Fax/reboot"))
    assert (answer.status, answer.h1) == (503, "Status unknown")
    assert len(wire.sent) == 1
    assert outcomes(world) == [["unknown"]]


def test_password_whose_answer_was_lost_stays_unknown(world: World, losing: tuple[Browser, Losing]) -> None:
    owner, wire = losing
    form = owner.get(f"{HQ}Softphone/edit")
    typed = {"use_custom_user_name_password": "true", "user_name": "me", "password": "first-Needle"}
    assert owner.submit(form, **typed).status == 303
    answer = edit_device(owner, "Softphone", password="second-Needle")
    assert (answer.status, answer.h1) == (503, "Status unknown")
    assert wire.sent[-1] == ("PUT", {"password": "second-Needle"})
    assert outcomes(world) == [["applied"], ["unknown"]]
    assert b"Needle" not in world.database_bytes()
    assert read_device(world, "Softphone")["userName"] == "me"


def test_audit_log_names_who_did_it_and_the_request(world: World) -> None:
    owner = world.browser(OWNER, address="198.51.100.7")
    edit_device(owner, "Fax", description="new")
    [(change, _)] = world.changes()
    assert (change.username, change.role, change.address) == (OWNER.username, "Group admin", "198.51.100.7")
    assert len(change.request_id) == 8
