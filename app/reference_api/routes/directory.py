"""/tenants/ and /tenants/{tenant}/groups/"""

from flask import Blueprint, Response

from app.database import reading
from app.reference_api import directory
from app.reference_api.answers import Groups, Tenants
from app.reference_api.context import engine, scope
from app.reference_api.json_http import reply

blueprint = Blueprint("places", __name__)  # as in the published operation ids


@blueprint.get("/")
def tenants() -> Response:
    with reading(engine()) as session:
        return reply(Tenants(directory.list_tenants(session, scope().caller)))


@blueprint.get("/<tenant>/")
def tenant(tenant: str) -> Response:
    with reading(engine()) as session:
        return reply(directory.get_tenant(session, tenant))


@blueprint.get("/<tenant>/groups/")
def groups(tenant: str) -> Response:
    with reading(engine()) as session:
        return reply(Groups(directory.list_groups(session, scope().caller, tenant)))


@blueprint.get("/<tenant>/groups/<group>/")
def group(tenant: str, group: str) -> Response:
    with reading(engine()) as session:
        return reply(directory.get_group(session, scope().group_key))
