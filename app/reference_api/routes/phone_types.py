"""/configs/phone_types/"""

from flask import Blueprint, Response
from msgspec import UNSET

from app.reference_api.answers import Capabilities, PhoneDefinition, PhoneTypeRow, PhoneTypes
from app.reference_api.json_http import reply
from app.reference_api.phone_types import CATALOGUE, PhoneType

blueprint = Blueprint("phone_types", __name__)


@blueprint.get("/configs/phone_types/")
def phone_types() -> Response:
    return reply(PhoneTypes([_row(phone_type) for phone_type in CATALOGUE.values()]))


def _row(phone_type: PhoneType) -> PhoneTypeRow:
    definition = PhoneDefinition(
        need_mac=phone_type.mac,
        need_login=phone_type.login,
        need_host=phone_type.host,
        need_port=phone_type.port,
        need_serial_number=phone_type.serial_number,
        ports=UNSET if phone_type.ports is None else phone_type.ports,
        is_dect=phone_type.is_dect,
    )
    return PhoneTypeRow(phone_type.technical_name, phone_type.display_name, Capabilities(definition))
