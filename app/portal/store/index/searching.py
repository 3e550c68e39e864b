"""Searching the index: by trigrams over everything, by a plain look within a tenant where that is quicker.

A row is found only within a scope, whose rows alone are counted: nothing is filtered afterwards.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Engine,
    Select,
    and_,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from app.database import reading
from app.portal.domain.refs import GroupRef, Scope
from app.portal.store.index.tables import IndexedDevice, IndexedGroup, IndexedPerson

MAX_HITS = 1_000  # that are ranked; of more it is only known that there are more
_TRIGRAM = 3  # characters
_MOST_NAMED = 3
_PATTERNS_AT_ONCE = 50  # of a statement
_FTS_TABLES = {IndexedDevice: "portal_index_devices_text", IndexedPerson: "portal_index_people_text"}

Indexed = type[Any]  # IndexedDevice, IndexedPerson or IndexedGroup


@dataclass(frozen=True)
class SearchPattern:
    """The meaning of a text. Each of `words` must be there, in one of its notations; `whole` are those of the text.

    All are folded as the texts of the index are, and none is empty.
    """

    words: Sequence[Collection[str]]
    whole: Collection[str]


class Hit(NamedTuple):
    """A row that matches. `rank`: 0 where a field equals the text, 1 where one begins with it, else 2.

    `id` is 0 of a group.
    """

    rank: int
    search_text: str
    id: int
    tenant_id: str
    group_id: str


@dataclass(frozen=True)
class Coverage:
    """Groups, how many of them have their devices and their people read, and the times of the oldest readings.

    `without_people` are some of the groups whose people were not read.
    """

    without_people: Sequence[GroupRef]
    groups: int
    with_devices: int
    with_people: int
    oldest_devices: float | None
    oldest_people: float | None


class IndexSearch:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._has_trigram_table = engine.dialect.name == "sqlite"

    def find(self, indexed: Indexed, pattern: SearchPattern, scope: Scope) -> tuple[Sequence[Hit], bool]:
        """Return the hits, best first, and whether there are more than MAX_HITS."""
        if not pattern.words:
            return (), False
        with reading(self._engine) as db:
            inside = self._select(db, indexed, pattern.words, scope, MAX_HITS + 1)
            if len(inside) <= MAX_HITS:
                return sorted(_to_hit(row, pattern) for row in inside), False
            rows = {tuple(row): row for row in inside}
            for before, after in (("\n", "\n"), ("\n", "")):
                framed = [f"{before}{text}{after}" for text in pattern.whole]
                rows |= {tuple(row): row for row in self._select(db, indexed, [framed], scope, MAX_HITS)}
            return sorted(_to_hit(row, pattern) for row in rows.values())[:MAX_HITS], True

    def load_devices(self, ids: Collection[int]) -> Mapping[int, IndexedDevice]:
        with reading(self._engine) as db:
            return {row.id: row for row in db.scalars(select(IndexedDevice).where(IndexedDevice.id.in_(ids)))}

    def load_people(self, ids: Collection[int]) -> Mapping[int, tuple[IndexedPerson, IndexedDevice | None]]:
        """Return people with their devices."""
        columns = (IndexedDevice.tenant_id, IndexedDevice.group_id, IndexedDevice.device_name)
        of_person = (IndexedPerson.tenant_id, IndexedPerson.group_id, IndexedPerson.device_name)
        is_own = and_(*(own == other for own, other in zip(columns, of_person, strict=True)))
        statement = select(IndexedPerson, IndexedDevice).outerjoin(IndexedDevice, is_own)
        with reading(self._engine) as db:
            rows = db.execute(statement.where(IndexedPerson.id.in_(ids))).all()
            return {person.id: (person, device) for person, device in rows}

    def load_groups(self, refs: Collection[GroupRef]) -> Mapping[GroupRef, IndexedGroup]:
        """Return what is known of these groups; the group id "" is the tenant itself."""
        key = tuple_(IndexedGroup.tenant_id, IndexedGroup.group_id)
        statement = select(IndexedGroup).where(key.in_([(ref.tenant_id, ref.group_id) for ref in refs]))
        with reading(self._engine) as db:
            return {GroupRef(row.tenant_id, row.group_id): row for row in db.scalars(statement)}

    def coverage(self, scope: Scope) -> Coverage:
        """Return how far the groups of a scope that are known were read."""
        seen = (IndexedGroup.devices_seen_at, IndexedGroup.people_seen_at)
        numbers: list[Any] = [func.count(), *map(func.count, seen), *map(func.min, seen)]
        is_group = (IndexedGroup.group_id != "") & is_within(IndexedGroup, scope)
        unread = select(IndexedGroup.tenant_id, IndexedGroup.group_id).where(is_group, seen[1].is_(None))
        with reading(self._engine) as db:
            read: Any = db.execute(select(*numbers).where(is_group)).one()
            names = db.execute(unread.order_by(IndexedGroup.tenant_id, IndexedGroup.group_id).limit(_MOST_NAMED))
            return Coverage([GroupRef(*row) for row in names], *read)

    def find_first(
        self, indexed: Indexed, patterns: Sequence[SearchPattern], scope: Scope, most: int
    ) -> Sequence[Sequence[int]]:
        """Return the ids of at most so many rows for each pattern, in no order. Every pattern has words."""
        ids: list[list[int]] = [[] for _ in patterns]
        for first in range(0, len(patterns), _PATTERNS_AT_ONCE):
            selects = []
            for number, pattern in enumerate(patterns[first : first + _PATTERNS_AT_ONCE], first):
                rows = self._statement(indexed, pattern.words, scope).limit(most).subquery()
                selects.append(select(literal(number), rows.c.id))
            with reading(self._engine) as db:
                for number, id_ in db.execute(union_all(*selects)):
                    ids[number].append(id_)
        return ids

    def _select(
        self, db: Session, indexed: Indexed, words: Sequence[Collection[str]], scope: Scope, most: int
    ) -> Sequence[Any]:
        statement = self._statement(indexed, words, scope).limit(most)
        return db.execute(statement).all()

    def _statement(self, indexed: Indexed, words: Sequence[Collection[str]], scope: Scope) -> Select[Any]:
        identity: Any = literal(0).label("id") if indexed is IndexedGroup else indexed.id
        statement = select(identity, indexed.search_text, indexed.tenant_id, indexed.group_id)
        statement = statement.where(is_within(indexed, scope))
        name = _FTS_TABLES.get(indexed)
        has_trigrams = [all(len(text) >= _TRIGRAM for text in word) for word in words]
        if name and self._has_trigram_table and scope.tenant_id is None and any(has_trigrams):
            trigrams = table(name, column("rowid"))
            long_words = [word for word, is_long in zip(words, has_trigrams, strict=True) if is_long]
            matches = literal_column(name).op("MATCH")(_match_expression(long_words))
            statement = statement.join(trigrams, trigrams.c.rowid == indexed.id).where(matches)
            words = [word for word, is_long in zip(words, has_trigrams, strict=True) if not is_long]
        for word in words:
            statement = statement.where(or_(*(indexed.search_text.contains(text, autoescape=True) for text in word)))
        return statement


def is_within(indexed: Indexed, scope: Scope) -> ColumnElement[bool]:
    if scope.tenant_id is None:
        return true()
    in_tenant: ColumnElement[bool] = indexed.tenant_id == scope.tenant_id
    return in_tenant if scope.group_id is None else in_tenant & (indexed.group_id == scope.group_id)


def _match_expression(words: Sequence[Collection[str]]) -> str:
    """Return an FTS5 query: a text in quotes is one run of trigrams, that is a part of the searched text."""
    groups = [" OR ".join('"{}"'.format(text.replace('"', '""')) for text in word) for word in words]
    return " AND ".join(f"({group})" for group in groups)


def _to_hit(row: Any, pattern: SearchPattern) -> Hit:
    text = row.search_text
    if any(f"\n{whole}\n" in text for whole in pattern.whole):
        rank = 0
    else:
        rank = 1 if any(f"\n{whole}" in text for whole in pattern.whole) else 2
    return Hit(rank, text, row.id, row.tenant_id, row.group_id)
