from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from app.portal.services.devices.merging import ChangedBy, find_field_conflicts
from tests.support.cases import record_case, requires_cases

FIELDS = ("description", "net_port", "mac_address")
devices = st.fixed_dictionaries({name: st.sampled_from(["", "a", "b", None, 1, True]) for name in FIELDS})


def test_each_kind_of_difference() -> None:
    opened = {"same": 1, "mine": 1, "theirs": 1, "both": 1, "agreed": 1}
    now = {"same": 1, "mine": 1, "theirs": 2, "both": 2, "agreed": 2}
    yours = {"same": 1, "mine": 3, "theirs": 1, "both": 3, "agreed": 2}
    assert {row.name: row.changed_by for row in find_field_conflicts(opened, now, yours)} == {
        "mine": ChangedBy.YOU,
        "theirs": ChangedBy.THEM,
        "both": ChangedBy.BOTH,
    }


def test_field_missing_in_form_is_unchanged() -> None:
    [row] = find_field_conflicts({"net_port": 1}, {"net_port": 2}, {})
    assert (row.changed_by, row.yours) == (ChangedBy.THEM, 1)


@requires_cases(*ChangedBy, "agreed")
@given(devices, devices, devices)
def test_merge_shows_differences_and_asks_on_conflict(
    opened: Mapping[str, object], now: Mapping[str, object], yours: Mapping[str, object]
) -> None:
    rows = {row.name: row for row in find_field_conflicts(opened, now, yours)}
    assert set(rows) == {name for name in FIELDS if now[name] != yours[name]}
    record_case("agreed", any(opened[name] != now[name] == yours[name] for name in FIELDS))
    for name, row in rows.items():
        record_case(row.changed_by)
        assert (row.changed_by is ChangedBy.BOTH) == (opened[name] not in (now[name], yours[name]))
        assert (row.opened, row.now, row.yours) == (opened[name], now[name], yours[name])
