"""…/access_devices/{device}/config_files/"""

import base64

import msgspec
from flask import Blueprint, Response, request

from app.database import snapshot, writing
from app.reference_api import files
from app.reference_api.answers import ConfigFiles, FileContent
from app.reference_api.context import engine, scope
from app.reference_api.json_http import read_object, reply
from app.reference_api.schemas import CONFIG_FILE, MAX_FILE_BYTES

blueprint = Blueprint("config_files", __name__)

MAX_BODY = 2 * MAX_FILE_BYTES  # base64 adds a third, and JSON may escape characters


@blueprint.get("/")
def index(tenant: str, group: str, device: str) -> Response:
    with snapshot(engine()) as session:
        return reply(ConfigFiles(files.list_files(session, scope().device_key)))


@blueprint.get("/<file>/")
def show(tenant: str, group: str, device: str, file: str) -> Response:
    with snapshot(engine()) as session:
        return reply(files.get_file(session, scope().device_key, file))


@blueprint.post("/<file>/", endpoint="upload")  # in the published example
@blueprint.put("/<file>/")
def update(tenant: str, group: str, device: str, file: str) -> Response:
    with snapshot(engine()) as session:
        current = msgspec.to_builtins(files.get_file(session, scope().device_key, file))
    request.max_content_length = MAX_BODY
    values = CONFIG_FILE.read(read_object(request), current)
    files.check_content(values)
    with writing(engine()) as session:
        return reply(files.update_file(session, scope().device_key, file, values))


@blueprint.get("/<file>/content/")
def content(tenant: str, group: str, device: str, file: str) -> Response:
    with snapshot(engine()) as session:
        content_bytes = files.read_content(session, scope().device_key, file)
    return reply(FileContent(base64.b64encode(content_bytes).decode()))
