"""…/groups/{group}/device_end_points/"""

from flask import Blueprint, Response, request

from app.database import reading
from app.reference_api import end_points
from app.reference_api.answers import EndPoints
from app.reference_api.context import engine, scope
from app.reference_api.json_http import read_query, reply_list
from app.reference_api.schemas import END_POINTS_QUERY

blueprint = Blueprint("device_end_points", __name__)


@blueprint.get("/")
def index(tenant: str, group: str) -> Response:
    wanted = END_POINTS_QUERY.read(read_query(request))
    with reading(engine()) as session:
        return reply_list(EndPoints, end_points.find_end_points(session, scope().group_key, wanted))
