"""Another phone for a device: what is asked, sent and followed, and what is said where a step fails."""

from typing import Any
from urllib.parse import quote

import pytest
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter

from tests.support.client import Browser, Page
from tests.support.devices import edit_device, list_device_names, read_device
from tests.support.population import API_HQ, HQ
from tests.support.world import COLLEAGUE, OWNER, PASSWORD, SUPPORT, TENANT_ADMIN, World

DEVICE = f"{HQ}Reception/"
REPLACE = f"{DEVICE}replace"
PROGRESS = f"{DEVICE}reboot/progress"
NEW_MAC = "00:15:65:00:00:77"
SPARE = "Spare 00:15:65:A1:2B:3C"


class Losing(HTTPAdapter):
    """Loses each call to an address that ends so: before it arrives, or its answer."""

    def __init__(self, behind: BaseAdapter) -> None:
        super().__init__()
        self._behind = behind
        self.ending, self.arrives = "", False

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        is_lost = self.ending and request.method != "GET" and request.path_url.endswith(self.ending)
        if is_lost and not self.arrives:
            raise ConnectionResetError
        response = self._behind.send(request, *args, **kwargs)
        if is_lost:
            response.close()
            raise ConnectionResetError
        return response


@pytest.fixture
def losing(world: World) -> tuple[Browser, Losing]:
    adapters: list[Losing] = []

    def wire(behind: BaseAdapter) -> BaseAdapter:
        adapters.append(Losing(behind))
        return adapters[0]

    return world.browser(OWNER, world.another_portal(wire)), adapters[0]


def replace_phone(browser: Browser, **typed: str) -> Page:
    return browser.submit(browser.get(REPLACE), **{"mac_address": NEW_MAC} | typed)


def actions(world: World) -> list[tuple[str, list[str]]]:
    return [(change.action, outcomes) for change, outcomes in world.changes()]


@pytest.mark.both_databases
def test_replacement_changes_mac_and_serial_and_reboots(world: World) -> None:
    owner = world.browser(OWNER)
    edit_device(owner, "Reception", serial_number="S-1")
    form = owner.get(REPLACE)
    assert REPLACE in owner.get(DEVICE).links()
    for words in ("2 people are affected", "Ada Example", "2 lines, in their order", "2 device-level tags"):
        assert words in form.words
    answer = owner.submit(form, mac_address=NEW_MAC)
    assert answer.location == PROGRESS
    device = read_device(world, "Reception")
    assert (device["macAddress"], device["serialNumber"], device["status"]) == ("001565000077", "", "Offline")
    assert device["description"] == "By the door"
    assert "Reception has the MAC address 00:15:65:00:00:77 now." in owner.get(PROGRESS).words
    assert owner.submit(form, mac_address=NEW_MAC).location == PROGRESS, "sent again"
    assert actions(world)[1:] == [("device:edit", ["applied"]), ("device:reboot", ["applied"])]
    undo = next(link for link in owner.get(DEVICE).links() if "/undo/" in link)
    assert owner.submit(owner.get(undo)).location == DEVICE
    device = read_device(world, "Reception")
    assert (device["macAddress"], device["serialNumber"]) == ("001565A12B3C", "S-1")


def test_old_phone_stays_as_a_spare_once_its_mac_is_free(world: World) -> None:
    owner = world.browser(OWNER)
    edit_device(owner, "Reception", serial_number="S-1")
    fields = {**owner.get(REPLACE).form().fields, "mac_address": NEW_MAC, "old_phone": "spare"}
    del fields["reboot"]
    for _ in range(2):
        assert owner.post(REPLACE, None, **fields).location == DEVICE
    spare = read_device(world, SPARE)
    assert (spare["macAddress"], spare["serialNumber"], spare["deviceType"]) == ("001565A12B3C", "S-1", "Yealink-T46G")
    assert f"{SPARE} added for the old phone." in owner.get(DEVICE).words
    assert "Reboot pending since" in owner.get(DEVICE).words
    assert actions(world)[1:] == [("device:edit", ["applied"]), ("device:create", ["applied"])]
    undo = owner.get(next(link for link in owner.get(DEVICE).links() if "/undo/" in link))
    assert f"Another device has the MAC address that comes back: {SPARE}. Delete that device" in undo.words
    refused = owner.submit(undo)
    assert (refused.status, "another device already has this MAC address" in refused.words) == (422, True)
    spare_url = f"{HQ}{quote(SPARE)}/"
    assert spare_url in refused.links()
    assert owner.submit(owner.get(f"{spare_url}delete")).location == HQ
    assert "Another device has" not in owner.get(undo.url).words
    assert owner.submit(undo).location == DEVICE
    assert read_device(world, "Reception")["macAddress"] == "001565A12B3C"


def test_support_replaces_but_adds_no_spare(world: World) -> None:
    support = world.browser(SUPPORT)
    form = support.get(REPLACE)
    assert "old_phone" not in form.form().names
    fields = {**form.form().fields, "mac_address": NEW_MAC, "old_phone": "spare"}
    assert support.post(REPLACE, None, **fields).location == PROGRESS
    assert SPARE not in list_device_names(world)


def test_mac_that_may_be_wrong_is_asked_about_once(world: World) -> None:
    owner = world.browser(OWNER)
    edit_device(owner, "Reception", serial_number="S-1")
    question = replace_phone(owner, mac_address="00:1B:D4:00:00:77", serial_number="S-1")
    assert "That does not fit the device type Yealink-T46G." in question.words
    assert "The serial number stays S-1." in question.words
    assert "Replace anyway" in question.words
    assert actions(world)[1:] == []
    assert owner.submit(question).location == PROGRESS
    for typed, words in {
        "": "Enter the MAC address of the new phone.",
        "00:1B:D4:00:00:77": "The device has this MAC address already.",
        "001565": "Must be 12 digits",
        "0015650000F2": "already has this MAC address",  # in a tenant that the user may not see
    }.items():
        page = replace_phone(owner, mac_address=typed)
        assert page.status == 422
        assert words in page.words, typed
        assert "Foreign" not in page.words
    tenant_admin = world.browser(TENANT_ADMIN)
    page = replace_phone(tenant_admin, mac_address="001565000005")
    assert "/tenants/acme/groups/warehouse/devices/Dock/" in page.links()
    page = owner.get(
        f"{HQ}check?field=mac_address&device=Reception&replaces=&mac_address=001565000002&type=Yealink-T46G"
    )
    assert "Another device in this group uses it." in page.words
    assert "optional" not in page.words
    assert "replaces=&amp;" in page.text, "the next check is of the same form"


def test_second_replacement_shows_the_first(world: World) -> None:
    owner, colleague = world.browser(OWNER), world.browser(COLLEAGUE)
    form = owner.get(REPLACE)
    assert replace_phone(colleague, mac_address="001565000088").status == 303
    page = owner.submit(form, mac_address=NEW_MAC)
    assert page.status == 409
    assert f"{COLLEAGUE.username} changed it at 09:30:00 UTC." in page.words
    assert "00:15:65:A1:2B:3C before, 00:15:65:00:00:88 now" in page.words
    assert read_device(world, "Reception")["macAddress"] == "001565000088"
    assert owner.submit(page).location == PROGRESS
    assert read_device(world, "Reception")["macAddress"] == "001565000077"
    form = owner.get(REPLACE)
    assert replace_phone(colleague, mac_address="001565000099").status == 303
    assert owner.submit(form, mac_address="001565000099").location == DEVICE
    assert "was given this phone by someone else. Nothing was sent." in owner.get(DEVICE).words


def test_first_step_without_answer_ends_the_others(world: World, losing: tuple[Browser, Losing]) -> None:
    owner, adapter = losing
    adapter.ending = "/Reception/"
    page = replace_phone(owner, old_phone="spare")
    assert page.status == 503
    assert "The platform did not confirm it" in page.words
    assert f"“{SPARE}” was not added and no reboot was requested." in page.words
    assert page.form().fields["mac_address"] == NEW_MAC
    assert actions(world) == [("device:edit", ["unknown"])]
    assert SPARE not in list_device_names(world)


def test_later_step_that_fails_is_told_by_name(world: World, losing: tuple[Browser, Losing]) -> None:
    owner, adapter = losing
    world.tell_api("POST", API_HQ, {"deviceName": SPARE, "deviceType": "Yealink-T46G"})
    adapter.ending, adapter.arrives = "/reboot_phone/", True
    assert replace_phone(owner, old_phone="spare").location == DEVICE
    words = owner.get(DEVICE).words
    assert "Reception has the MAC address 00:15:65:00:00:77 now." in words
    assert f"The old phone was not added as “{SPARE}”." in words
    assert "already exists in this group" in words
    assert "The reboot was not confirmed" in words
    assert actions(world) == [
        ("device:edit", ["applied"]),
        ("device:create", ["refused"]),
        ("device:reboot", ["unknown"]),
    ]


def test_typed_phone_outlives_session_and_device(world: World) -> None:
    owner = world.browser(OWNER)
    form = owner.get(REPLACE)
    owner.client.delete_cookie("portal_session")
    world.clock.advance(minutes=31)
    page = owner.submit(form, mac_address=NEW_MAC)
    back = owner.sign_in(OWNER.username, PASSWORD, at=page.location or "")
    restored = owner.get(back.location or "")
    assert "Your entries are restored. Nothing was sent." in restored.words
    assert restored.form().fields["mac_address"] == NEW_MAC
    world.tell_api("PUT", f"{API_HQ}Desk%2002/", {"serialNumber": "S-2"})
    form = owner.get(f"{HQ}Desk%2002/replace")
    world.tell_api("DELETE", f"{API_HQ}Desk%2002/", None)
    gone = owner.submit(form, mac_address=NEW_MAC)
    assert gone.status == 404
    assert NEW_MAC in gone.words
    assert any("new?draft=" in link for link in gone.links())


def test_device_without_mac_and_type_without_reboot_are_told(world: World) -> None:
    owner = world.browser(OWNER)
    url = f"{HQ}Softphone/replace"
    assert owner.submit(owner.get(f"{HQ}Softphone/reboot")).status == 422
    page = owner.get(url)
    assert not {"old_phone", "reboot"} & page.form().names
    assert "The platform cannot reboot this type." in page.words
    assert owner.submit(page, mac_address=NEW_MAC).location == f"{HQ}Softphone/"
    fields = {**owner.get(url).form().fields, "opened": '{"at":"2026-03-02T09:30:00Z","fields":{"mac_address":5}}'}
    assert owner.post(url, None, **fields).status == 400
