"""…/access_devices/, one device, and its reboot."""

from flask import Blueprint, Response, request
from sqlalchemy.exc import IntegrityError

from app.database import reading, snapshot, writing
from app.reference_api import devices
from app.reference_api.answers import AccessDevices, Nothing
from app.reference_api.context import api, engine, scope
from app.reference_api.json_http import read_object, reply, reply_list
from app.reference_api.schemas import DEVICE_CREATION, DEVICE_UPDATE, NOTHING

blueprint = Blueprint("access_devices", __name__)


@blueprint.get("/")
def index(tenant: str, group: str) -> Response:
    with reading(engine()) as session:
        return reply_list(AccessDevices, devices.list_devices(session, scope().group_key, api().reboots))


@blueprint.post("/")
def create(tenant: str, group: str) -> Response:
    body = read_object(request)
    values = devices.to_columns(DEVICE_CREATION.read(body), api().hasher)
    try:
        with writing(engine()) as session:
            return reply(devices.create_device(session, scope().group_key, values, api().reboots), 201)
    except IntegrityError:
        with snapshot(engine()) as session:
            raise devices.explain_conflict(session, scope().caller, scope().group_key, values) from None


@blueprint.get("/<device>/")
def show(tenant: str, group: str, device: str) -> Response:
    with reading(engine()) as session:
        return reply(devices.get_device(session, scope().device_key, api().reboots))


@blueprint.put("/<device>/")
def update(tenant: str, group: str, device: str) -> Response:
    body, key = read_object(request), scope().device_key
    with reading(engine()) as session:
        current = devices.read_only_values(devices.get_device(session, key, api().reboots))
    values = devices.to_columns(DEVICE_UPDATE.read(body, current), api().hasher)
    try:
        with writing(engine()) as session:
            return reply(devices.update_device(session, key, values, api().reboots))
    except IntegrityError:
        with snapshot(engine()) as session:
            raise devices.explain_conflict(session, scope().caller, scope().group_key, values, key) from None


@blueprint.delete("/<device>/")
def delete(tenant: str, group: str, device: str) -> Response:
    with writing(engine()) as session:
        devices.delete_device(session, scope().device_key)
    return reply(Nothing())


@blueprint.put("/<device>/reboot_phone/")
def reboot_phone(tenant: str, group: str, device: str) -> Response:
    NOTHING.read(read_object(request, optional=True))
    with writing(engine()) as session:
        devices.request_reboot(session, scope().device_key, api().reboots)
    return reply(Nothing())
