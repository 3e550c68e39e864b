"""Tenants and their groups, as far as the caller reaches."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.reference_api.answers import GroupRow, TenantRow
from app.reference_api.auth import Caller
from app.reference_api.tables import Group, Tenant


def tenants(session: Session, caller: Caller) -> list[TenantRow]:
    found = session.scalars(select(Tenant).order_by(Tenant.tenant_id))
    return [TenantRow(tenant.tenant_id, tenant.name) for tenant in found if caller.reaches(tenant.tenant_id)]


def groups(session: Session, caller: Caller, tenant_id: str) -> list[GroupRow]:
    found = session.scalars(select(Group).where(Group.tenant_id == tenant_id).order_by(Group.group_id))
    return [
        GroupRow(group.tenant_id, group.group_id, group.group_name)
        for group in found
        if caller.reaches(group.tenant_id, group.group_id)
    ]
