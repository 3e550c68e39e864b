"""A copy of a device, and one device after the other: what the form begins with."""

from tests.support.client import HTMX
from tests.support.devices import NEW_DEVICE, NEW_T46, edit_device, read_device
from tests.support.html import one
from tests.support.population import AMSTERDAM, ANNEX, HQ
from tests.support.world import OWNER, SUPPORT, SYSTEM_ADMIN, TENANT_ADMIN, World

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


def test_copy_from_another_group_begins_with_its_values(world: World) -> None:
    admin = world.browser(TENANT_ADMIN)
    for address in (ANNEX, ANNEX.removesuffix("devices/"), f"{ANNEX}new"):
        assert f"{ANNEX}copy" in admin.get(address).links()
    choose = admin.get(f"{ANNEX}copy")
    assert [choice.get("value") for choice in one(choose.document, "select").iter("option")] == [
        "",
        "headquarters",
        "warehouse",
    ]
    copy = f"{ANNEX}new?copy=Reception&from_group=headquarters"
    listed = admin.get(f"{ANNEX}copy?from_group=headquarters&q=recep")
    assert [link for link in listed.links() if "new?copy" in link] == [copy]
    page = admin.get(copy)
    assert "A copy of Reception in headquarters. Copied: Type, Description" in page.words
    assert page.form().fields["description"] == "By the door"
    assert admin.submit(page, device_name="New desk", mac_address="001565999998").location == f"{ANNEX}New%20desk/"
    assert "By the door" in admin.get(f"{ANNEX}New%20desk/").words
    assert f"{ANNEX}copy" not in "".join(world.browser(OWNER).get(f"{HQ}new").links())


def test_copy_reads_no_group_out_of_reach(world: World) -> None:
    owner, admin = world.browser(OWNER), world.browser(TENANT_ADMIN)
    choose = owner.get(f"{HQ}copy?from_group=warehouse&q=Dock")
    assert "acme has no other group that you can see." in choose.words
    assert "warehouse" not in choose.words.lower()
    absent = owner.get(f"{NEW_DEVICE}?copy=Dock&from_group=nowhere")
    foreign = owner.get(f"{NEW_DEVICE}?copy=Dock&from_group=warehouse")
    assert (absent.status, absent.words[: absent.words.find("Reference")]) == (
        foreign.status,
        foreign.words[: foreign.words.find("Reference")],
    )
    for address in ("copy?from_tenant=globex", "new?copy=Foreign&from_tenant=globex&from_group=amsterdam"):
        assert admin.get(f"{ANNEX}{address}").status == 404
    for address in ("copy?from_tenant=..", "new?copy=x&from_group=a/b", "new?copy=x&from_group=%00", "new?copy=..%2f"):
        assert world.browser(SYSTEM_ADMIN).get(f"{ANNEX}{address}").status == 404, address
    staff = world.browser(SYSTEM_ADMIN)
    assert "Amsterdam" in staff.get(f"{ANNEX}copy?from_tenant=globex").words
    listed = staff.get(f"{ANNEX}copy?from_tenant=globex&from_group=amsterdam")
    copy = f"{ANNEX}new?copy=Foreign&from_tenant=globex&from_group=amsterdam"
    assert copy in listed.links()
    assert "A copy of Foreign in amsterdam of globex." in staff.get(copy).words
