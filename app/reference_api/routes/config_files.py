"""…/access_devices/{device}/config_files/"""

import base64

import msgspec
from flask import Blueprint, Response, request

from app.database import reading, writing
from app.reference_api import files
from app.reference_api.answers import ConfigFiles, FileContent
from app.reference_api.context import engine, reach
from app.reference_api.schemas import CONFIG_FILE, MAX_FILE_BYTES
from app.reference_api.wire import read_object, reply

blueprint = Blueprint("config_files", __name__)

MAX_BODY = 2 * MAX_FILE_BYTES  # base64 takes a third more, and JSON may escape


@blueprint.get("/")
def index(tenant: str, group: str, device: str) -> Response:
    with reading(engine()) as session:
        return reply(ConfigFiles(files.rows(session, reach().device_key)))


@blueprint.get("/<file>/")
def show(tenant: str, group: str, device: str, file: str) -> Response:
    with reading(engine()) as session:
        return reply(files.show(session, reach().device_key, file))


@blueprint.put("/<file>/")
def update(tenant: str, group: str, device: str, file: str) -> Response:
    with reading(engine()) as session:
        present = msgspec.to_builtins(files.show(session, reach().device_key, file))
    request.max_content_length = MAX_BODY
    values = CONFIG_FILE.read(read_object(request), present)
    files.check_content(values)
    with writing(engine()) as session:
        return reply(files.update(session, reach().device_key, file, values))


@blueprint.get("/<file>/content/")
def content(tenant: str, group: str, device: str, file: str) -> Response:
    with reading(engine()) as session:
        stored = files.content(session, reach().device_key, file)
    return reply(FileContent(base64.b64encode(stored).decode()))
