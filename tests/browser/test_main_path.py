import re

import pytest
from playwright.sync_api import expect

from tests.support.browser.checks import expect_heading
from tests.support.browser.people import ADMIN, People, fill_in_sign_in
from tests.support.browser.places import CAMPUS, HEADQUARTERS, Places, spare_mac
from tests.support.waiting import wait_until


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
class TestMainPath:
    def test_sign_in_leads_to_scope_and_sign_out_ends_it(self, people: People, javascript: bool) -> None:
        page = people.nobody(java_script_enabled=javascript)
        page.goto(HEADQUARTERS)
        expect_heading(page, "Sign in")
        fill_in_sign_in(page, ADMIN)
        expect_heading(page, "Devices")
        page.get_by_text(ADMIN).click()
        page.get_by_role("button", name="Sign out").click()
        expect_heading(page, "Sign in")
        page.goto(HEADQUARTERS)
        expect_heading(page, "Sign in")

    @pytest.mark.parametrize("url", [HEADQUARTERS, CAMPUS])
    def test_a_part_of_a_mac_finds_its_device_in_any_notation(self, people: People, javascript: bool, url: str) -> None:
        page = people.signed_in(java_script_enabled=javascript)
        page.goto(url)
        row = page.locator("tbody tr").filter(has=page.locator(".mac")).nth(3)
        mac, name = row.locator(".mac").inner_text(), row.get_by_role("link").inner_text()
        dotted = mac.replace(":", "")[:10].lower()
        for typed in (mac[3:], mac.lower().replace(":", "-")[:14], f"{dotted[:4]}.{dotted[4:8]}.{dotted[8:]}"):
            page.get_by_role("searchbox", name="Filter this list").fill(typed)
            page.get_by_role("searchbox", name="Filter this list").press("Enter")
            expect(page.locator("tbody .mac", has_text=mac)).to_have_count(1)
            expect(page.locator("tbody .mac", has_not_text=typed[:2])).to_have_count(0)
        page.get_by_role("link", name=name, exact=True).click()
        expect_heading(page, name)
        expect(page.get_by_role("definition").get_by_text(mac)).to_be_visible()

    def test_an_edit_is_in_the_list_at_once(self, people: People, places: Places, javascript: bool) -> None:
        place = places.new()
        place.add("Reception", net_address="10.0.0.1")
        page = people.signed_in(java_script_enabled=javascript)
        page.goto(place.url)
        page.get_by_role("link", name="Reception").click()
        page.get_by_role("link", name="Edit").click()
        mac = spare_mac().lower()
        page.get_by_label("MAC address").fill(f"{mac[:4]}.{mac[4:8]}.{mac[8:]}")
        page.get_by_label("IP address / host").fill("10.0.0.77")
        page.get_by_label("Description").fill("By the door")
        page.get_by_role("button", name="Save").click()
        expect_heading(page, "Reception")
        expect(page.get_by_role("definition").get_by_text("By the door")).to_be_visible()
        page.get_by_role("link", name=place.group_id).click()
        row = page.get_by_role("row", name="Reception")
        expect(row).to_contain_text("10.0.0.77")
        expect(row).to_contain_text(":".join(re.findall("..", mac.upper())))

    def test_a_device_is_created_listed_deleted_and_gone(
        self, people: People, places: Places, javascript: bool
    ) -> None:
        place = places.new()
        page = people.signed_in(java_script_enabled=javascript)
        page.goto(place.url)
        page.get_by_role("link", name="Add device").first.click()
        page.get_by_role("combobox", name="Type").select_option("Generic SIP Phone")
        if not javascript:
            page.get_by_role("button", name="Continue").click()
        page.get_by_label("Name", exact=True).fill("new")
        page.get_by_role("button", name="Add device").click()
        expect_heading(page, "new")
        page.get_by_role("link", name=place.group_id).click()
        page.get_by_role("row", name="new").get_by_role("link").click()
        page.get_by_label("More actions").click()
        page.get_by_role("link", name="Delete…").click()
        expect_heading(page, "Delete new?")
        page.get_by_role("button", name="Delete device").click()
        expect_heading(page, "Devices")
        expect(page.get_by_text("new deleted.")).to_be_visible()
        expect(page.get_by_role("row", name="new")).to_have_count(0)
        assert place.read("new") is None

    def test_a_reboot_is_followed_to_its_end(self, people: People, places: Places, javascript: bool) -> None:
        place = places.new()
        page = people.signed_in(java_script_enabled=javascript)
        page.goto(place.add("Lobby", people=[{}], mac_address=None))
        page.get_by_role("link", name="Reboot…").click()
        expect(page.get_by_text("1 person loses service")).to_be_visible()
        page.get_by_role("button", name="Reboot now").click()
        expect_heading(page, "Rebooting Lobby")
        expect(page.get_by_text("Went offline")).to_be_visible()
        if not javascript:
            page.get_by_role("link", name="Refresh").click()
            wait_until(lambda: page.reload() is not None and page.get_by_text("Online again").is_visible())
        expect(page.get_by_text("The platform reports the device Online again")).to_be_visible()
        expect(page.get_by_role("link", name="Refresh")).to_have_count(0)
