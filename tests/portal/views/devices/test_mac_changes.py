"""Another MAC for a device: who is hit, and whether the serial number and the vendor fit, is asked once."""

from tests.support.devices import edit_device, read_device
from tests.support.population import HQ
from tests.support.world import OWNER, World

CISCO = "00:1B:D4:00:00:77"


def test_mac_change_asks_once_about_people_serial_and_vendor(world: World) -> None:
    owner = world.browser(OWNER)
    edit_device(owner, "Reception", serial_number="S-1")
    question = edit_device(owner, "Reception", mac_address=CISCO, description="By the window")
    assert question.status == 200
    assert "Not saved yet: check the new MAC address." in question.words
    assert "2 people lose service until the new phone has started." in question.words
    assert "The serial number stays S-1." in question.words
    assert "That does not fit the device type Yealink-T46G." in question.words
    assert read_device(world, "Reception")["macAddress"] == "001565A12B3C"
    assert question.form().fields["description"] == "By the window"
    other = owner.submit(question, mac_address="001565000077", serial_number="S-2")
    assert "2 people lose service" in other.words, "another MAC than the one that was asked about"
    assert "The serial number stays" not in other.words
    assert "does not fit" not in other.words
    assert owner.submit(other).location == f"{HQ}Reception/"
    device = read_device(world, "Reception")
    assert (device["macAddress"], device["serialNumber"]) == ("001565000077", "S-2")
    assert device["description"] == "By the window"


def test_removed_mac_asks_only_where_somebody_is_hit(world: World) -> None:
    owner = world.browser(OWNER)
    question = edit_device(owner, "Reception", mac_address="")
    assert "Without a MAC address, no phone gets the settings of this device. 2 people lose service." in question.words
    assert edit_device(owner, "Desk 02", mac_address="").location == f"{HQ}Desk%2002/"
    broadcast = edit_device(owner, "Desk 03", mac_address="ff:ff:ff:ff:ff:ff")
    assert "No people are assigned to this device. This is the broadcast address." in broadcast.words


def test_vendor_that_does_not_fit_is_said_at_the_field(world: World) -> None:
    owner = world.browser(OWNER)
    url = f"{HQ}check?field=mac_address&type=Yealink-T46G&mac_address="
    assert "This vendor does not fit the device type Yealink-T46G." in owner.get(f"{url}{CISCO}").words
    assert "does not fit" not in owner.get(f"{url}001565000077").words
