"""Tenants and their groups, as far as the caller may see them."""

from app.portal.models.base import Model, Row


class Tenant(Row, frozen=True, kw_only=True):
    tenant_id: str
    name: str = ""


class Tenants(Model, frozen=True, kw_only=True):
    tenants: tuple[Tenant, ...]


class Group(Row, frozen=True, kw_only=True):
    tenant_id: str = ""
    group_id: str
    group_name: str = ""


class Groups(Model, frozen=True, kw_only=True):
    groups: tuple[Group, ...]
