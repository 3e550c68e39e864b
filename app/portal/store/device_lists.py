"""Cached device lists: one content for all who may see a group, and a lease so that one reads it at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Engine, RowMapping, and_, bindparam, func, literal, select

from app.database import insert_or_update, reading, snapshot, writing
from app.portal.domain.refs import GroupRef
from app.portal.store.cache_generations import current_generation
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.leases import Lease, Leases
from app.portal.store.list_patches import Patch, drop_patches, select_patches
from app.portal.store.list_tables import CachedList, Confirmation
from app.portal.store.tables import CacheGeneration

SHARED = ""  # in place of a user name
_EMPTY = {"revision": 0, "generation": 0, "devices": 0, "stale_generation": 0, "lease_until": 0.0, "failures": 0}


@dataclass(frozen=True)
class ListKey:
    """`username` is SHARED, or that of the one person who may be shown the list."""

    group: GroupRef
    username: str = SHARED

    @property
    def columns(self) -> Mapping[str, str]:
        return {**asdict(self.group), "username": self.username}


@dataclass(frozen=True, kw_only=True)
class ListHead:
    """A list without its content, and the answers to the session that asks for it. Times are as in CachedList.

    `generation` is the group's now. `as_of` is None where there is no content. `lease_since` is None where nobody
    reads the list.
    """

    key: ListKey
    now: float
    generation: int
    revision: int = 0
    content_generation: int = 0
    stale_generation: int = 0
    as_of: float | None = None
    took: float | None = None
    devices: int = 0
    probe: str | None = None
    lease_since: float | None = None
    failure: Mapping[str, Any] | None = None
    failures: int = 0
    failed_at: float | None = None
    confirmed_at: float | None = None
    error: Mapping[str, Any] | None = None
    answered_at: float = 0.0


@dataclass(frozen=True)
class ListLease:
    """The right to read a list. `generation` is the group's when it was taken: later changes may not be in the list."""

    key: ListKey
    lease: Lease
    generation: int


@dataclass(frozen=True)
class ListContent:
    """A content with what changed since. `generation` is the group's with the last of the patches."""

    content: bytes
    patches: Sequence[Patch]
    as_of: float
    revision: int
    generation: int


@dataclass(frozen=True)
class NewContent:
    """`took` is in seconds. `probe` is None where no call tells whether a person may see the group."""

    content: bytes
    devices: int
    took: float
    probe: str | None


# SQLite compares a value with NULL after it has read all of it, which takes a millisecond; its length is beside it.
_HAS_CONTENT = func.length(CachedList.content).is_not(None)
_COLUMNS: Sequence[Any] = (
    CachedList.username,
    CachedList.revision,
    CachedList.generation.label("content_generation"),
    CachedList.stale_generation,
    CachedList.as_of,
    _HAS_CONTENT.label("has_content"),
    CachedList.took,
    CachedList.devices,
    CachedList.probe,
    CachedList.lease_since,
    CachedList.lease_until,
    CachedList.failure,
    CachedList.failures,
    CachedList.failed_at,
)


class DeviceListStore:
    def __init__(self, engine: Engine, clock: DatabaseClock) -> None:
        self._engine = engine
        self._clock = clock
        self._leases = Leases(CachedList, clock, _EMPTY)
        self._head = _select_head(clock.column)

    def head(self, group: GroupRef, username: str, session_id: int) -> ListHead:
        """Return the head of the shared list or, where the group's lists are not shared, of this person's."""
        values = {**asdict(group), "username": username, "session_id": session_id, **self._clock.parameters}
        with self._engine.connect() as connection:
            rows = {row["username"]: row for row in connection.execute(self._head, values).mappings()}
        shared = rows.get(SHARED)
        is_private = shared is not None and shared["as_of"] is not None and not shared["has_content"]
        key = ListKey(group, username if is_private else SHARED)
        return _to_head(key, next(iter(rows.values())), rows.get(key.username))

    def acquire(self, key: ListKey, seconds: float) -> ListLease | None:
        """Return a lease, or None where somebody has one."""
        with writing(self._engine) as db:
            lease = self._leases.acquire(db, key.columns, seconds)
            return ListLease(key, lease, current_generation(db, key.group)) if lease else None

    def renew(self, lease: ListLease, seconds: float) -> None:
        with writing(self._engine) as db:
            self._leases.renew(db, lease.lease, seconds)

    def release(self, lease: ListLease) -> None:
        with writing(self._engine) as db:
            self._leases.release(db, lease.lease)

    def fail(self, lease: ListLease, failure: Mapping[str, Any]) -> None:
        """Release the lease, and tell all who wait why there is no list."""
        with writing(self._engine) as db:
            failures = CachedList.failures + 1
            self._leases.release(
                db, lease.lease, failure=dict(failure), failures=failures, failed_at=self._clock.column
            )

    def save(self, lease: ListLease, new: NewContent, username: str) -> bool:
        """Store a content for a person or for all, and release the lease; False where that was lost meanwhile."""
        target = ListKey(lease.key.group, username)
        values = {
            "revision": CachedList.revision + 1,
            "generation": lease.generation,
            "as_of": CachedList.lease_since,
            **asdict(new),
        }
        with writing(self._engine) as db:
            is_own = target == lease.key
            emptied = {"as_of": CachedList.lease_since, "content": None, "probe": None}
            began = self._leases.release(db, lease.lease, **_SUCCEEDED, **(values if is_own else emptied))
            if began is None:
                return False
            if not is_own:
                changed = {**values, "as_of": began, "failure": None, "failures": 0, "failed_at": None}
                insert_or_update(db, CachedList, target.columns, {**_EMPTY, **changed, "revision": 1}, changed)
            drop_patches(db, lease.key.group)
        return True

    def load(self, key: ListKey) -> ListContent | None:
        with snapshot(self._engine) as db:
            row = db.execute(
                select(CachedList.content, CachedList.generation, CachedList.as_of, CachedList.revision).filter_by(
                    **key.columns
                )
            ).one_or_none()
            if row is None or row.content is None:
                return None
            patches = select_patches(db, key.group, row.generation)
            return ListContent(row.content, patches, row.as_of, row.revision, current_generation(db, key.group))

    def load_patches(self, key: ListKey, revision: int, generation: int) -> tuple[Sequence[Patch], int] | None:
        """Return the patches of later generations, and the group's generation; None if there is a newer content."""
        with snapshot(self._engine) as db:
            if db.scalar(select(CachedList.revision).filter_by(**key.columns)) != revision:
                return None
            return select_patches(db, key.group, generation), current_generation(db, key.group)

    def list_groups(self, tenant_id: str) -> set[GroupRef]:
        """Return the groups of a tenant of which there is a content."""
        statement = select(CachedList.group_id).where(CachedList.tenant_id == tenant_id)
        with reading(self._engine) as db:
            groups = db.scalars(statement.where(_HAS_CONTENT).distinct())
            return {GroupRef(tenant_id, group_id) for group_id in groups}


_SUCCEEDED = {"failure": None, "failures": 0, "failed_at": None}


def _select_head(now: ColumnElement[float]) -> Any:
    single_row = select(literal(1).label("single")).subquery()
    tenant_id: BindParameter[str] = bindparam("tenant_id")
    group_id: BindParameter[str] = bindparam("group_id")

    def is_group(table: Any) -> ColumnElement[bool]:
        return and_(table.tenant_id == tenant_id, table.group_id == group_id)

    is_readable = CachedList.username.in_([SHARED, bindparam("username")])
    return select(
        now.label("now"),
        CacheGeneration.version.label("group_generation"),
        Confirmation.confirmed_at,
        Confirmation.error,
        Confirmation.answered_at,
        *_COLUMNS,
    ).select_from(
        single_row.outerjoin(CacheGeneration, is_group(CacheGeneration))
        .outerjoin(Confirmation, is_group(Confirmation) & (Confirmation.session_id == bindparam("session_id")))
        .outerjoin(CachedList, is_group(CachedList) & is_readable)
    )


def _to_head(key: ListKey, session: RowMapping, row: RowMapping | None) -> ListHead:
    asked = {
        "now": session["now"],
        "generation": session["group_generation"] or 0,
        "confirmed_at": session["confirmed_at"],
        "error": session["error"],
        "answered_at": session["answered_at"] or 0.0,
    }
    if row is None or row["revision"] is None:
        return ListHead(key=key, **asked)
    names = ("revision", "content_generation", "stale_generation", "took", "devices", "failure", "failures")
    values = {name: row[name] for name in (*names, "failed_at", "probe")}
    is_leased = row["lease_until"] >= session["now"]
    return ListHead(
        key=key,
        **asked,
        **values,
        as_of=row["as_of"] if row["has_content"] else None,
        lease_since=row["lease_since"] if is_leased else None,
    )
