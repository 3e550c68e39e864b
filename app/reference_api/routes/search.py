"""/search/device/"""

from flask import Blueprint, Response, request

from app.database import reading
from app.reference_api import search
from app.reference_api.answers import FoundDevices
from app.reference_api.auth import Level
from app.reference_api.context import api, engine
from app.reference_api.gate import requires
from app.reference_api.schemas import SEARCH
from app.reference_api.wire import read_query, reply

blueprint = Blueprint("search", __name__)


@blueprint.get("/search/device/")
@requires(Level.SYSTEM_ADMIN)
def devices() -> Response:
    wanted = SEARCH.read(read_query(request))
    with reading(engine()) as session:
        return reply(FoundDevices(search.find(session, wanted, api().reboots)))
