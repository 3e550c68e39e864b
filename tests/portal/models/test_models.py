"""Decoding answers: as documented, in known dialects, and in part."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.portal.domain.roles import UserLevel
from app.portal.models.access_device import DEVICE_FIELDS, FIELD_OF_KEY, AccessDevice, AccessDeviceList, to_api
from app.portal.models.config_file import ConfigFile
from app.portal.models.connected_user import ConnectedUserList
from app.portal.models.decoding import decode
from app.portal.models.directory import GroupList, TenantList
from app.portal.models.phone_type import Need, PhoneTypeList
from app.portal.models.sign_in_answer import SignInAnswer
from app.portal.models.tag import TagList
from tests.support.cases import record_case, requires_cases

ROW = {
    "status": "Online",
    "deviceName": "APIO Test Device",
    "version": "",
    "macAddress": "221100CCBBAA",
    "netAddress": "",
    "freePorts": 99999,
    "deviceType": "Generic SIP Phone",
}


def read(answer: Any, model: type[Any]) -> Any:
    return decode(msgspec.json.encode(answer), model)


def rows(*sent: Any) -> Any:
    return read({"access_devices": list(sent)}, AccessDeviceList).access_devices


def test_documented_row_has_no_problems() -> None:
    (row,) = rows(ROW | {"unheardOf": {"x": [1]}})
    assert (row.device_name, row.mac_address, row.free_ports) == ("APIO Test Device", "221100CCBBAA", 99999)
    assert row.problems == {}
    assert row.unlinkable_reason is None


def test_malformed_row_is_kept() -> None:
    bad = {"deviceName": "b", "deviceType": ["x", 1], "macAddress": None, "status": [5], "freePorts": "many"}
    good, row = rows(ROW, bad)
    assert good.problems == {}
    assert (row.device_name, row.device_type, row.mac_address, row.status) == ("b", '["x", 1]', "", "[5]")
    assert row.free_ports is None
    assert row.problems == {
        "device_type": 'Invalid deviceType from the platform: ["x", 1]',
        "status": "Invalid status from the platform: [5]",
        "free_ports": "Invalid freePorts from the platform: many",
    }


def test_long_value_is_cut() -> None:
    (row,) = rows(ROW | {"deviceType": ["x" * 1_000_000]})
    assert (row.device_type[:4], len(row.device_type)) == ('["xx', 200)
    assert len(row.problems["device_type"]) < 250


@pytest.mark.parametrize("junk", [None, 3, "text", [], [1], True, {}])
def test_junk_row_is_unlinkable(junk: Any) -> None:
    row = rows(ROW, junk)[1]
    assert row.device_name == ""
    assert row.problems
    assert row.unlinkable_reason


def test_damaged_name_is_unlinkable() -> None:
    assert rows({**ROW, "deviceName": [5]})[0].unlinkable_reason
    damaged = msgspec.json.encode({"access_devices": [ROW, ROW]}).replace(
        b"APIO", b"\xe9\\ud800 \\ud83d\\ude00 \\\\ud800"
    )
    row = decode(damaged, AccessDeviceList).access_devices[0]
    assert row.device_name == "\ufffd\ufffd 😀 \\ud800 Test Device"
    assert row.unlinkable_reason


def test_problems_cannot_be_sent() -> None:
    (row,) = rows({**ROW, "problems": {"status": "forged"}, "status": 1})
    assert "forged" not in str(row.problems)


@pytest.mark.parametrize("answer", [[], 3, "x", None, {}, {"access_devices": 3}, {"access_devices": {"a": ROW}}])
def test_malformed_answer_is_refused(answer: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the client turns any of them into ApiBroken
        read(answer, AccessDeviceList)


row_values = st.fixed_dictionaries({}, optional={key: st.just(value) for key, value in ROW.items()}).map(ROW.__or__)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*ROW, "x"]), inner, max_size=7),
    max_leaves=12,
)


@requires_cases("a row with problems", "a row without")
@settings(max_examples=50)
@given(st.lists(json_values | row_values, max_size=5))
def test_any_row_is_decoded(sent: list[Any]) -> None:
    try:
        body = msgspec.json.encode({"access_devices": [*sent, ROW]})
    except UnicodeEncodeError:
        return
    decoded = decode(body, AccessDeviceList).access_devices
    record_case("a row with problems", any(row.problems for row in decoded[:-1]))
    record_case("a row without", any(not row.problems for row in decoded[:-1]))
    assert len(decoded) == len(sent) + 1
    assert decoded[-1].problems == {}
    assert {type(text) for row in decoded for text in (row.device_name, row.status, row.version)} == {str}


@requires_cases("read", "refused")
@given(st.binary() | st.builds(lambda words: b'{"deviceType": "%s"}' % words, st.text('T1 "\n').map(str.encode)))
def test_decode_raises_value_error_only(body: bytes) -> None:
    try:
        decode(body, AccessDevice)
    except ValueError:
        record_case("refused")
    else:
        record_case("read")


def test_device_accepts_lax_values() -> None:
    sent = {"deviceType": "T", "macAddress": None, "netPort": "5060", "useCustomUserNamePassword": "true"}
    device = read(sent, AccessDevice)
    assert (device.mac_address, device.net_port, device.use_custom_user_name_password) == ("", 5060, True)
    assert (device.ports_total, device.has_unlimited_ports, device.problems) == (None, False, {})
    assert read(sent | {"numberOfPorts": 16}, AccessDevice).ports_total == 16
    assert read(sent | {"numberOfPorts": -1}, AccessDevice).has_unlimited_ports


@pytest.mark.parametrize(
    ("odd", "name", "value"),
    [
        ({"numberOfPorts": "Unlimited"}, "number_of_ports", None),
        ({"netPort": "five"}, "net_port", None),
        ({"macAddress": []}, "mac_address", "[]"),
        ({"description": {"x": 1}}, "description", '{"x": 1}'),
        ({"useCustomUserNamePassword": "perhaps"}, "use_custom_user_name_password", None),
        ({"deviceType": None}, "device_type", ""),
    ],
)
def test_odd_field_of_a_device_is_flagged(odd: dict[str, Any], name: str, value: Any) -> None:
    device = read({"deviceType": "T", "version": "1"} | odd, AccessDevice)
    assert (device.problems.keys(), getattr(device, name), device.version) == ({name}, value, "1")


def test_absent_field_of_a_device_is_absent() -> None:
    keys = [field.key for field in DEVICE_FIELDS.values() if not field.is_secret and field.name != "device_type"]
    for nothing in (None, ""):
        device = read({"deviceType": "T"} | dict.fromkeys(keys, nothing), AccessDevice)
        assert device == AccessDevice(device_type="T")
    assert (device.number_of_ports, device.use_custom_user_name_password, device.status) == (None, None, "")


@pytest.mark.parametrize("answer", [{}, {"errors": []}, {"x": 1}, [], "x", 3, None])
def test_answer_without_any_known_key_is_refused(answer: Any) -> None:
    for model in (AccessDevice, ConfigFile, ConnectedUserList):
        with pytest.raises(ValueError):  # noqa: PT011 - the client turns any of them into ApiBroken
            read(answer, model)


@pytest.mark.parametrize("spelling", ["00:15:65:a1:2b:3c", "001565a12b3c", "0015.65A1.2B3C"])
def test_equal_values_are_equal_in_any_notation(spelling: str) -> None:
    assert rows(ROW | {"macAddress": spelling})[0].mac_address == "001565A12B3C"
    sent = {"deviceType": "T", "macAddress": spelling, "transportProtocol": "udp", "netPort": "5060"}
    device = read(sent, AccessDevice)
    assert (device.mac_address, device.transport_protocol, device.net_port) == ("001565A12B3C", "UDP", 5060)
    assert read(sent | {"macAddress": "no MAC", "transportProtocol": "SCTP"}, AccessDevice).mac_address == "no MAC"


@pytest.mark.parametrize(
    "flags", [{}, {"noLineReOrdering": None, "staticLineReOrdering": None}, {"noLineReOrdering": 7}]
)
def test_lines_are_read_without_flags(flags: dict[str, Any]) -> None:
    lines = read({"connected_users": [{"linePort": "a@b", "order": 1}], **flags}, ConnectedUserList)
    assert (lines.users[0].line_port, lines.no_line_reordering, lines.static_line_reordering) == ("a@b", None, None)


def test_file_without_source_is_read() -> None:
    file = read({"accessUrl": "http://host/a.cfg", "fileSource": None}, ConfigFile)
    assert (file.access_url, file.known_source, file.extended_capture_enabled) == ("http://host/a.cfg", "", None)
    assert file.problems == {"file_source": "Missing from the platform: fileSource"}


@pytest.mark.parametrize(
    ("sent", "must_change"), [(None, False), (True, True), ("true", True), ("x", False), ([], False)]
)
def test_odd_first_login_keeps_nobody_out(sent: Any, must_change: bool) -> None:
    answer = read({"ids": {"tenant_id": 7}, "profile": {"user_level": 8, "is_first_login": sent}}, SignInAnswer)
    assert (answer.profile.must_change_password, answer.ids.tenant_id) == (must_change, "7")


def test_device_fields_map_to_keys() -> None:
    assert to_api({"net_port": 5060, "password": "x"}) == {"netPort": 5060, "password": "x"}
    assert {FIELD_OF_KEY[field.key] for field in DEVICE_FIELDS.values()} == set(DEVICE_FIELDS)
    with pytest.raises(KeyError):
        to_api({"status": "Online"})


def test_connected_users_are_decoded() -> None:
    user = {"linePort": "a@b", "order": 3, "primary": False, "department": {"tenantId": "t", "departmentName": "d"}}
    lines = read(
        {"connected_users": [user, {"order": "2"}], "noLineReOrdering": False, "staticLineReOrdering": "true"},
        ConnectedUserList,
    )
    first, second = lines.users
    assert (first.line_port, first.order, first.department.department_name) == ("a@b", 3, "d")
    assert (second.order, second.problems) == (2, {"line_port": "Missing from the platform: linePort"})
    assert (lines.no_line_reordering, lines.static_line_reordering) == (False, True)


def test_phone_types_are_decoded() -> None:
    definition = {"needMac": 2, "needLogin": 0, "needSerialNumber": 1, "ports": 16, "isDECT": True}
    documented, dialect, bare = read(
        {
            "phoneTypes": [
                {"technicalName": "A", "displayName": "a", "capabilities": {"phoneDefinition": definition}},
                {"technical_name": "B", "display_name": "b"},
                {"technicalName": "C", "capabilities": {"phoneDefinition": {"needMac": 7}}},
            ]
        },
        PhoneTypeList,
    ).phone_types
    needs = documented.needs
    assert (needs.mac, needs.login, needs.serial_number) == (Need.MANDATORY, Need.NO, Need.OPTIONAL)
    assert (needs.ports, needs.is_dect) == (16, True)
    assert (dialect.technical_name, dialect.display_name, dialect.problems) == ("B", "b", {})
    assert dialect.needs is None
    assert bare.needs is None
    assert "capabilities" in bare.problems


@pytest.mark.parametrize(
    ("sent", "level"),
    [(-1, 0), (0, 0), (3, 0), (4, 4), (7, 4), (8, 8), (11, 8), (12, 12), (15, 12), (16, 16), (99, 16)],
)
def test_unknown_level_counts_as_next_lower(sent: int, level: int) -> None:
    assert read({"profile": {"user_level": sent}}, SignInAnswer).level is UserLevel(level)


@pytest.mark.parametrize("profile", [{}, None, {"user_level": None}, {"user_level": True}, {"user_level": "admin"}, 16])
def test_missing_level_is_refused(profile: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read({"ids": {}, "profile": profile}, SignInAnswer)


def test_directory_and_tags_are_decoded() -> None:
    assert read({"tenants": [{"tenantId": "acme", "name": "Acme"}]}, TenantList).tenants[0].name == "Acme"
    (group,) = read({"groups": [{"tenantId": "acme", "groupId": "hq", "groupName": "HQ"}]}, GroupList).groups
    assert (group.tenant_id, group.group_id, group.group_name) == ("acme", "hq", "HQ")
    sent = [{"name": "%A%", "value": "1", "level": "New_Level", "tagSetName": "S"}, {"name": "%B", "level": "x"}]
    full, bare = read({"availableTags": sent}, TagList).available_tags
    assert (full.value, full.level, full.tag_set_name, full.region_name) == ("1", "New_Level", "S", "")
    assert (bare.name, bare.value, bare.level) == ("%B", "", "x")
    (number,) = read({"availableTags": [{"name": "%A%", "value": 99, "level": "x"}]}, TagList).available_tags
    assert (number.value, number.problems) == ("99", {})
