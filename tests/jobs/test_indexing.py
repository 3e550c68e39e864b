"""The rounds of the index over a platform on a socket: what they read, how fast, and when they stop."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

import pytest

from tests.support.background import Background, background
from tests.support.faults import faults
from tests.support.faults.server import Exchange, Fault, FaultServer
from tests.support.population import API_HQ, GROUPS
from tests.support.world import END_USER, OWNER, SYSTEM_ADMIN, TENANT_ADMIN, Member, World

LISTS = [f"tenants/{tenant}/groups/{group}/access_devices/" for tenant, group in GROUPS]
NO_SUCH_CALL = faults.answers_json({"errors": [{"message": "no such call"}]}, 404)
REFUSES = faults.answers_json({"errors": [{"message": "not for you"}]}, 403)


@pytest.fixture
def server(world: World) -> Iterator[FaultServer]:
    with FaultServer(world.api) as server:
        yield server


@pytest.fixture
def process(world: World, server: FaultServer) -> Iterator[Background]:
    with background(world, server) as process:
        yield process


def test_round_reads_lists_then_people_then_devices(process: Background) -> None:
    calls = process.run()
    assert calls[:2] == ["login/", "tenants/"]
    assert [path for path, count in Counter(calls).items() if count > 1] == []
    last_list = max(calls.index(path) for path in LISTS)
    assert calls.index(f"{API_HQ}Reception/") > last_list
    assert f"{API_HQ}Reception/connected_users/" not in calls
    devices = process.devices()
    assert len(devices) == 33
    reception = devices["headquarters", "Reception"]
    assert reception.description == "By the door"
    assert reception.files_seen_at is not None
    assert reception.tags_seen_at is not None
    assert process.state.problem == ""
    assert process.run() == []
    process.world.clock.advance(minutes=15)
    calls = process.run()  # the next round
    assert sorted(path for path in calls if path.endswith("/access_devices/")) == sorted(LISTS)
    assert f"{API_HQ}Reception/" not in calls
    process.world.clock.advance(days=1)
    assert f"{API_HQ}Reception/" in process.run()


@pytest.mark.parametrize("fault", [NO_SUCH_CALL, faults.answers(500)], ids=["404", "500"])
def test_people_come_device_by_device_without_end_points(
    process: Background, server: FaultServer, fault: Fault
) -> None:
    server.script("GET", "/device_end_points/", fault)
    calls = process.run()
    assert max(calls.index(path) for path in LISTS) < calls.index(f"{API_HQ}Reception/connected_users/")
    assert calls.index(f"{API_HQ}Reception/connected_users/") < calls.index(f"{API_HQ}Reception/")
    assert process.devices()["headquarters", "Reception"].people_seen_at is not None
    assert process.portal.index.progress.read().problems == []


def test_refused_group_is_passed_over_and_missing_one_forgotten(process: Background, server: FaultServer) -> None:
    process.run()
    process.world.clock.advance(minutes=15)
    server.script("GET", LISTS[0], REFUSES)
    server.script("GET", LISTS[1], faults.answers(404))  # by whatever lies in between
    assert len(process.run()) > len(LISTS)
    groups = {group for group, _ in process.devices()}
    assert groups == {"headquarters", "warehouse", "amsterdam"}
    assert len(process.portal.index.progress.read().problems) == 2
    process.world.clock.advance(minutes=15)
    server.script("GET", LISTS[0], NO_SUCH_CALL)
    server.script("GET", "/globex/groups/", faults.answers_json({"groups": []}))
    process.run()
    assert {group for group, _ in process.devices()} == {"warehouse"}


@pytest.mark.parametrize(
    ("fault", "pause", "reason"),
    [
        (faults.answers(429, b"{}", ("Retry-After", "200")), 200, "429"),
        (faults.answers(503), 60, "503"),
    ],
    ids=["429", "503"],
)
def test_round_stops_while_platform_fails(
    process: Background, server: FaultServer, fault: Fault, pause: int, reason: str
) -> None:
    count = len(server.requests)
    server.script("GET", LISTS[3], fault)
    process.run()
    assert server.requests[-1].path.endswith(LISTS[3])
    assert pause - 1 < process.state.due_in <= pause
    assert reason in process.state.problem
    calls = len(server.requests)
    assert count < calls
    process.world.clock.advance(seconds=pause - 2)
    process.run()
    assert len(server.requests) == calls
    server.script("*", "", process.carry_out)
    process.world.clock.advance(seconds=3)
    process.run()
    assert process.state.problem == ""


def test_failure_of_one_group_is_passed_over_and_of_three_is_not(process: Background, server: FaultServer) -> None:
    server.script("GET", LISTS[0], faults.resets)
    process.run()
    assert {group for group, _ in process.devices()} == {"warehouse", "amsterdam"}
    [problem] = process.portal.index.progress.read().problems
    assert (problem.group_id, process.state.problem) == ("headquarters", "")
    server.script("GET", "/", faults.answers(500))
    process.world.clock.advance(minutes=15)
    count = len(server.requests)
    process.run()
    process.world.clock.advance(minutes=11)
    process.run()
    assert len(server.requests) == count + 2
    assert "500" in process.state.problem


def test_slow_list_is_recorded_before_round_stops(world: World, server: FaultServer) -> None:
    with background(world, server, list_timeout=2) as process:
        server.script("GET", LISTS[0], faults.delays(1.1))
        process.run()
        assert "slow: a call took 1 s" in process.state.problem
        assert ("headquarters", "Reception") in process.devices()
        server.script("GET", LISTS[1], faults.hangs)
        world.clock.advance(minutes=2)
        process.run()
        assert "took longer than 2 seconds" in process.state.problem
        assert 119 < process.state.due_in <= 120  # the second time in succession
        world.clock.advance(minutes=3)
        process.run()  # the others come first
        assert process.state.problem == ""


def test_ended_session_is_replaced(process: Background, server: FaultServer) -> None:
    def end_sessions(exchange: Exchange) -> None:
        server.script("GET", LISTS[2], process.carry_out)
        world.end_backend_sessions()
        process.carry_out(exchange)

    world = process.world
    server.script("GET", LISTS[2], end_sessions)
    calls = process.run()
    assert calls.count("login/") == 2
    assert calls.count(LISTS[2]) == 2
    assert len(process.devices()) == 33


def test_refused_account_is_tried_once_an_hour(
    world: World, server: FaultServer, caplog: pytest.LogCaptureFixture
) -> None:
    with background(world, server, service_password="wrong") as process:
        assert process.run() == ["login/"]
        world.clock.advance(minutes=2)
        assert process.run() == []
        assert process.state.problem.startswith(f"the platform refuses to sign {SYSTEM_ADMIN.username} in")
        assert caplog.text.count(process.state.problem) == 1
    world.clock.advance(minutes=2)
    with background(world, server, END_USER) as process:  # at the next start
        assert process.run() == ["login/", "logout/"]
        assert process.state.problem.startswith(f"{END_USER.username} has level 0, but needs 8, 12 or 16")


@pytest.mark.parametrize(
    ("member", "groups"), [(TENANT_ADMIN, {"headquarters", "warehouse"}), (OWNER, {"headquarters"})]
)
def test_account_indexes_what_it_may_see(world: World, server: FaultServer, member: Member, groups: set[str]) -> None:
    with background(world, server, member) as process:
        calls = process.run()
        assert {group for group, _ in process.devices()} == groups
        assert process.portal.index.progress.read().problems == []
        assert "tenants/" not in calls


def test_pace_is_kept_across_restart(world: World, server: FaultServer) -> None:
    times: list[float] = []
    for _ in range(2):
        with background(world, server, index_calls_per_minute=1200) as process:
            server.script("*", "", stop_after(process, 6))
            process.run()
            times += [time for _, time in process.calls]
    assert len(times) == 12
    for first, last in combinations(range(12), 2):  # an arrival may be late, and so closer to the next
        assert times[last] - times[first] > 0.05 * (last - first - 1)


def stop_after(process: Background, count: int) -> Fault:
    """Ask the process to end after so many calls."""

    def fault(exchange: Exchange) -> None:
        process.carry_out(exchange)
        if len(process.calls) >= count:
            process.stopping.set()

    return fault


def test_round_goes_on_where_it_stopped(world: World, server: FaultServer) -> None:
    calls: list[str] = []
    for count in (9, 10_000):
        with background(world, server) as process:
            server.script("GET", "/access_devices/", stop_after(process, count))
            calls += process.run()
            assert process.state.is_running is False
            assert process.state.problem == ""
    lists = [path for path in calls if path.endswith("/access_devices/")]
    assert Counter(lists) == Counter(LISTS)
    assert calls.count("tenants/") == 2
