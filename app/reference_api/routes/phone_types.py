"""/configs/phone_types/"""

from flask import Blueprint, Response, request
from msgspec import UNSET

from app.reference_api.answers import Capabilities, PhoneDefinition, PhoneTypeRow, PhoneTypes
from app.reference_api.errors import require
from app.reference_api.json_http import read_query, reply
from app.reference_api.phone_types import CATALOGUE, PhoneType
from app.reference_api.schemas import PHONE_TYPES_QUERY

blueprint = Blueprint("phone_types", __name__)


@blueprint.get("/")
def phone_types() -> Response:
    add_capabilities = _add_capabilities()
    return reply(PhoneTypes([_row(phone_type, add_capabilities) for phone_type in CATALOGUE.values()]))


@blueprint.get("/<phone_type>/")
def show(phone_type: str) -> Response:
    add_capabilities = _add_capabilities()
    return reply(_row(require(CATALOGUE.get(phone_type)), add_capabilities))


def _add_capabilities() -> bool:
    return bool(PHONE_TYPES_QUERY.read(read_query(request)).get("addCapabilities"))


def _row(phone_type: PhoneType, add_capabilities: bool) -> PhoneTypeRow:
    capabilities = _capabilities(phone_type) if add_capabilities else UNSET
    return PhoneTypeRow(phone_type.technical_name, phone_type.display_name, capabilities)


def _capabilities(phone_type: PhoneType) -> Capabilities:
    definition = PhoneDefinition(
        need_mac=phone_type.mac,
        need_login=phone_type.login,
        need_host=phone_type.host,
        need_port=phone_type.port,
        need_serial_number=phone_type.serial_number,
        ports=UNSET if phone_type.ports is None else phone_type.ports,
        is_dect=phone_type.is_dect,
    )
    return Capabilities(definition)
