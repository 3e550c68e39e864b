"""The history, page by page: together its pages are the whole answer, in a total order."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.portal.domain.audit import Action, Result
from app.portal.domain.refs import Scope
from app.portal.store.audit_queries import AuditQuery
from tests.support.cases import record_case, requires_cases
from tests.support.history import record_change
from tests.support.world import World

PEOPLE = ("ada@acme.example", "bob@acme.example")
DEVICES = ("fax", "lobby", "lobby 2")
ACTIONS = (Action.EDIT, Action.LINES)
RESULTS = (Result.APPLIED, Result.REFUSED, None)
COUNT = 47  # no multiple of a page
QUERIES = st.fixed_dictionaries(
    {"sort": st.sampled_from(["when", "who", "action", "device", "outcome"]), "descending": st.booleans()},
    optional={
        "who": st.sampled_from([("@acme",), ("ada", "acme"), ("nobody",), ("ada", "nobody")]),
        "device": st.sampled_from([("lobby",), ("x",)]),
        "action": st.sampled_from(ACTIONS),
        "outcome": st.sampled_from([Result.APPLIED, Result.UNKNOWN]),
    },
)


@dataclass(frozen=True)
class Written:
    """An entry as it was recorded."""

    id: int
    who: str
    device: str
    action: Action
    outcome: Result

    def is_asked_for(self, query: dict[str, Any]) -> bool:
        return (
            all(part in self.who for part in query.get("who", ()))
            and all(part in self.device for part in query.get("device", ()))
            and query.get("action") in {None, self.action}
            and query.get("outcome") in {None, self.outcome}
        )

    def sort_key(self, sort: str) -> Any:
        return self.id if sort == "when" else getattr(self, sort)


def write_entries(world: World) -> dict[int, Written]:
    entries = {}
    for number in range(COUNT):
        who, device = PEOPLE[number % 2], DEVICES[number // 2 % 3]
        action, result = ACTIONS[number // 3 % 2], RESULTS[number % 3]
        change_id = record_change(world, action, result, who=who, device=device)
        entries[change_id] = Written(change_id, who, device, action, result or Result.UNKNOWN)
    return entries


@pytest.mark.both_databases
@requires_cases("one page", "several pages", "several pages of some entries", "ties across pages", "nothing found")
def test_pages_hold_each_entry_once_in_order(world: World) -> None:
    entries = write_entries(world)
    queries = world.held_by().audit_queries

    @settings(max_examples=40)
    @given(QUERIES, st.integers(8, 20))
    def read_pages(asked: dict[str, Any], size: int) -> None:
        filters = {key: value for key, value in asked.items() if key not in {"sort", "descending"}}
        query = AuditQuery(scope=Scope("acme"), sort=f"{'-' * asked['descending']}{asked['sort']}", **filters)
        pages = [queries.list_page(query, start, size) for start in range(0, COUNT + size, size)]
        filled = [page for page in pages if page]
        found = [entries[change.id] for page in pages for change, _ in page]
        keys = [entry.sort_key(asked["sort"]) for entry in found]
        seams = range(size, len(found), size)

        record_case("nothing found", not found)
        record_case("one page", len(filled) == 1)
        record_case("several pages", len(filled) > 1)
        record_case("several pages of some entries", len(filled) > 1 and len(found) < COUNT)
        record_case("ties across pages", any(keys[seam - 1] == keys[seam] for seam in seams))
        expected = {entry.id for entry in entries.values() if entry.is_asked_for(filters)}
        assert sorted(entry.id for entry in found) == sorted(expected)
        assert all(len(page) == size for page in filled[:-1])
        assert queries.count(query) == len(found)
        assert [change.id for change, _ in queries.iterate(query)] == [entry.id for entry in found]
        assert keys == sorted(keys, reverse=asked["descending"])
        for (key, entry), (next_key, next_entry) in pairwise(zip(keys, found, strict=True)):
            assert key != next_key or entry.id > next_entry.id

    read_pages()
