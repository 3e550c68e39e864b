"""/tenants/ and /tenants/{tenant}/groups/"""

from flask import Blueprint, Response

from app.database import reading
from app.reference_api import places
from app.reference_api.answers import Groups, Tenants
from app.reference_api.context import engine, reach
from app.reference_api.wire import reply

blueprint = Blueprint("places", __name__)


@blueprint.get("/tenants/")
def tenants() -> Response:
    with reading(engine()) as session:
        return reply(Tenants(places.tenants(session, reach().caller)))


@blueprint.get("/tenants/<tenant>/groups/")
def groups(tenant: str) -> Response:
    with reading(engine()) as session:
        return reply(Groups(places.groups(session, reach().caller, tenant)))
