"""Searching the index: by trigrams over everything, by a look at each row within a tenant, which is quicker.

A row is found only within a scope, whose rows alone are counted: nothing is filtered afterwards.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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
    tuple_,
    union_all,
)

from app.database import reading, snapshot
from app.portal.domain.refs import GroupRef, Scope
from app.portal.store.index.tables import IndexedDevice, IndexedGroup, IndexedPerson
from app.portal.store.scopes import is_within

MAX_HITS = 1_000  # that are ranked; of more it is only known that there are more
_TRIGRAM = 3  # characters
_MOST_NAMED = 3
_FTS_TABLES = {IndexedDevice: "portal_index_devices_text", IndexedPerson: "portal_index_people_text"}  # of SQLite
_KEYS: Mapping[type[Any], Sequence[Any]] = {
    IndexedDevice: (IndexedDevice.name_key, IndexedDevice.serial_key, IndexedDevice.mac),
    IndexedPerson: (
        IndexedPerson.name_key,
        IndexedPerson.extension,
        IndexedPerson.phone_key,
        IndexedPerson.user_key,
        IndexedPerson.line_key,
    ),
}
_LAST = "\U0010ffff"  # sorts behind every character

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
        self._is_sqlite = engine.dialect.name == "sqlite"

    def find(self, indexed: Indexed, pattern: SearchPattern, scope: Scope) -> tuple[Sequence[Hit], bool]:
        """Return the hits, best first, and whether there are more than MAX_HITS.

        Where there are, the best are looked for by themselves: over everything, only by the keys of the index.
        """
        if not pattern.words:
            return (), False
        with snapshot(self._engine) as db:
            inside = db.execute(self._statement(indexed, pattern.words, scope).limit(MAX_HITS + 1)).all()
            if len(inside) <= MAX_HITS:
                return sorted(_to_hit(row, pattern) for row in inside), False
            rows = {tuple(row): row for row in inside}
            for statement in self._best(indexed, pattern.whole, scope):
                rows |= {tuple(row): row for row in db.execute(statement)}
            return sorted(_to_hit(row, pattern) for row in rows.values())[:MAX_HITS], True

    def load_devices(self, ids: Collection[int]) -> Mapping[int, IndexedDevice]:
        if not ids:
            return {}
        with reading(self._engine) as db:
            return {row.id: row for row in db.scalars(select(IndexedDevice).where(IndexedDevice.id.in_(ids)))}

    def load_people(self, ids: Collection[int]) -> Mapping[int, tuple[IndexedPerson, IndexedDevice | None]]:
        """Return people with their devices."""
        if not ids:
            return {}
        columns = (IndexedDevice.tenant_id, IndexedDevice.group_id, IndexedDevice.device_name)
        of_person = (IndexedPerson.tenant_id, IndexedPerson.group_id, IndexedPerson.device_name)
        is_own = and_(*(own == other for own, other in zip(columns, of_person, strict=True)))
        statement = select(IndexedPerson, IndexedDevice).outerjoin(IndexedDevice, is_own)
        with reading(self._engine) as db:
            rows = db.execute(statement.where(IndexedPerson.id.in_(ids))).all()
            return {person.id: (person, device) for person, device in rows}

    def load_groups(self, refs: Collection[GroupRef]) -> Mapping[GroupRef, IndexedGroup]:
        """Return what is known of these groups; the group id "" is the tenant itself."""
        if not refs:
            return {}
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
        with snapshot(self._engine) as db:
            read: Any = db.execute(select(*numbers).where(is_group)).one()
            names = db.execute(unread.order_by(IndexedGroup.tenant_id, IndexedGroup.group_id).limit(_MOST_NAMED))
            return Coverage([GroupRef(*row) for row in names], *read)

    def find_first(
        self, indexed: Indexed, patterns: Sequence[SearchPattern], scope: Scope, most: int
    ) -> Sequence[Sequence[int]]:
        """Return the ids of at most so many rows for each pattern, in no order. Every pattern has words."""
        ids: list[list[int]] = [[] for _ in patterns]
        limited = [rows.limit(most).subquery() for rows in self._select_first(indexed, patterns, scope)]
        selects = [select(literal(number), rows.c.id) for number, rows in enumerate(limited)]
        with reading(self._engine) as db:
            for number, id_ in db.execute(union_all(*selects)):
                ids[number].append(id_)
        return ids

    def _select_first(
        self, indexed: Indexed, patterns: Sequence[SearchPattern], scope: Scope
    ) -> Iterable[Select[tuple[int]]]:
        if scope.tenant_id is None:
            return [
                self._statement(indexed, pattern.words, scope).with_only_columns(indexed.id) for pattern in patterns
            ]
        rows = select(indexed.id, indexed.search_text).where(is_within(indexed, scope)).cte("within_scope")
        rows = rows.prefix_with("MATERIALIZED")  # read once for all patterns
        return [select(rows.c.id).where(*self._have(rows.c.search_text, pattern.words)) for pattern in patterns]

    def _best(self, indexed: Indexed, texts: Collection[str], scope: Scope) -> Iterator[Any]:
        """Yield statements for rows of which a field equals one of the texts, or begins with it.

        Trigrams know no beginning: those of a common word have most rows, each of which would be looked at.
        """
        if scope.tenant_id is None and indexed in _KEYS:
            columns = _columns(indexed)
            for key in _KEYS[indexed]:
                for text in texts:
                    first = text.upper() if key is IndexedDevice.mac else text
                    yield select(*columns).where(key >= first, key < first + _LAST).order_by(key).limit(MAX_HITS)
            return
        for end in ("\n", ""):
            framed = [f"\n{text}{end}" for text in texts]
            yield self._statement(indexed, [framed], scope).limit(MAX_HITS)

    def _statement(self, indexed: Indexed, words: Sequence[Collection[str]], scope: Scope) -> Select[Any]:
        statement = select(*_columns(indexed)).where(is_within(indexed, scope))
        text_column = indexed.search_text
        if scope.tenant_id is not None or indexed not in _FTS_TABLES:
            return statement.where(*self._have(text_column, words))
        if not self._is_sqlite:  # its own statistics decide whether trigrams are quicker
            like = [or_(*(text_column.contains(text, autoescape=True) for text in word)) for word in words]
            return statement.where(*like)
        by_trigrams = [word for word in words if all(len(text) >= _TRIGRAM for text in word)]
        if by_trigrams:
            name = _FTS_TABLES[indexed]
            trigrams = table(name, column("rowid"))
            matches = literal_column(name).op("MATCH")(_match_expression(by_trigrams))
            statement = statement.join(trigrams, trigrams.c.rowid == indexed.id).where(matches)
        return statement.where(*self._have(text_column, [word for word in words if word not in by_trigrams]))

    def _have(self, text_column: ColumnElement[str], words: Sequence[Collection[str]]) -> Iterable[ColumnElement[bool]]:
        """Return conditions that no index of trigrams answers: all rows are looked at."""
        position = func.instr if self._is_sqlite else func.strpos
        return [or_(*(position(text_column, text) > 0 for text in word)) for word in words]


def _columns(indexed: Indexed) -> Sequence[Any]:
    identity: Any = literal(0).label("id") if indexed is IndexedGroup else indexed.id
    return identity, indexed.search_text, indexed.tenant_id, indexed.group_id


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
