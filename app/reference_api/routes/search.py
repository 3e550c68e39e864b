"""/search/device/"""

from flask import Blueprint, Response, request

from app.database import snapshot
from app.reference_api import search
from app.reference_api.access_check import requires
from app.reference_api.answers import FoundDevices
from app.reference_api.auth import UserLevel
from app.reference_api.context import api, engine
from app.reference_api.json_http import read_query, reply
from app.reference_api.schemas import DEVICE_SEARCH

blueprint = Blueprint("search", __name__)


@blueprint.get("/search/device/")
@requires(UserLevel.SYSTEM_ADMIN)
def devices() -> Response:
    wanted = DEVICE_SEARCH.read(read_query(request))
    with snapshot(engine()) as session:
        return reply(FoundDevices(search.find_devices(session, wanted, api().reboots)))
