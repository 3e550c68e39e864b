"""The portal's fields hold as much as those of the API, and no more."""

import pytest

from app.portal.models.access_device import EDITABLE_FIELDS
from app.portal.services.lines.rules import LineRules, Ordering, Rule, find_violations
from app.reference_api.errors import Refused
from app.reference_api.lines import parse_order
from app.reference_api.schemas import DEVICE_CREATION

UNLIMITED = {"device_type", "net_port", "mac_address"}  # their checks know how long they are


SCHEMAS = DEVICE_CREATION.json_schema()["properties"]
TEXTS = {name: field for name, field in EDITABLE_FIELDS.items() if name not in UNLIMITED and not field.options}


@pytest.mark.parametrize("name", TEXTS)
def test_field_is_as_long_as_in_the_api(name: str) -> None:
    assert TEXTS[name].max_length == SCHEMAS[TEXTS[name].key]["maxLength"]


@pytest.mark.parametrize(("length", "is_valid"), [(161, True), (162, False)])
def test_line_port_is_as_long_as_in_the_api(length: int, is_valid: bool) -> None:
    line = "x" * length
    violations = find_violations([(line, 1)], LineRules([line], Ordering.DYNAMIC, None))
    assert [violation.rule for violation in violations] == ([] if is_valid else [Rule.INVALID])
    try:
        parse_order({"connected_users": [{"linePort": line, "order": 1}]})
    except Refused:
        assert not is_valid
    else:
        assert is_valid
