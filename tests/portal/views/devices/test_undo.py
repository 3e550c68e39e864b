"""Undo of an edit, an order of lines and a file: what comes back, and what was changed since and stays."""

import pytest

from app.portal.domain.audit import Result
from tests.support import config_files
from tests.support.boards import ADA, BASE, BEA, CYD, add_device, press, read_ports
from tests.support.client import Browser, Page
from tests.support.devices import edit_device, read_device
from tests.support.population import API_HQ, HQ
from tests.support.world import COLLEAGUE, OWNER, STRANGER, SUPPORT, World

FAX = f"{HQ}Fax/"


@pytest.fixture
def owner(world: World) -> Browser:
    return world.browser(OWNER)


def undo_links(page: Page) -> list[str]:
    return [link for link in page.links() if "/undo/" in link]


def open_undo(browser: Browser, device_url: str) -> Page:
    """Open the preview of the newest change that can be undone, as the history links it."""
    return browser.get(undo_links(browser.get(f"{device_url}history/"))[0])


def test_undo_brings_fields_back(world: World, owner: Browser) -> None:
    before = read_device(world, "Fax")
    edit_device(owner, "Fax", description="By the door", physical_location="Hall")
    preview = open_undo(owner, FAX)
    assert undo_links(owner.get(FAX)) == [preview.url]
    assert "2 fields come back" in preview.words
    assert read_device(world, "Fax")["description"] == "By the door"
    sent = owner.submit(preview)
    assert sent.location == FAX
    assert "Change of Fax undone." in owner.get(FAX).words
    assert read_device(world, "Fax") == before
    assert "Already as before" in owner.get(preview.url).words


def test_undo_leaves_what_changed_since(world: World, owner: Browser) -> None:
    before = read_device(world, "Fax")
    edit_device(owner, "Fax", description="By the door", physical_location="Hall")
    link = undo_links(owner.get(f"{FAX}history/"))[0]
    edit_device(world.browser(COLLEAGUE), "Fax", physical_location="Attic")
    preview = owner.get(link)
    assert "1 field comes back" in preview.words
    assert "Changed since" in preview.words
    assert f"Changed by {COLLEAGUE.username}" in preview.words
    owner.submit(preview)
    device = read_device(world, "Fax")
    assert (device["description"], device["physicalLocation"]) == (before["description"], "Attic")


def test_undo_that_was_previewed_otherwise_is_not_sent(world: World, owner: Browser) -> None:
    edit_device(owner, "Fax", description="By the door", physical_location="Hall")
    preview = open_undo(owner, FAX)
    world.tell_api("PUT", f"{API_HQ}Fax/", {"physicalLocation": "Attic"})
    answer = owner.submit(preview)
    assert answer.status == 409
    assert "The device changed while you looked. Nothing was sent." in answer.words
    assert read_device(world, "Fax")["description"] == "By the door"
    assert owner.submit(answer).status == 303
    assert read_device(world, "Fax")["physicalLocation"] == "Attic"


def test_undo_of_a_mac_change_says_who_is_hit(world: World, owner: Browser) -> None:
    owner.submit(edit_device(owner, "Reception", mac_address="001BD4000077"))
    edit_device(owner, "Reception", serial_number="S-3")
    preview = owner.get(undo_links(owner.get(f"{HQ}Reception/history/"))[1])
    assert "This undo changes the MAC address." in preview.words
    assert "2 people lose service until the new phone has started." in preview.words
    assert "The serial number stays S-3." in preview.words
    assert owner.submit(preview).status == 303
    assert read_device(world, "Reception")["macAddress"] == "001565A12B3C"
    assert "changes the MAC address" not in owner.get(preview.url).words


def test_undo_sent_twice_is_done_once(world: World, owner: Browser) -> None:
    edit_device(owner, "Fax", description="By the door")
    preview = open_undo(owner, FAX)
    assert [owner.submit(preview).location for _ in range(2)] == [FAX, FAX]
    assert len(world.changes()) == 2


def test_undo_cannot_bring_a_secret_back(world: World, owner: Browser) -> None:
    custom = {"use_custom_user_name_password": "true", "user_name": "fax", "password": "hush-hush-1"}
    answer = edit_device(owner, "Fax", **custom)
    assert answer.status == 303, answer.words
    preview = open_undo(owner, FAX)
    assert "Hidden, so it cannot come back." in preview.words
    assert "hush-hush-1" not in preview.text
    assert owner.submit(preview).status == 303
    assert read_device(world, "Fax")["userName"] == ""


def test_undo_moves_lines_back(world: World, owner: Browser) -> None:
    add_device(world, "Base", "Gigaset-N720", {ADA: 1, BEA: 2, CYD: 3})
    press(owner, owner.get(BASE), {ADA: "7"}, do="save")
    press(owner, owner.get(BASE), {CYD: "9"}, do="save")
    moved_ada = undo_links(owner.get(f"{HQ}Base/history/"))[-1]
    preview = owner.get(moved_ada)
    assert "1 line moves back" in preview.words
    owner.submit(preview)
    assert read_ports(world) == {ADA: 1, BEA: 2, CYD: 9}


def test_undo_of_fixed_lines_says_why_not(world: World, owner: Browser) -> None:
    add_device(world, "Base", "Gigaset-N720", {ADA: 1, BEA: 2})
    press(owner, owner.get(BASE), {ADA: "7"}, do="save")
    link = undo_links(owner.get(f"{HQ}Base/history/"))[0]
    press(owner, owner.get(BASE), {BEA: "1"}, do="save")
    preview = owner.get(link)
    assert "Nothing comes back" in preview.words
    assert "Changed since" in preview.words
    assert not [form for form in preview.forms if form.method == "POST" and "state" in form.names]
    assert owner.post(link, state="").status == 422


def test_undo_of_a_file_leads_to_its_difference(world: World, owner: Browser) -> None:
    before = config_files.content(world)
    config_files.apply(owner, config_files.upload(owner, config_files.TEXT))
    preview = open_undo(owner, f"{HQ}Reception/")
    assert "1 file comes back" in preview.words
    review = owner.get(owner.submit(preview, f"{config_files.FILES}back").location or "")
    config_files.apply(owner, review)
    assert config_files.content(world) == before


def test_undo_of_a_file_changed_since_leaves_it(world: World, owner: Browser) -> None:
    config_files.apply(owner, config_files.upload(owner, config_files.TEXT))
    link = undo_links(owner.get(f"{HQ}Reception/history/"))[0]
    config_files.put_past_the_portal(world, b"other=1\n")
    preview = owner.get(link)
    assert "Nothing comes back" in preview.words
    assert config_files.content(world) == b"other=1\n"


def test_undo_reaches_no_former_device(world: World, owner: Browser) -> None:
    edit_device(owner, "Fax", description="By the door")
    link = undo_links(owner.get(f"{FAX}history/"))[0]
    owner.submit(owner.get(f"{FAX}delete"), f"{FAX}delete")
    owner.submit(owner.get(f"{HQ}new?type=Generic SIP Phone"), device_name="Fax")
    assert owner.get(link).status == 404
    assert not [form for form in owner.get(f"{FAX}history/").forms if "undo" in form.action]


def test_undo_needs_a_change_that_took_effect(world: World, owner: Browser) -> None:
    question = edit_device(owner, "Fax", mac_address=read_device(world, "Reception")["macAddress"])
    owner.submit(question)
    outcomes = [outcomes[-1] for _, outcomes in world.changes()]
    assert Result.REFUSED in outcomes
    assert not undo_links(owner.get(f"{FAX}history/"))


def test_undo_of_a_stranger_is_not_found(world: World, owner: Browser) -> None:
    edit_device(owner, "Fax", description="By the door")
    link = undo_links(owner.get(f"{FAX}history/"))[0]
    assert world.browser(STRANGER).get(link).status == 404
    assert world.browser(SUPPORT).get(link).status == 200
