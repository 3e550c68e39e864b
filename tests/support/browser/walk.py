"""Somebody walks through every page with one text in every place that takes one.

The backend's own texts are forged on the wire; names, which lead through addresses, stand in its database.
"""

import secrets
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from playwright.sync_api import Page, expect

from app.portal.domain.audit import Action, Actor, Intent, Result
from app.portal.domain.refs import GroupRef as Group
from app.portal.store.audit import AuditLog
from tests.support.browser.accounts_of_walk import look_after_staff, sign_in_and_set_up_factor
from tests.support.browser.finds_of_walk import look_at_search, look_at_views
from tests.support.browser.jobs_of_walk import add_jobs
from tests.support.browser.looker import Looker, Seen
from tests.support.browser.places import spare_mac

_ANNEX = "/tenants/acme/groups/annex/devices/"


class Walk(Looker):
    """Through every page with one text in every place that takes one."""

    def __call__(self, text: str) -> Seen:
        self.text = self.told.wire.text = text
        self.told.product.stop()  # it keeps the phone types, with the text of the walk before
        self.told.product.start(ready="/healthz")
        name = text.replace("/", "\\").replace("\0", "")
        self.place = self.places.new(name + secrets.token_hex(2), tenant_id=name + secrets.token_hex(2))
        lines = [self.one_line(text)[:140] + secrets.token_hex(8) for _ in range(2)]
        self.device_name = name
        self.device_url = self.place.add(name, people=[{"line_port": line} for line in lines])
        self.taken_mac = spare_mac()
        self.generic_url = self.place.add(f"{name} 2", device_type="Generic SIP Phone", mac_address=self.taken_mac)
        self.seen = Seen({}, {}, {})
        page = self.watch(self.people.signed_in(product=self.told.product))
        self._look_at_pages(page)
        self._look_at_tags(page)
        self._read_a_file(page)
        self._type_into_forms(page)
        self._merge(page)
        self._move_lines(page)
        self._act(page)
        self._read_back(page)
        look_at_views(self, page)
        look_at_search(self, page)
        sign_in_and_set_up_factor(self)
        look_after_staff(self, page)
        return self.seen

    def _look_at_pages(self, page: Page) -> None:
        asked, tenant_url = quote(self.text), self.place.url.split("groups/")[0]
        source = {"from_tenant": self.place.tenant_id, "from_group": self.place.group_id}
        for name, url in {
            "directory": f"/?q={quote(self.place.tenant_id)}",
            "directory without a match": f"/?q={asked}none",
            "list": self.place.url,
            "list searched": f"{self.place.url}?q={asked}&sort={asked}&size={asked}&page={asked}",
            "list filtered": f"{self.place.url}?status={asked}&type={asked}",
            "list without a match": f"{self.place.url}?q=none{asked}&status=x{asked}&type=x{asked}",
            "device": self.device_url,
            "delete": f"{self.device_url}delete",
            "reboot": f"{self.device_url}reboot",
            "lines that make no sense": f"{self.device_url}lines/",
            "lines searched": f"{self.device_url}lines/?q={asked}&sort={asked}",
            "replace": f"{self.device_url}replace",
            "copy": f"{self.place.url}new?copy={quote(self.device_name, safe='')}",
            "copy from another group": f"{_ANNEX}copy?{urlencode({'q': self.text, **source})}",
            "copy of another group": f"{_ANNEX}new?{urlencode({'copy': self.device_name, **source})}",
            "new": f"{self.place.url}new",
            "new of a type": f"{self.place.url}new?type={asked}",
            "tenant": tenant_url,  # shows numbers of its groups from the index, which were read by now
            "404": f"{self.place.url}nothing{quote(self.device_name, safe='')}/",
        }.items():
            self.open(page, url)
            self.note(name, page)

    def _look_at_tags(self, page: Page) -> None:
        # Which files can be looked through depends on their names, and with it what the page has to show.
        self.told.wire.kept = frozenset({"fileFormat", "fileContent"})
        asked = quote(self.text)
        for name, query in {
            "tags": "?sort=level",
            "tags filtered": f"?q={asked}&level={asked}&show={asked}&sort={asked}",
            "tags of a set": f"?set={asked}",
        }.items():
            self.open(page, f"{self.device_url}tags/{query}")
            self.note(name, page)
        self.told.wire.kept = frozenset()

    def _read_a_file(self, page: Page) -> None:
        """Its content is the text too, in one line; the names of files lead through addresses."""
        one_line = self.one_line(self.text)
        url = self.place.put_file(self.device_name, f"# {one_line}\nkey = {one_line}\n%NOPE%".encode())
        self.told.wire.kept = frozenset({"fileFormat", "fileContent"})
        for name, address in {
            "files": f"{self.device_url}files/",
            "file": url,
            "file as phone": f"{url}?as=phone",
        }.items():
            self.open(page, address)
            self.note(name, page)
        self.told.wire.kept = frozenset()

    def _type_into_forms(self, page: Page) -> None:
        # A select cannot send back every text.
        self.told.wire.kept = frozenset({"technicalName", "transportProtocol"})
        self.open(page, f"{self.device_url}edit")
        self.note("edit", page)
        self._fill(page, f"typed {self.text}")  # what the device has already would not be judged
        page.get_by_role("button", name="Save").click()
        self.note("edit with errors", page)
        self.open(page, f"{self.place.url}new?type=Yealink-T46G")
        page.get_by_label("Name", exact=True).fill("Kitchen")
        page.get_by_label("MAC address").fill(self.taken_mac)
        page.get_by_role("button", name="Add device").click()
        expect(page.get_by_role("alert")).to_contain_text("The platform rejected the change")
        self.note("new, refused by the platform", page)
        self.told.wire.kept = frozenset()

    def _merge(self, page: Page) -> None:
        self.told.wire.kept = frozenset({"protocol", "transportProtocol"})  # else there is nothing to save
        self.open(page, f"{self.device_url}edit")
        self._fill(page, "")
        page.get_by_label("Protocol").fill("SIP 2.0")
        page.get_by_label("Location").fill(self.one_line(f"{self.text} mine"))
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("button", name="Save anyway")).to_be_visible()
        self.note("edit that takes the MAC away", page)
        self.told.wire.text = f"{self.text} theirs"
        page.get_by_role("button", name="Save anyway").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Someone else changed")
        self.note("merge", page)
        self.told.wire.text, self.told.wire.kept = self.text, frozenset()

    def _move_lines(self, page: Page) -> None:
        self.told.wire.kept = frozenset({"linePort"})
        self.open(page, f"{self.device_url}lines/")
        page.locator("#up-2").click()
        expect(page.locator("#undo-all")).to_be_visible()
        self.note("lines that move", page)
        page.locator("#port-2").fill("none")
        page.locator("#save").click()
        expect(page.get_by_text("This order cannot be saved")).to_be_visible()
        self.note("lines on ports that cannot be", page)
        self.told.wire.kept = frozenset()

    def _act(self, page: Page) -> None:
        self.open(page, f"{self.device_url}reboot")
        page.get_by_role("button", name="Reboot now").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Rebooting")
        self.note("rebooting", page)
        self.open(page, f"{self.device_url}delete")
        page.get_by_role("textbox", name="Enter the device name").fill(f"not {self.text}")
        page.get_by_role("button", name="Delete device").click()
        expect(page.get_by_text("The name does not match")).to_be_visible()
        self.note("delete with another name", page)
        self.open(page, f"{self.generic_url}reboot")
        page.get_by_role("button", name="Reboot now").click()
        expect(page.get_by_text("The platform did not accept the reboot")).to_be_visible()
        self.note("reboot refused", page)

    def _read_back(self, page: Page) -> None:
        asked, group_url = quote(self.text), self.place.url.replace("/devices/", "/history/")
        for name, url in {
            "history": group_url,
            "history of a device": f"{self.device_url}history/",
            "history filtered": f"{group_url}?who={asked}&device={asked}&since={asked}&sort={asked}&action={asked}",
        }.items():
            page.goto(url)
            self.note(name, page)
        self._look_at_undo(page)
        self._look_at_jobs(page)

    def _look_at_jobs(self, page: Page) -> None:
        text, engine = self.one_line(self.text), self.told.product.portal_engine
        for name, url in add_jobs(engine, self.place.columns, self.device_name, text).items():
            page.goto(url)
            self.note(name, page)

    def _look_at_undo(self, page: Page) -> None:
        """Nothing that the walk does takes effect, so an edit and an order are noted as if they had."""
        text = self.one_line(self.text)
        audit_log = AuditLog(self.told.product.portal_engine)
        group = Group(self.place.tenant_id, self.place.group_id)
        actor = Actor(username=text[:150], role="Group admin", address="192.0.2.1", request_id="0A1B")
        for action, before, after in (
            (Action.EDIT, {"description": f"{text} before"}, {"description": self.text}),
            (Action.LINES, {"order": {text: 1, "b": 2}}, {"order": {text: 2, "b": 1}}),
        ):
            intent = Intent(action, group, self.device_name, before, after)
            audit_log.record(intent, actor, datetime.now(UTC), Result.APPLIED)
            page.goto(f"{self.device_url}history/")
            page.get_by_role("link", name="Undo…").first.click()
            expect(page.get_by_role("heading", level=1)).to_contain_text("Undo this")
            self.note(f"undo of {action}", page)

    def _fill(self, page: Page, text: str) -> None:
        for box in page.locator("main").get_by_role("textbox").all():
            box.fill(self.one_line(text))
