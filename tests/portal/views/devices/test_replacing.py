"""Another phone for a device: what is asked, sent and followed, and what is said where a step fails."""

from tests.support.client import Browser, Page
from tests.support.devices import edit_device, read_device
from tests.support.population import HQ
from tests.support.world import OWNER, World

REPLACE = f"{HQ}Reception/replace"
NEW_MAC = "00:15:65:00:00:77"


def replace_phone(browser: Browser, **typed: str) -> Page:
    return browser.submit(browser.get(REPLACE), **{"mac_address": NEW_MAC} | typed)


def test_replacement_changes_mac_and_serial_and_reboots(world: World) -> None:
    owner = world.browser(OWNER)
    edit_device(owner, "Reception", serial_number="S-1")
    form = owner.get(REPLACE)
    assert f"{REPLACE}" in owner.get(f"{HQ}Reception/").links()
    for words in ("2 people are affected", "Ada Example", "2 lines, in their order", "2 device-level tags"):
        assert words in form.words
    answer = owner.submit(form, mac_address=NEW_MAC)
    assert answer.location == f"{HQ}Reception/reboot/progress"
    device = read_device(world, "Reception")
    assert (device["macAddress"], device["serialNumber"], device["status"]) == ("001565000077", "", "Offline")
    assert device["description"] == "By the door"
    assert "Reception has the MAC address 00:15:65:00:00:77 now." in owner.get(answer.location).words
    assert owner.submit(form, mac_address=NEW_MAC).location == f"{HQ}Reception/reboot/progress", "sent again"
    assert [(change.action, outcomes) for change, outcomes in world.changes()][1:] == [
        ("device:edit", ["applied"]),
        ("device:reboot", ["applied"]),
    ]
