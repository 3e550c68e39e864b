"""Creating and editing a device."""

import re
from urllib.parse import quote

import pytest

from tests.support.devices import NEW_DEVICE, NEW_T46, create_device, edit_device, list_device_names, read_device
from tests.support.population import HQ
from tests.support.world import OWNER, SYSTEM_ADMIN, World

ODD_NAMES = (
    "new",
    "edit",
    "export.csv",
    "Käthe ☎",
    "100%25",
    "%2F",
    "a\"b'c",
    "<script>alert(1)<script>",
    "..x",
    "a?b#c",
)


def test_type_comes_first_without_javascript(world: World) -> None:
    owner = world.browser(OWNER)
    first = owner.get(NEW_DEVICE)
    [chooser] = [form for form in first.forms if "device_type" in form.names]
    assert (chooser.method, chooser.action) == ("GET", NEW_DEVICE)
    assert "mac_address" in owner.get(f"{NEW_DEVICE}?type=Yealink-T46G").form().names
    assert "net_address" not in owner.get(f"{NEW_DEVICE}?type=Yealink-T46G").form().names
    assert "net_address" in owner.get(f"{NEW_DEVICE}?type=Generic SIP Phone").form().names


def test_new_device_is_made_as_typed_and_shown(world: World) -> None:
    owner = world.browser(OWNER)
    answer = create_device(
        owner, **NEW_T46, serial_number=" SN 1 ", description="<b>bold</b>", transport_protocol="TLS"
    )
    assert answer.location == f"{HQ}Fresh/"
    page = owner.get(answer.location)
    assert page.h1 == "Fresh"
    assert "Fresh added" in page.words
    made = read_device(world, "Fresh")
    assert (made["macAddress"], made["serialNumber"]) == ("001565999999", "SN 1")
    assert (made["description"], made["transportProtocol"]) == ("<b>bold</b>", "TLS")


@pytest.mark.parametrize("name", ODD_NAMES)
def test_device_may_have_any_name_an_address_can_carry(world: World, name: str) -> None:
    owner = world.browser(OWNER)
    answer = create_device(owner, device_type="Generic SIP Phone", device_name=name)
    assert answer.status == 303
    assert owner.get(answer.location or "").h1 == name
    assert edit_device(owner, name, description="found").location == answer.location
    assert read_device(world, name)["description"] == "found"
    deletion = owner.get(f"{HQ}{quote(name, safe='')}/delete")
    assert owner.submit(deletion).location == HQ
    assert name not in list_device_names(world)


@pytest.mark.parametrize("name", ["a/b", ".", ".."])
def test_name_no_address_can_carry_is_refused_at_its_field(world: World, name: str) -> None:
    owner = world.browser(OWNER)
    answer = create_device(owner, device_type="Generic SIP Phone", device_name=name)
    assert answer.status == 422
    assert name not in list_device_names(world)
    assert answer.form().fields["device_name"] == name


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("device_name", ""),
        ("device_name", "x" * 41),
        ("device_name", "tab\there"),
        ("mac_address", ""),
        ("mac_address", "00:15:65"),
        ("mac_address", "0015-65.999999"),
        ("serial_number", "x" * 81),
        ("description", "two\nlines"),
        ("protocol", ""),
        ("transport_protocol", "SCTP"),
        ("stun_server_net_address", "not a host"),
    ],
)
def test_field_error_keeps_typed_input(world: World, field: str, typed: str) -> None:
    before = world.contents()["api_access_devices"]
    answer = create_device(world.browser(OWNER), **{**NEW_T46, "physical_location": "Floor 3", field: typed})
    assert answer.status == 422
    assert f'id="{field}-error"' in answer.text
    assert answer.form().fields["physical_location"] == "Floor 3"
    assert world.contents()["api_access_devices"] == before
    assert world.changes() == []


def test_missing_fields_are_left_to_the_platform(world: World) -> None:
    owner = world.browser(OWNER)
    assert owner.post(NEW_DEVICE, None, **NEW_T46).location == f"{HQ}Fresh/"
    assert (read_device(world, "Fresh")["protocol"], read_device(world, "Fresh")["transportProtocol"]) == (
        "SIP 2.0",
        "Unspecified",
    )
    assert owner.post(f"{HQ}Fresh/edit", description="By the door").status == 303
    now = read_device(world, "Fresh")
    assert (now["description"], now["macAddress"], now["protocol"]) == ("By the door", "001565999999", "SIP 2.0")


@pytest.mark.parametrize("port", ["1024", "65536", "x", "-1", "5060.0", "٥٠٦٠", "999999999999"])
def test_port_is_a_whole_number_from_1025_to_65535(world: World, port: str) -> None:
    answer = create_device(world.browser(OWNER), device_type="Generic SIP Phone", device_name="Fresh", net_port=port)
    assert answer.status == 422
    assert "Must be between 1025 and 65535" in answer.words


def test_what_the_backend_refuses_stands_at_its_field(world: World) -> None:
    answer = create_device(world.browser(OWNER), **{**NEW_T46, "mac_address": "001565A12B3C"})
    assert answer.status == 422
    [error] = [p for p in answer.document.iter("p") if p.get("id") == "mac_address-error"]
    assert "Reception in acme / headquarters" in "".join(error.itertext())
    assert answer.form().fields["device_name"] == "Fresh"
    assert [outcomes for _, outcomes in world.changes()] == [["refused"]]


def test_mac_of_another_tenant_is_taken_but_not_told_where(world: World) -> None:
    owner = create_device(world.browser(OWNER), **{**NEW_T46, "mac_address": "0015650000F2"})
    assert owner.status == 422
    assert not re.search("Foreign|globex|amsterdam", owner.text)
    admin = create_device(world.browser(SYSTEM_ADMIN), **{**NEW_T46, "mac_address": "0015650000F2"})
    assert "Foreign in globex / amsterdam" in admin.words


def test_name_of_another_users_device_is_taken(world: World) -> None:
    answer = create_device(world.browser(OWNER), **{**NEW_T46, "device_name": "Reception"})
    assert answer.status == 422
    assert 'id="device_name-error"' in answer.text


def test_edit_sends_only_what_was_changed(world: World) -> None:
    owner = world.browser(OWNER)
    answer = edit_device(owner, "Reception", description="By the window")
    assert answer.location == f"{HQ}Reception/"
    assert "Reception updated. Changed: Description." in owner.get(answer.location).words
    [(change, outcomes)] = world.changes()
    assert (change.before, change.after) == ({"description": "By the door"}, {"description": "By the window"})
    assert outcomes == ["applied"]


def test_cleared_field_is_cleared(world: World) -> None:
    owner = world.browser(OWNER)
    question = edit_device(owner, "Reception", description="", mac_address="")
    assert owner.submit(question).location == f"{HQ}Reception/"
    assert (read_device(world, "Reception")["description"], read_device(world, "Reception")["macAddress"]) == ("", "")


def test_edit_that_changes_nothing_sends_nothing(world: World) -> None:
    owner = world.browser(OWNER)
    answer = edit_device(owner, "Reception", mac_address="00:15:65:a1:2b:3c")
    assert "No changes to save" in owner.get(answer.location or "").words
    assert world.changes() == []


def test_credentials_are_sent_and_never_shown(world: World) -> None:
    owner = world.browser(OWNER)
    typed = {"use_custom_user_name_password": "true", "user_name": "soft", "password": "s3cret-Needle"}
    assert edit_device(owner, "Softphone", **typed).status == 303
    assert read_device(world, "Softphone")["userName"] == "soft"
    pages = [owner.get(f"{HQ}Softphone/{page}").body for page in ("", "edit", "delete")]
    assert not [page for page in [*pages, world.database_bytes()] if b"s3cret-Needle" in page]
    [(change, _)] = world.changes()
    assert change.after["password"] == "•••"


USER_NAME, PASSWORD = "goes with the password", "goes with the user name"


@pytest.mark.parametrize(
    ("own", "user_name", "password", "said"),
    [
        ("true", "", "", {USER_NAME, PASSWORD}),
        ("true", "soft", "", {PASSWORD}),
        ("true", "", "s3cret", {USER_NAME}),
        ("false", "soft", "", {PASSWORD}),
        ("false", "", "s3cret", {USER_NAME}),
    ],
)
def test_half_credentials_are_refused_at_the_field(
    world: World, own: str, user_name: str, password: str, said: set[str]
) -> None:
    owner = world.browser(OWNER)
    typed = {"use_custom_user_name_password": own, "user_name": user_name, "password": password}
    added = owner.submit(owner.get(f"{HQ}new?type=Generic+SIP+Phone"), device_name="Fresh", **typed)
    for page in (added, edit_device(owner, "Softphone", **typed)):
        assert page.status == 422
        assert {words for words in (USER_NAME, PASSWORD) if words in page.words} == said
    assert world.changes() == []


def test_stored_password_stays_with_new_user_name(world: World) -> None:
    owner = world.browser(OWNER)
    edit_device(owner, "Softphone", use_custom_user_name_password="true", user_name="soft", password="s3cret")
    assert edit_device(owner, "Softphone", user_name="other").status == 303
    assert read_device(world, "Softphone")["userName"] == "other"


def test_stored_half_credentials_are_left_alone(world: World) -> None:
    with world.api_engine.begin() as database:
        statement = "UPDATE api_access_devices SET use_custom_user_name_password = true WHERE device_name = 'Softphone'"
        database.exec_driver_sql(statement)
    page = edit_device(world.browser(OWNER), "Softphone", description="elsewhere")
    assert "The platform rejected this value" in page.words
    assert USER_NAME not in page.words


def test_form_of_a_damaged_page_is_not_believed(world: World) -> None:
    owner = world.browser(OWNER)
    for damaged in ("{not json", '{"at": "2026-03-02T09:30:00", "fields": {}}'):
        assert edit_device(owner, "Reception", opened=damaged).status == 400
    assert world.changes() == []


def test_hidden_fields_reach_no_further_than_the_address(world: World) -> None:
    before = world.contents()["api_access_devices"]
    edit_device(world.browser(OWNER), "Reception")
    world.browser(OWNER).post(
        f"{HQ}Reception/edit", device_name="Foreign", tenant="globex", group="amsterdam", status="Offline", protocol=""
    )
    assert world.contents()["api_access_devices"] == before


def test_unknown_transport_survives_another_edit(world: World) -> None:
    with world.api_engine.begin() as database:
        database.exec_driver_sql(
            "UPDATE api_access_devices SET transport_protocol = 'DTLS' WHERE device_name = 'Desk 02'"
        )
    owner = world.browser(OWNER)
    assert owner.submit(owner.get(f"{HQ}Desk%2002/edit"), description="elsewhere").location is not None
    assert read_device(world, "Desk 02")["transportProtocol"] == "DTLS"


def test_invalid_port_is_refused_at_its_field(world: World) -> None:
    owner = world.browser(OWNER)
    with world.api_engine.begin() as database:
        database.exec_driver_sql("UPDATE api_access_devices SET net_port = 5070 WHERE device_name = 'Desk 02'")
    page = owner.submit(owner.get(f"{HQ}Desk%2002/edit"), net_port="many", description="kept")
    assert page.status == 422
    assert "Must be between 1025 and 65535" in page.words
    assert page.form().fields["description"] == "kept"
