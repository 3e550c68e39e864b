"""Numbers of tenants and groups, as the last lists of the groups showed them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Engine, func, select, tuple_

from app.database import reading
from app.portal.domain.refs import GroupRef
from app.portal.domain.sequences import in_chunks
from app.portal.store.index.tables import IndexedCount, IndexedGroup

_GROUPS_AT_ONCE = 200


class TenantSum(NamedTuple):
    """Sums over the groups of a tenant whose list was read; `groups` is how many those are."""

    groups: int
    devices: int
    problems: int


class GroupCount(NamedTuple):
    """`seen_at` is in seconds since 1970."""

    devices: int
    problems: int
    seen_at: float


class IndexedName(NamedTuple):
    """`search_text` has the folded id and name of a group."""

    tenant_id: str
    search_text: str


class PlaceCounts:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def sum_tenants(self) -> Mapping[str, TenantSum]:
        columns = (func.count(), func.sum(IndexedGroup.devices), func.sum(IndexedGroup.problems))
        statement = select(IndexedGroup.tenant_id, *columns).where(IndexedGroup.devices_seen_at.is_not(None))
        with reading(self._engine) as db:
            rows = db.execute(statement.group_by(IndexedGroup.tenant_id))
            return {
                tenant_id: TenantSum(groups, devices or 0, problems or 0)
                for tenant_id, groups, devices, problems in rows
            }

    def count_groups(self, tenant_ids: Collection[str]) -> Mapping[GroupRef, GroupCount]:
        """Return the numbers of all groups of these tenants whose list was read."""
        columns = (IndexedGroup.devices, IndexedGroup.problems, IndexedGroup.devices_seen_at)
        statement = select(IndexedGroup.tenant_id, IndexedGroup.group_id, *columns)
        is_known = IndexedGroup.devices_seen_at.is_not(None)
        with reading(self._engine) as db:
            rows = db.execute(statement.where(IndexedGroup.tenant_id.in_(tenant_ids), is_known))
            return {
                GroupRef(tenant_id, group_id): GroupCount(devices or 0, problems or 0, seen_at or 0.0)
                for tenant_id, group_id, devices, problems, seen_at in rows
            }

    def count_devices(self, groups: Sequence[GroupRef]) -> Mapping[GroupRef, Mapping[tuple[str, str, str], int]]:
        """Return numbers of devices by type, firmware and status."""
        counts: defaultdict[GroupRef, dict[tuple[str, str, str], int]] = defaultdict(dict)
        columns = (IndexedCount.device_type, IndexedCount.version, IndexedCount.status, IndexedCount.devices)
        statement = select(IndexedCount.tenant_id, IndexedCount.group_id, *columns)
        with reading(self._engine) as db:
            for chunk in in_chunks(groups, _GROUPS_AT_ONCE):
                keys = [(group.tenant_id, group.group_id) for group in chunk]
                in_chunk = tuple_(IndexedCount.tenant_id, IndexedCount.group_id).in_(keys)
                for tenant_id, group_id, device_type, version, status, devices in db.execute(statement.where(in_chunk)):
                    counts[GroupRef(tenant_id, group_id)][device_type, version, status] = devices
        return counts

    def list_names(self) -> Sequence[IndexedName]:
        """Return the groups that directories showed."""
        statement = select(IndexedGroup.tenant_id, IndexedGroup.search_text).where(IndexedGroup.group_id != "")
        with reading(self._engine) as db:
            return [IndexedName(*row) for row in db.execute(statement)]
