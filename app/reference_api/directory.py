"""Tenants and their groups, as far as the caller can reach them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.reference_api.answers import GroupRow, TenantRow
from app.reference_api.auth import Caller
from app.reference_api.errors import require
from app.reference_api.tables import Group, Tenant


def list_tenants(session: Session, caller: Caller) -> list[TenantRow]:
    tenants = session.scalars(select(Tenant).order_by(Tenant.tenant_id))
    return [_tenant_row(tenant) for tenant in tenants if caller.can_reach(tenant.tenant_id)]


def get_tenant(session: Session, tenant_id: str) -> TenantRow:
    """Raises NotFound."""
    return _tenant_row(require(session.get(Tenant, tenant_id)))


def list_groups(session: Session, caller: Caller, tenant_id: str) -> list[GroupRow]:
    groups = session.scalars(select(Group).where(Group.tenant_id == tenant_id).order_by(Group.group_id))
    return [_group_row(group) for group in groups if caller.can_reach(group.tenant_id, group.group_id)]


def get_group(session: Session, group_key: int) -> GroupRow:
    """Raises NotFound."""
    return _group_row(require(session.get(Group, group_key)))


def _tenant_row(tenant: Tenant) -> TenantRow:
    return TenantRow(tenant.tenant_id, tenant.name)


def _group_row(group: Group) -> GroupRow:
    return GroupRow(group.tenant_id, group.group_id, group.group_name)
