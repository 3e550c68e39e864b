"""/tenants/ and /tenants/{tenant}/groups/"""

from flask import Blueprint, Response

from app.database import reading
from app.reference_api import directory
from app.reference_api.answers import Groups, Tenants
from app.reference_api.context import engine, scope
from app.reference_api.json_http import reply

blueprint = Blueprint("places", __name__)  # as in the published operation ids


@blueprint.get("/tenants/")
def tenants() -> Response:
    with reading(engine()) as session:
        return reply(Tenants(directory.list_tenants(session, scope().caller)))


@blueprint.get("/tenants/<tenant>/groups/")
def groups(tenant: str) -> Response:
    with reading(engine()) as session:
        return reply(Groups(directory.list_groups(session, scope().caller, tenant)))
