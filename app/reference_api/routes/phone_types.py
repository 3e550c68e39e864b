"""/configs/phone_types/"""

from flask import Blueprint, Response

from app.reference_api.phone_types import CATALOGUE, PhoneType
from app.reference_api.wire import reply

blueprint = Blueprint("phone_types", __name__)


@blueprint.get("/configs/phone_types/")
def phone_types() -> Response:
    return reply({"phoneTypes": [_answer(phone_type) for phone_type in CATALOGUE.values()]})


def _answer(phone_type: PhoneType) -> dict[str, object]:
    definition: dict[str, object] = {
        "needMac": int(phone_type.mac),
        "needLogin": int(phone_type.login),
        "needHost": int(phone_type.host),
        "needPort": int(phone_type.port),
        "needSerialNumber": int(phone_type.serial_number),
        "isDECT": phone_type.is_dect,
    }
    if phone_type.ports is not None:
        definition["ports"] = phone_type.ports
    return {
        "technicalName": phone_type.technical_name,
        "displayName": phone_type.display_name,
        "capabilities": {"phoneDefinition": definition},
    }
