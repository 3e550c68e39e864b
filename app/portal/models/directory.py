"""Tenants and their groups."""

from app.portal.models.base import ListItem, Model


class Tenant(ListItem, frozen=True, kw_only=True):
    tenant_id: str
    name: str = ""


class TenantList(Model, frozen=True, kw_only=True):
    tenants: tuple[Tenant, ...]


class Group(ListItem, frozen=True, kw_only=True):
    tenant_id: str = ""
    group_id: str
    group_name: str = ""


class GroupList(Model, frozen=True, kw_only=True):
    groups: tuple[Group, ...]
