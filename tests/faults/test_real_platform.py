"""Pages of a platform that refuses parts, spells things otherwise, and sends less than is documented."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from tests.support import html
from tests.support.adapters import CountingAdapter
from tests.support.client import Page
from tests.support.config_files import CHANGE, TEXT, VERSIONS, upload
from tests.support.config_files import FILES as FILE
from tests.support.faults import faults
from tests.support.faults.portal import Faulty, faulty_world
from tests.support.faults.reads import PAGE
from tests.support.faults.server import Exchange, Fault, message
from tests.support.population import HQ
from tests.support.world import OWNER, PASSWORD, TENANT_ADMIN, World

WORDS = "License exceeded"
REFUSAL = json.dumps({"errors": [{"code": 3, "message": "BWKS_ERROR", "details": {"detail": WORDS}}]})
DEVICE = f"{HQ}Reception/"
TABS = {DEVICE, f"{DEVICE}lines/", f"{DEVICE}files/", f"{DEVICE}tags/", f"{DEVICE}history/"}
REFUSED = (400, 403, 404, 410, 500, 501)


def changes(**values: Any) -> Fault:
    """The real answer with some of its values replaced; those that are None are left out."""

    def fault(exchange: Exchange) -> None:
        answer = json.loads(exchange.act().partition(b"\r\n\r\n")[2]) | values
        exchange.send(message(200, json.dumps({key: answer[key] for key in answer if answer[key] != ...}).encode()))

    return fault


def get(faulty: Faulty, url: str) -> Page:
    faulty.world.clock.advance(minutes=1)  # lest something kept hide a call
    return faulty.browser.get(url)


def assert_in_frame(page: Page, *words: str) -> None:
    assert page.h1 == "Reception", page.words
    assert set(page.links()) >= TABS
    for text in words:
        assert text in page.words, (page.url, text, page.words)


PARTS = {
    "/connected_users/": (f"{DEVICE}lines/", [DEVICE, f"{DEVICE}tags/", f"{DEVICE}files/"]),
    "/config_files/": (f"{DEVICE}files/", [DEVICE, f"{DEVICE}tags/", f"{DEVICE}lines/", FILE]),
    "/available_tags/": (f"{DEVICE}tags/", [DEVICE, f"{DEVICE}files/", f"{DEVICE}lines/", FILE]),
    f"/{quote('%BWMACADDRESS%.cfg')}/": (FILE, [DEVICE, f"{DEVICE}files/", VERSIONS]),
}


def test_refused_part_leaves_the_device_standing(faulty: Faulty) -> None:
    for part, (own_tab, others) in PARTS.items():
        faulty.server.heal()
        for status in REFUSED:
            faulty.server.script("GET", part, faults.answers(status, REFUSAL))
            own = get(faulty, own_tab)
            assert_in_frame(own, WORDS)
            assert own.status == (status if status in {403, 404} else 503 if status == 500 else 422)
        for url in others:
            page = get(faulty, url)
            assert page.status == 200
            assert_in_frame(page)


def test_people_that_cannot_be_read_keep_nobody_from_acting(faulty: Faulty) -> None:
    for status in REFUSED:
        faulty.server.script("GET", "/connected_users/", faults.answers(status, REFUSAL))
        for verb in ("delete", "reboot"):
            page = get(faulty, f"{DEVICE}{verb}")
            assert page.status == 200
            assert "people could not be read" in page.words
            assert WORDS in page.words
    assert "The lines could not be read." in get(faulty, DEVICE).words
    assert faulty.browser.submit(page).status == 303


ODD_DETAILS: list[dict[str, Any]] = [
    {"netPort": ""},
    {"netPort": 0, "protocol": ""},
    {"numberOfPorts": "Unlimited", "numberOfAssignedPorts": None},
    {"useCustomUserNamePassword": None, "status": None},
    {"macAddress": ["x"], "description": {"x": 1}},
    dict.fromkeys(("deviceName", "deviceType", "numberOfPorts", "numberOfAssignedPorts", "status"), ...),
]


def test_odd_detail_leaves_every_page_usable(faulty: Faulty) -> None:
    for number, odd in enumerate(ODD_DETAILS):
        faulty.server.script("GET", "/Reception/", changes(**odd))
        for url in (*sorted(TABS), f"{DEVICE}delete", f"{DEVICE}reboot", FILE):
            assert get(faulty, url).status == 200, url
        words = get(faulty, DEVICE).words
        for value in odd.values():
            if value == "Unlimited" or isinstance(value, list):
                assert "from the platform" in words
        assert "no limit" not in words or "numberOfPorts" not in odd
        edited = faulty.browser.submit(get(faulty, f"{DEVICE}edit"), serial_number=f"S{number}")
        assert edited.status == 303, edited.words
        assert json.loads(faulty.server.seen("PUT", "/Reception/")[-1].body) == {"serialNumber": f"S{number}"}


def test_mac_in_another_notation_is_not_sent(faulty: Faulty) -> None:
    for mac in ("00:15:65:a1:2b:3c", "001565a12b3c"):
        faulty.server.script("GET", "/Reception/", changes(macAddress=mac, transportProtocol="tcp"))
        saved = faulty.browser.submit(get(faulty, f"{DEVICE}edit"), description=mac, mac_address="0015-65A1-2B3C")
        assert json.loads(faulty.server.seen("PUT", "/Reception/")[-1].body) == {"description": mac}
        assert "Reboot pending" not in faulty.browser.get(saved.location or "").words


def test_device_is_edited_and_added_without_phone_types(faulty: Faulty) -> None:
    for status in (403, 404, 410, 500):
        faulty.server.script("GET", "/phone_types/", faults.answers(status, REFUSAL))
        edit = get(faulty, f"{DEVICE}edit")
        assert WORDS in edit.words
        assert faulty.browser.submit(edit, serial_number=f"S{status}").status == 303
        start = get(faulty, f"{HQ}new")
        assert "type" in {field.get("name") for field in start.document.iter("input")}
        form = get(faulty, f"{HQ}new?device_type=&type=Cisco-ATA191")
        saved = faulty.browser.submit(form, device_name=f"New {status}", mac_address=f"001565000{status}")
        assert saved.status == 303, saved.words
        assert faulty.has_device(f"New {status}", deviceType="Cisco-ATA191")


def test_unknown_phone_types_claim_nothing(faulty: Faulty) -> None:
    listed = [{"technicalName": "Yealink-T46G"}, {"technicalName": "Other", "capabilities": None}]
    bodies: list[dict[str, Any]] = [{"phoneTypes": listed}, {"phoneTypes": []}]
    for body in bodies:
        faulty.server.script("GET", "/phone_types/", faults.answers_json(body))
        for url in (f"{HQ}new", f"{HQ}new?type=Yealink-T46G", f"{DEVICE}edit"):
            page = get(faulty, url)
            assert page.status == 200
            assert "Unlimited" not in page.words
            assert "Phone or adapter" not in page.words


def test_file_is_replaced_though_its_content_is_refused(faulty: Faulty) -> None:
    for number, status in enumerate((400, 403, 410, 500, 501)):
        faulty.server.script("GET", "/content/", faults.answers(status, REFUSAL))
        words = "cannot be read just now" if status == 500 else "The platform does not provide"
        for url in (FILE, CHANGE):
            assert words in get(faulty, url).words
        assert faulty.browser.submit(upload(faulty.browser, TEXT + bytes([48 + number]))).status == 303
        assert len(faulty.server.seen("PUT", ".cfg/")) == number + 1


def test_content_lost_meanwhile_is_no_change_of_others(faulty: Faulty) -> None:
    check = upload(faulty.browser, TEXT)
    faulty.server.script("GET", "/content/", faults.answers(500, REFUSAL))
    asked = faulty.browser.submit(check)
    assert asked.status == 409
    assert "changed outside the portal" not in asked.words
    assert "cannot tell whether it was changed" in asked.words
    assert faulty.server.seen("PUT", ".cfg/") == []
    assert faulty.browser.submit(asked).status == 303


def test_tenant_admin_works_though_tenants_are_refused(world: World) -> None:
    with faulty_world(world, TENANT_ADMIN) as faulty:
        faulty.server.script("GET", "/v1/tenants/", faults.answers(403, REFUSAL))
        page = faulty.browser.get("/tenants/acme/")
        assert (page.status, page.h1) == (200, "Groups of acme")
        assert HQ in page.links()


def test_refused_write_keeps_what_was_typed(faulty: Faulty) -> None:
    form = get(faulty, f"{DEVICE}edit")
    for status in (400, 403, 404, 410, 413, 501):
        faulty.server.script("PUT", "/Reception/", faults.answers(status, REFUSAL))
        page = faulty.browser.submit(form, description="By the window")
        assert page.status == 422
        assert f"The platform rejected the change: {WORDS}" in page.words
        assert page.form().fields["description"] == "By the window"
        form = page


@pytest.mark.parametrize("fault", [faults.sends_html, faults.answers(302, "", ("Location", "/sso?ticket=5e551on"))])
def test_page_in_place_of_an_answer_loses_nothing(
    fault: Fault, faulty: Faulty, caplog: pytest.LogCaptureFixture
) -> None:
    form = get(faulty, f"{DEVICE}edit")
    faulty.server.script("*", "/Reception/", fault)
    page = faulty.browser.submit(form, description="By the window")
    assert page.status == 503
    assert PAGE in page.words
    assert "Your entries are kept" in page.words
    again = next(link for link in page.links() if "again=1" in link)
    assert faulty.browser.get("/account").status == 200, "the portal's session is over"
    faulty.server.heal()
    back = faulty.browser.sign_in("admin@provider.example", "correct horse battery", at=again)
    restored = faulty.browser.get(back.location or "")
    assert restored.form().fields["description"] == "By the window"
    if fault is not faults.sends_html:
        assert "redirected to /sso" in caplog.text
    assert "5e551on" not in caplog.text


def test_failed_read_of_a_write_keeps_what_was_typed(faulty: Faulty) -> None:
    form = get(faulty, f"{DEVICE}edit")
    faulty.server.script("GET", "/Reception/", faults.answers(503, REFUSAL))
    page = faulty.browser.submit(form, description="By the window")
    assert (page.status, WORDS in page.words) == (503, True)
    faulty.server.heal()
    draft = next(link for link in page.links() if "draft=" in link)
    assert faulty.browser.get(draft).form().fields["description"] == "By the window"


def test_platform_behind_another_prefix_is_used(world: World) -> None:
    app = world.another_portal(CountingAdapter, api_prefix="/api/v01/proxy/")
    world.nobody(app).sign_in(OWNER.username, PASSWORD)
    adapter = world.held_by(app).adapter
    assert isinstance(adapter, CountingAdapter)
    assert adapter.calls == ["POST /api/v01/proxy/login/"]


def test_lines_without_flags_can_be_looked_at(faulty: Faulty) -> None:
    for flags in ({"noLineReOrdering": ..., "staticLineReOrdering": ...}, {"staticLineReOrdering": None}):
        faulty.server.script("GET", "/connected_users/", changes(**flags))
        page = get(faulty, f"{DEVICE}lines/")
        assert page.status == 200
        assert "does not tell whether" in page.words
        assert "ada@acme.example" in html.text(page.document)


def test_file_without_source_and_number_as_tag_value_are_shown(faulty: Faulty) -> None:
    faulty.server.script("GET", f"/{quote('%BWMACADDRESS%.cfg')}/", changes(fileSource=..., extendedCaptureEnabled=...))
    for url in (FILE, VERSIONS, CHANGE, f"{DEVICE}files/"):
        page = get(faulty, url)
        assert page.status == 200
        assert "changed outside the portal" not in page.words.casefold()
    assert "Missing from the platform: fileSource" in get(faulty, FILE).words
    assert "Extended capture" not in get(faulty, FILE).words
    assert faulty.browser.submit(upload(faulty.browser, TEXT)).status == 303
    assert "extendedCaptureEnabled" not in json.loads(faulty.server.seen("PUT", ".cfg/")[0].body)
    tags = [{"name": "%ODD%", "value": 99, "level": "DeviceProfile"}]
    faulty.server.script("GET", "/available_tags/", faults.answers_json({"availableTags": tags}))
    assert "%ODD% 99" in get(faulty, f"{DEVICE}tags/").words
