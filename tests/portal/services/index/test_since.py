"""Since when devices have their status, over both databases."""

from datetime import UTC, datetime

import pytest

from app.portal.domain.refs import GroupRef
from app.portal.services.index.since import DeviceStatus, StatusSince
from app.portal.store.index.device_facts import DeviceFactsReader
from app.portal.store.index.status_times import StatusTimes
from tests.support.index import HEADQUARTERS, details, listed, recorder
from tests.support.world import World

pytestmark = pytest.mark.both_databases


def status_since(world: World) -> StatusSince:
    engine = world.held_by().engine
    return StatusSince(StatusTimes(engine), DeviceFactsReader(engine))


def test_status_is_described_with_the_one_before(world: World) -> None:
    index, times = recorder(world), status_since(world)
    assert times.describe(HEADQUARTERS, "A", "Online") == DeviceStatus(None, None, None, [])
    index.record_list(HEADQUARTERS, [listed("A"), listed("B")], age=3600)
    first = times.describe(HEADQUARTERS, "A", "Online")
    assert (first.before, first.before_at, len(first.turns)) == (None, None, 1)
    index.record_device(HEADQUARTERS, "A", details(status="Offline"), age=1800)
    index.record_list(HEADQUARTERS, [listed("A"), listed("B")], age=600)
    now = times.describe(HEADQUARTERS, "A", "Online")
    assert now.before == "Offline"
    assert [turn.to_status for turn in now.turns] == ["Online", "Offline", "Online"]
    moments = [first.since, now.before_at, now.since]
    assert None not in moments
    assert moments == sorted(moments, key=str)
    other = times.describe(HEADQUARTERS, "A", "Unavailable")  # the page saw what the index does not know yet
    assert (other.since, other.before_at, len(other.turns)) == (None, None, 3)


@pytest.mark.parametrize("others", [0, 600])
def test_since_is_first_reading_with_status(world: World, others: int) -> None:
    index, began = recorder(world), world.clock.now
    rest = [listed(f"Other {n}") for n in range(others)]
    times = status_since(world)
    index.record_list(HEADQUARTERS, [*rest, listed("A"), listed("B", status="Offline"), listed("C")], age=3600)
    index.record_list(HEADQUARTERS, [*rest, listed("A"), listed("B", status="Offline"), listed("C", status="Offline")])
    index.record_list(GroupRef("globex", "amsterdam"), [listed("B", status="Offline")])
    statuses = {
        "A": "Online",
        "B": "Offline",
        "C": "Online",
        "Unread": "Online",
        **{row.device_name: "Online" for row in rest},
    }
    since = times.of_devices(HEADQUARTERS, statuses)
    assert since.keys() == statuses.keys() - {"C", "Unread"}  # C is offline by now, as far as the index knows
    hour_ago = datetime.fromtimestamp(began.timestamp() - 3600, UTC)
    if world.settings.database_url.startswith("sqlite"):  # PostgreSQL's clock does not stand still
        assert since["B"] == hour_ago
    assert times.of_device(HEADQUARTERS, "B", "Offline") == since["B"]
    longest = StatusTimes(world.held_by().engine).load_longest(HEADQUARTERS, "Offline", 5)
    assert [time.device_name for time in longest] == ["B", "C"]
    assert longest[0].since < longest[1].since
