from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from app.portal.domain.refs import GroupRef
from app.portal.forms.device import NewDeviceForm
from app.portal.models.access_device import EDITABLE_FIELDS, AccessDevice, AccessDeviceRow
from app.portal.models.phone_type import Capabilities, Need, PhoneDefinition, PhoneType
from app.portal.services.imports.columns import ImportRow
from app.portal.services.imports.rules import OTHER_GROUP, ImportRules, RowVerdict, find_duplicates

GROUP = GroupRef("acme", "headquarters")
DESK_TYPE, SOFT_TYPE = "Yealink-T46G", "Soft Phone"
DESK_NEEDS = PhoneDefinition(mac=Need.MANDATORY, host=Need.NO, port=Need.NO)
SOFT_NEEDS = PhoneDefinition(mac=Need.NO, serial_number=Need.NO, login=Need.NO)
TYPES = {
    name: PhoneType(technical_name=name, capabilities=Capabilities(phone_definition=needs))
    for name, needs in ((DESK_TYPE, DESK_NEEDS), (SOFT_TYPE, SOFT_NEEDS))
}
LISTED = [
    AccessDeviceRow(
        device_name="Reception",
        device_type=DESK_TYPE,
        mac_address="001565A12B3C",
        net_address="10.0.0.1",
        status="Online",
        free_ports=1,
    ),
    AccessDeviceRow(device_name="Lobby", device_type=SOFT_TYPE, status="Online", free_ports=1),
    AccessDeviceRow(device_name="a/b", device_type=SOFT_TYPE, status="Online", free_ports=1),
]
RECEPTION = AccessDevice(
    device_name="Reception",
    device_type=DESK_TYPE,
    mac_address="001565A12B3C",
    net_address="10.0.0.1",
    description="=By the door",
    net_port=5060,
    transport_protocol="UDP",
    use_custom_user_name_password=False,
)
RULES = ImportRules(GROUP, LISTED, TYPES)
NEW = {"device_name": "Desk 1", "device_type": DESK_TYPE, "mac_address": "00:15:65:00:00:01"}


def row_of(cells: Mapping[str, str], number: int = 2) -> ImportRow:
    return ImportRow(number, cells)


def test_new_device_gets_values_and_defaults() -> None:
    checked = RULES.check(row_of({**NEW, "serial_number": "'007"}))
    assert checked.verdict is RowVerdict.NEW
    assert checked.values == {
        "device_name": "Desk 1",
        "device_type": DESK_TYPE,
        "mac_address": "001565000001",
        "serial_number": "007",
        "transport_protocol": "Unspecified",
        "protocol": "SIP 2.0",
        "use_custom_user_name_password": False,
    }


@pytest.mark.parametrize(
    ("cells", "errors"),
    [
        ({"device_name": ""}, {"device_name": "Enter a name."}),
        ({"device_name": "x/y"}, {"device_name": "contains “/”"}),
        ({"device_name": "x" * 41}, {"device_name": "1 character too many"}),
        ({"device_type": ""}, {"device_type": "Choose the type"}),
        ({"device_type": "Yealink-T46"}, {"device_type": f"no such device type. Did you mean {DESK_TYPE}?"}),
        ({"mac_address": ""}, {"mac_address": f"Enter a value. {DESK_TYPE} requires one."}),
        ({"mac_address": "00:15:65:A1"}, {"mac_address": "Must be 12 digits"}),
        ({"mac_address": "1.5651E+09"}, {"mac_address": "turned this MAC address into a number"}),
        ({"net_port": "5060"}, {"net_port": f"{DESK_TYPE} has no such field"}),
        ({"physical_location": "two\nlines"}, {"physical_location": "Must be one line"}),
        ({"transport_protocol": "SCTP"}, {"transport_protocol": "Must be one of: Unspecified, UDP, TCP, TLS."}),
        ({"password": "secret"}, {"user_name": "Enter the user name"}),
        ({"user_name": "ada"}, {"password": "Enter the password"}),
        (
            {"description": "#REF!", "serial_number": "x" * 81},
            {"description": "shows an error", "serial_number": "1 character too many"},
        ),
    ],
)
def test_wrong_cells_are_errors(cells: Mapping[str, str], errors: Mapping[str, str]) -> None:
    checked = RULES.check(row_of({**NEW, **cells}))
    assert checked.verdict is RowVerdict.ERROR
    assert checked.errors.keys() == errors.keys()
    assert all(words in checked.errors[name] for name, words in errors.items()), checked.errors


def test_type_is_matched_in_any_case() -> None:
    assert RULES.check(row_of({**NEW, "device_type": "yealink-t46g"})).values["device_type"] == DESK_TYPE


def test_types_are_not_judged_where_unknown() -> None:
    checked = ImportRules(GROUP, LISTED, {}).check(row_of({**NEW, "device_type": "Other"}))
    assert (checked.verdict, checked.values["device_type"]) == (RowVerdict.NEW, "Other")


@pytest.mark.parametrize(
    ("cells", "verdict", "values"),
    [
        ({}, RowVerdict.UNCHANGED, {}),
        ({"mac_address": "0015.65a1.2b3c", "device_type": "yealink-t46g"}, RowVerdict.UNCHANGED, {}),
        ({"mac_address": "00:15:65:00:00:09"}, RowVerdict.CHANGED, {"mac_address": "001565000009"}),
        ({"mac_address": "-"}, RowVerdict.CHANGED, {"mac_address": ""}),
        ({"net_address": "10.0.0.1", "description": ""}, RowVerdict.UNCHANGED, {}),
        ({"net_address": "10.0.0.2"}, RowVerdict.CHANGED, {"net_address": "10.0.0.2"}),
        ({"description": "x"}, RowVerdict.UNREAD, {}),
        ({"device_type": SOFT_TYPE}, RowVerdict.ERROR, {}),
        ({"device_type": "-"}, RowVerdict.ERROR, {}),
        ({"net_address": "not a host", "description": "x"}, RowVerdict.ERROR, {}),
    ],
)
def test_existing_device_is_compared_with_the_list(
    cells: dict[str, str], verdict: RowVerdict, values: dict[str, Any]
) -> None:
    checked = RULES.check(row_of({"device_name": "Reception", **cells}))
    assert (checked.verdict, checked.values) == (verdict, values), checked.errors
    assert checked.before.keys() == values.keys()


@pytest.mark.parametrize(
    ("cells", "verdict", "values"),
    [
        ({"description": "'=By the door", "net_port": "5060", "transport_protocol": "udp"}, RowVerdict.UNCHANGED, {}),
        ({"description": "-"}, RowVerdict.CHANGED, {"description": ""}),
        ({"description": "'-"}, RowVerdict.CHANGED, {"description": "-"}),
        ({"net_port": "-"}, RowVerdict.CHANGED, {"net_port": None}),
        ({"use_custom_user_name_password": "no"}, RowVerdict.UNCHANGED, {}),
        ({"use_custom_user_name_password": "FALSE"}, RowVerdict.UNCHANGED, {}),
        ({"protocol": "-"}, RowVerdict.ERROR, {}),
        ({"user_name": "ada", "password": "s3cret"}, RowVerdict.CHANGED, {"user_name": "ada", "password": "s3cret"}),
        ({"password": "s3cret"}, RowVerdict.ERROR, {"password": "s3cret"}),
    ],
)
def test_existing_device_is_compared_in_full(
    cells: dict[str, str], verdict: RowVerdict, values: dict[str, Any]
) -> None:
    checked = RULES.check_with(row_of({"device_name": "Reception", **cells}), RECEPTION)
    assert (checked.verdict, checked.values) == (verdict, values), checked.errors


def test_row_of_other_group_is_an_error() -> None:
    row = ImportRow(2, {"device_name": "Reception"}, place={"tenant": "acme", "group": "warehouse"})
    assert RULES.check(row).errors == {"": OTHER_GROUP}
    assert not RULES.check(ImportRow(2, {"device_name": "Reception"}, place={"tenant": "acme", "group": ""})).errors


def test_device_without_url_is_an_error() -> None:
    assert "cannot be used in a web address" in RULES.check(row_of({"device_name": "a/b"})).errors["device_name"]


def check_all(*rows: ImportRow) -> Sequence[Mapping[str, str]]:
    checked = [RULES.check(row) for row in rows]
    errors = find_duplicates(checked, LISTED)
    return [errors.get(index, {}) for index in range(len(rows))]


def test_values_that_stand_twice_are_errors() -> None:
    again = {**NEW, "device_name": "Desk 2"}
    assert check_all(row_of(NEW, 2), row_of(again, 3), row_of({**again, "mac_address": "00156500000A"}, 7)) == [
        {"mac_address": "Also in row 3. Keep it in one row."},
        {"device_name": "Also in row 7. Keep it in one row.", "mac_address": "Also in row 2. Keep it in one row."},
        {"device_name": "Also in row 3. Keep it in one row."},
    ]


def test_mac_of_another_device_is_an_error() -> None:
    taken = {**NEW, "mac_address": "00:15:65:A1:2B:3C"}
    kept = row_of({"device_name": "Reception", "mac_address": "001565A12B3C"}, 4)
    first, second = check_all(row_of(taken, 2), kept)
    assert first == {"mac_address": "“Reception” in this group uses it already."}
    assert second == {}


@pytest.mark.parametrize("name", [name for name, declared in EDITABLE_FIELDS.items() if not declared.is_choice])
def test_cells_are_judged_as_the_form_judges_them(name: str) -> None:
    find_error = EDITABLE_FIELDS[name].find_error
    with Flask("forms").app_context():
        for text in ("x", "x" * 2000, "two\nlines", "tab\there", "10.0.0.1", "5060", "00:15:65:A1:2B:3C", "ünï", "a b"):
            form = NewDeviceForm(formdata=MultiDict({name: text}), meta={"csrf": False})
            form[name].validate(form)
            assert find_error(text) == next(iter(form[name].errors), None), text
