"""…/access_devices/{device}/available_tags/"""

from flask import Blueprint, Response, request

from app.database import snapshot
from app.reference_api import tags
from app.reference_api.answers import AvailableTags
from app.reference_api.context import engine, scope
from app.reference_api.json_http import read_query, reply
from app.reference_api.schemas import TAGS_QUERY

blueprint = Blueprint("available_tags", __name__)


@blueprint.get("/")
def index(tenant: str, group: str, device: str) -> Response:
    tag_set = TAGS_QUERY.read(read_query(request)).get("tagSetName")
    with snapshot(engine()) as session:
        return reply(AvailableTags(tags.list_tags(session, scope().device_key, tag_set)))
