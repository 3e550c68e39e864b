"""Numbers of tenants and groups, as the last lists of the groups showed them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Engine, and_, func, select, tuple_

from app.database import reading, snapshot
from app.portal.domain.refs import GroupRef
from app.portal.domain.sequences import in_chunks
from app.portal.store.index.tables import IndexedCount, IndexedDevice, IndexedGroup
from app.portal.store.platform_limits import Operation
from app.portal.store.reboots import PENDING_IN_TENANTS
from app.portal.store.tables import PlatformLimit

_GROUPS_AT_ONCE = 200


class TenantSum(NamedTuple):
    """Sums over the groups of a tenant whose list was read."""

    devices: int
    problems: int


class GroupCount(NamedTuple):
    """`seen_at` is in seconds since 1970. `older` is None where the list was read before it was counted."""

    devices: int
    problems: int
    older: int | None
    seen_at: float


class IndexedName(NamedTuple):
    """`search_text` has the folded id and name of a group."""

    tenant_id: str
    search_text: str


class PlaceCounts:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def sum_tenants(self) -> Mapping[str, TenantSum]:
        columns = (func.sum(IndexedGroup.devices), func.sum(IndexedGroup.problems))
        statement = select(IndexedGroup.tenant_id, *columns).where(IndexedGroup.devices_seen_at.is_not(None))
        with reading(self._engine) as db:
            rows = db.execute(statement.group_by(IndexedGroup.tenant_id))
            return {tenant_id: TenantSum(devices or 0, problems or 0) for tenant_id, devices, problems in rows}

    def count_groups(self, tenant_ids: Collection[str]) -> Mapping[GroupRef, GroupCount]:
        """Return the numbers of all groups of these tenants whose list was read."""
        columns = (IndexedGroup.devices, IndexedGroup.problems, IndexedGroup.older, IndexedGroup.devices_seen_at)
        statement = select(IndexedGroup.tenant_id, IndexedGroup.group_id, *columns)
        is_known = IndexedGroup.devices_seen_at.is_not(None)
        with reading(self._engine) as db:
            rows = db.execute(statement.where(IndexedGroup.tenant_id.in_(tenant_ids), is_known))
            return {
                GroupRef(tenant_id, group_id): GroupCount(devices or 0, problems or 0, older, seen_at or 0.0)
                for tenant_id, group_id, devices, problems, older, seen_at in rows
            }

    def count_pending(self, tenant_ids: Collection[str]) -> Mapping[GroupRef, int]:
        """Return numbers of devices that wait for a reboot, by the groups that have such."""
        pending = PENDING_IN_TENANTS.subquery()
        device: Any = IndexedDevice
        cannot = select(PlatformLimit.device_type).where(PlatformLimit.operation == Operation.REBOOT)
        of_device = [getattr(device, name) == pending.c[name] for name in ("tenant_id", "group_id", "device_name")]
        statement = select(pending.c.tenant_id, pending.c.group_id, func.count()).join_from(
            pending, device, and_(*of_device)
        )
        statement = statement.where(device.device_type.not_in(cannot)).group_by(pending.c.tenant_id, pending.c.group_id)
        with reading(self._engine) as db:
            rows = db.execute(statement, {"tenant_ids": list(tenant_ids)})
            return {GroupRef(tenant_id, group_id): count for tenant_id, group_id, count in rows}

    def count_statuses(self, groups: Sequence[GroupRef]) -> Mapping[GroupRef, Mapping[str, int]]:
        """Return numbers of devices by status."""
        counts: defaultdict[GroupRef, dict[str, int]] = defaultdict(dict)
        group = (IndexedCount.tenant_id, IndexedCount.group_id)
        statement = select(*group, IndexedCount.status, func.sum(IndexedCount.devices))
        statement = statement.group_by(*group, IndexedCount.status)
        with snapshot(self._engine) as db:
            for chunk in in_chunks(groups, _GROUPS_AT_ONCE):
                in_chunk = tuple_(*group).in_([(ref.tenant_id, ref.group_id) for ref in chunk])
                for tenant_id, group_id, status, devices in db.execute(statement.where(in_chunk)):
                    counts[GroupRef(tenant_id, group_id)][status] = devices
        return counts

    def sum_statuses(self, tenant_id: str, without: Collection[str]) -> Mapping[str, int]:
        """Return numbers of devices by status of a tenant without some of its groups."""
        statement = select(IndexedCount.status, func.sum(IndexedCount.devices)).group_by(IndexedCount.status)
        in_scope = (IndexedCount.tenant_id == tenant_id, IndexedCount.group_id.not_in(without))
        with reading(self._engine) as db:
            return dict(iter(db.execute(statement.where(*in_scope))))

    def list_names(self) -> Sequence[IndexedName]:
        """Return the groups that directories showed."""
        statement = select(IndexedGroup.tenant_id, IndexedGroup.search_text).where(IndexedGroup.group_id != "")
        with reading(self._engine) as db:
            return [IndexedName(*row) for row in db.execute(statement)]
