"""Copying from another group: choose the device whose values a new one begins with."""

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from app.portal.api.page_reads import StillAsking
from app.portal.domain.names import is_addressable
from app.portal.domain.natural_order import natural_key
from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Permission
from app.portal.lists.listing import Listing
from app.portal.models.access_device import AccessDeviceRow
from app.portal.models.directory import Group, Tenant
from app.portal.services.parts import read_part
from app.portal.views.devices.blueprint import blueprint
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.list_context import list_url
from app.portal.web.services import services
from app.portal.web.session import current_user

SOURCE_ARGS = ("from_tenant", "from_group")  # of the group that holds the device to copy, in URLs


def source_group_arg(group: GroupRef) -> GroupRef:
    """Return the group that the URL names as the source of a copy; `group` itself where it names none.

    One out of the user's reach, or that no URL can name, is 404.
    """
    tenant_id, group_id = (request.args.get(name) for name in SOURCE_ARGS)
    source = GroupRef(tenant_id or group.tenant_id, group_id or group.group_id)
    _check_reach(source.tenant_id, source.group_id)
    return source


@blueprint.get("/copy")
@requires(Permission.DEVICE_CREATE)
def copy(tenant: str, group: str) -> ResponseReturnValue:
    group_ref = GroupRef(tenant, group)
    source_tenant = request.args.get("from_tenant") or tenant
    _check_reach(source_tenant, None)
    services().directory.begin_groups(source_tenant)
    tenants = _list_tenants(source_tenant)
    groups = _list_groups(source_tenant, group_ref)
    chosen = request.args.get("from_group", "")
    source = GroupRef(source_tenant, chosen) if chosen in {choice.group_id for choice in groups} else None
    return htmx.render(
        "devices/copy.html",
        "devices/_copy.html",
        tenants=tenants,
        groups=groups,
        source_tenant=source_tenant,
        source=source,
        listing=_open_list(group_ref, source) if source else None,
        cancel_url=list_url(group_ref),
    )


def _check_reach(tenant_id: str, group_id: str | None) -> None:
    is_named = is_addressable(tenant_id) and (group_id is None or is_addressable(group_id))
    if not is_named or not current_user().reaches(tenant_id, group_id):
        abort(404)


def _list_tenants(chosen: str) -> Sequence[Tenant]:
    """Return the tenants to choose from; none for users of one tenant."""
    if not current_user().reaches_every_tenant:
        return ()
    tenants = read_part(services().directory.tenants).value or ()
    usable = {tenant.tenant_id: tenant for tenant in tenants if is_addressable(tenant.tenant_id)}
    return sorted(
        {chosen: Tenant(tenant_id=chosen), **usable}.values(), key=lambda row: natural_key(row.name or row.tenant_id)
    )


def _list_groups(tenant_id: str, target: GroupRef) -> Sequence[Group]:
    """Return the groups of a tenant that the user may see, without the one that is copied to."""
    groups = [
        group
        for group in services().directory.groups(tenant_id)
        if is_addressable(group.group_id)
        and current_user().reaches(tenant_id, group.group_id)
        and GroupRef(tenant_id, group.group_id) != target
    ]
    return sorted(groups, key=lambda group: natural_key(group.group_name or group.group_id))


def _open_list(target: GroupRef, source: GroupRef) -> Listing[AccessDeviceRow]:
    """Return the page of the source's devices that the URL asks for.

    Raises StillAsking while the platform has not answered, and the ApiError with which it failed.
    """
    reading = services().devices.list(source)
    if reading.table is None:
        if reading.failure and not reading.is_asked:
            raise reading.failure
        raise StillAsking(reading.asked_for or 0.0, reading.usual)
    path = url_for(".copy", tenant=target.tenant_id, group=target.group_id)
    named = urlencode({"from_tenant": source.tenant_id, "from_group": source.group_id})
    return Listing(reading.table, reading.table.read_query(request.args), f"{path}?{named}")
