"""Reads of the audit log for the history pages: filtered, sorted and paged by the database."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, UnaryExpression, and_, exists, func, select
from sqlalchemy.orm import aliased

from app.database import reading, snapshot
from app.portal.domain.audit import WRITES, Action, Result
from app.portal.domain.refs import Scope
from app.portal.store.audit import with_last_outcome
from app.portal.store.scopes import is_within
from app.portal.store.tables import Change, Outcome

ChangeWithOutcome = tuple[Change, Outcome | None]  # with the last outcome; None: not known yet

_PEOPLE_AMONG = 2_000  # newest entries; other names have to be typed in full
_OUTCOME = func.coalesce(Outcome.outcome, Result.UNKNOWN)
_SORTS: dict[str, Any] = {
    "when": Change.id,
    "who": Change.username_folded,
    "action": Change.action,
    "device": Change.device_order,
    "outcome": _OUTCOME,
}


@dataclass(frozen=True, kw_only=True)
class AuditQuery:
    """ "" and None do not filter. `who` and `device` are folded parts of names, all in one; `until` is excluded.

    Of `hidden` actions only those are returned that were not done. `only_writes` leaves out what changes no device.
    """

    scope: Scope
    who: Sequence[str] = ()
    action: str = ""
    outcome: str = ""
    device: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    hidden: Sequence[str] = ()
    only_writes: bool = False
    sort: str = "-when"


class AuditQueries:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def count(self, query: AuditQuery) -> int:
        with reading(self._engine) as db:
            return db.scalar(select(func.count()).select_from(Change).where(*_conditions(query))) or 0

    def list_page(self, query: AuditQuery, start: int, size: int) -> Sequence[ChangeWithOutcome]:
        with reading(self._engine) as db:
            return [
                (change, outcome) for change, outcome in db.execute(_select_entries(query).offset(start).limit(size))
            ]

    def iterate(self, query: AuditQuery) -> Iterator[ChangeWithOutcome]:
        """Yield every entry; some hundreds are in memory at a time."""
        with snapshot(self._engine) as db:
            for change, outcome in db.execute(_select_entries(query), execution_options={"yield_per": 500}):  # noqa: UP028 - rows are no tuples
                yield change, outcome

    def list_people(self, scope: Scope) -> Sequence[str]:
        """Return the names in the newest entries, sorted."""
        recent = select(Change.username).where(is_within(Change, scope)).order_by(Change.id.desc()).limit(_PEOPLE_AMONG)
        names = recent.subquery().c.username
        with reading(self._engine) as db:
            return db.scalars(select(names).distinct().order_by(names)).all()

    def find_change(self, scope: Scope, change_id: int) -> tuple[Change | None, str]:
        """Return a change within the scope and its last result; None and UNKNOWN where there is none."""
        statement = with_last_outcome().where(is_within(Change, scope), Change.id == change_id)
        with reading(self._engine) as db:
            row = db.execute(statement).one_or_none()
        change, outcome = row or (None, None)
        return change, outcome.outcome if outcome else Result.UNKNOWN

    def find_changes(self, change_ids: Collection[int]) -> Mapping[int, ChangeWithOutcome]:
        """Return changes by id; those that are deleted by now are left out."""
        with reading(self._engine) as db:
            rows = db.execute(with_last_outcome().where(Change.id.in_(change_ids)))
            return {change.id: (change, outcome) for change, outcome in rows}

    def find_later(self, change: Change, *actions: Action) -> Change | None:
        """Return the newest change of the same device, and of the same file, that took effect after this one."""
        scope = Scope(change.tenant_id, change.group_id, change.device_name)
        statement = (
            with_last_outcome()
            .where(is_within(Change, scope), Change.id > change.id, Change.action.in_(actions))
            .order_by(Change.id.desc())
        )
        with reading(self._engine) as db:
            for later, outcome in db.execute(statement):
                is_other_file = later.action == Action.FILE and not _is_same_file(later, change)
                if outcome and outcome.outcome == Result.APPLIED and not is_other_file:
                    return later
        return None

    def has_entries(self, scope: Scope) -> bool:
        """Return True if anything ever happened there. A refusal does not count: its URL may name nothing."""
        entry = select(Change.id).where(is_within(Change, scope), Change.action != Action.REFUSAL).limit(1)
        with reading(self._engine) as db:
            return db.scalar(entry) is not None


def _is_same_file(change: Change, other: Change) -> bool:
    return bool(change.after.get("file_format") == other.after.get("file_format"))


def _select_entries(query: AuditQuery) -> Select[Change, Outcome | None]:
    return with_last_outcome().where(*_conditions(query)).order_by(*_order(query.sort))


def _order(sort: str) -> Iterator[UnaryExpression[Any]]:
    key = _SORTS[sort.removeprefix("-")]
    yield key.desc() if sort.startswith("-") else key.asc()
    if key is not Change.id:
        yield Change.id.desc()


def _conditions(query: AuditQuery) -> Iterator[ColumnElement[bool]]:
    yield is_within(Change, query.scope)
    for part in query.who:
        yield Change.username_folded.contains(part, autoescape=True)
    for part in query.device:
        yield Change.device_folded.contains(part, autoescape=True)
    if query.action:
        yield Change.action == query.action
    if query.only_writes:
        yield Change.action.in_(WRITES)
    if query.since:
        yield Change.at >= query.since
    if query.until:
        yield Change.at < query.until
    known = aliased(Outcome)
    if query.hidden:
        was_done = exists().where(known.change_id == Change.id, known.outcome == Result.APPLIED)
        yield ~and_(Change.action.in_(query.hidden), was_done)
    if query.outcome == Result.UNKNOWN:
        yield ~exists().where(known.change_id == Change.id, known.outcome != Result.UNKNOWN)
    elif query.outcome:  # nothing comes after one that is known
        yield exists().where(known.change_id == Change.id, known.outcome == query.outcome)
