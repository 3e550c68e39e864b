"""Rows that lie within a scope."""

from typing import Any

from sqlalchemy import ColumnElement, and_, true

from app.portal.domain.refs import Scope


def is_within(table: Any, scope: Scope) -> ColumnElement[bool]:
    """True of a row that names a tenant and a group, and a device where the scope does."""
    names = {"tenant_id": scope.tenant_id, "group_id": scope.group_id, "device_name": scope.device_name}
    return and_(true(), *(getattr(table, name) == value for name, value in names.items() if value is not None))
