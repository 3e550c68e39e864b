"""…/access_devices/{device}/connected_users/"""

from flask import Blueprint, Response, request

from app.database import snapshot, writing
from app.reference_api import lines
from app.reference_api.context import engine, scope
from app.reference_api.json_http import read_object, reply

blueprint = Blueprint("connected_users", __name__)


@blueprint.get("/")
def show(tenant: str, group: str, device: str) -> Response:
    with snapshot(engine()) as session:
        return reply(lines.list_users(session, scope().device_key))


@blueprint.put("/")
def reorder(tenant: str, group: str, device: str) -> Response:
    body = read_object(request)
    with writing(engine()) as session:
        return reply(lines.reorder(session, scope().device_key, body))
