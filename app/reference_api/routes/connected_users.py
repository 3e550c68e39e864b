"""…/access_devices/{device}/connected_users/"""

from flask import Blueprint, Response, request

from app.database import reading, writing
from app.reference_api import lines
from app.reference_api.context import engine, reach
from app.reference_api.wire import read_object, reply

blueprint = Blueprint("connected_users", __name__)


@blueprint.get("/")
def show(tenant: str, group: str, device: str) -> Response:
    with reading(engine()) as session:
        return reply(lines.show(session, reach().device_key))


@blueprint.put("/")
def reorder(tenant: str, group: str, device: str) -> Response:
    body = read_object(request)
    with writing(engine()) as session:
        return reply(lines.reorder(session, reach().device_key, body))
