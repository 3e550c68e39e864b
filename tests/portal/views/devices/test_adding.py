"""A copy of a device, and one device after the other: what the form begins with."""

from tests.support.client import HTMX
from tests.support.devices import NEW_DEVICE, NEW_T46, edit_device, read_device
from tests.support.html import one
from tests.support.population import AMSTERDAM, HQ
from tests.support.world import OWNER, SUPPORT, World

COPY = f"{NEW_DEVICE}?copy=Reception"


def test_copy_begins_without_what_belongs_to_one_phone(world: World) -> None:
    owner = world.browser(OWNER)
    edit_device(owner, "Reception", serial_number="S-1", transport_protocol="TLS", physical_location="Hall")
    assert COPY in owner.get(f"{HQ}Reception/").links()
    assert COPY not in world.browser(SUPPORT).get(f"{HQ}Reception/").links()
    page = owner.get(COPY)
    fields = page.form().fields
    kept = {name: fields[name] for name in ("device_type", "description", "transport_protocol", "physical_location")}
    assert kept == {
        "device_type": "Yealink-T46G",
        "description": "By the door",
        "transport_protocol": "TLS",
        "physical_location": "Hall",
    }
    assert not any(fields[name] for name in ("device_name", "mac_address", "serial_number"))
    assert "Copied: Type, Description, Transport, Protocol, Location." in page.words
    assert "Not copied: Name, MAC address, Serial number, lines, config files and tags." in page.words
    assert owner.get(f"{NEW_DEVICE}?copy=nothing").status == 404
    other_type = owner.get(f"{COPY}&device_type=Cisco-ATA191", headers=HTMX)
    assert "By the door" not in other_type.text, "the page keeps what is typed there"
    assert owner.get(f"{AMSTERDAM}new?copy=Foreign").status == 404


def test_own_credentials_and_address_are_not_copied(world: World) -> None:
    owner = world.browser(OWNER)
    own = {"use_custom_user_name_password": "true", "user_name": "u", "password": "secret-needle"}
    edit_device(owner, "Softphone", net_port="5070", **own)
    page = owner.get(f"{NEW_DEVICE}?copy=Softphone")
    fields = page.form().fields
    assert (fields["net_port"], fields["net_address"], fields["user_name"]) == ("5070", "", "")
    assert fields["use_custom_user_name_password"] == "false"
    assert "secret-needle" not in page.text
    answer = owner.submit(page, device_name="Softphone 2")
    assert answer.location == f"{HQ}Softphone%202/"
    assert read_device(world, "Softphone 2")["netPort"] == 5070


def test_one_device_after_the_other_keeps_type_and_location(world: World) -> None:
    owner = world.browser(OWNER)
    form = owner.get(f"{NEW_DEVICE}?type=Yealink-T46G")
    fields = {**form.form().fields, **NEW_T46, "physical_location": "Floor 3"}
    first = owner.post(NEW_DEVICE, None, **fields, another="1")
    assert first.location == f"{NEW_DEVICE}?copy=Fresh&another=1"
    assert owner.post(NEW_DEVICE, None, **fields, another="1").location == first.location, "sent twice"
    page = owner.get(first.location)
    assert "Fresh added." in page.words
    main = one(page.document, "main")
    assert [control.get("name") for control in main.iter() if "autofocus" in control.attrib] == ["device_name"]
    buttons = [button.get("name") for button in main.iter("button") if button.get("type") == "submit"]
    assert buttons == ["another", None], "Enter adds and goes on"
    refused = owner.submit(page, device_name="Fresh", mac_address="001565999998")
    assert refused.status == 422
    assert refused.form().action == first.location, "goes on with one after the other"
    second = owner.submit(refused, device_name="Fresh 2")
    assert second.location == f"{HQ}Fresh%202/"
    device = read_device(world, "Fresh 2")
    assert (device["physicalLocation"], device["macAddress"]) == ("Floor 3", "001565999998")
