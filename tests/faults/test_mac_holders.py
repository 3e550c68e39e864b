"""Looking for who has a MAC fails in every way: the refusal stays what it is, and so does the look while typing."""

import pytest

from tests.support.client import HTMX
from tests.support.faults import faults
from tests.support.faults.portal import Faulty, faulty_world
from tests.support.faults.reads import ERROR_TEXT, LATE, READ_FAULTS
from tests.support.population import HQ
from tests.support.world import SYSTEM_ADMIN, TENANT_ADMIN, Member, World

FOREIGN, DOCK = "0015650000F2", "001565000005"
TYPED = {"device_type": "Yealink-T46G", "device_name": "Fresh"}
TERSE = '{"errors": [{"code": 5, "details": "macAddress: another device already has this MAC address"}]}'
REFUSED = "The platform rejected this value: another device already has this MAC address"
BELONGS = "It is used by"

ALL = {name: fault for name, (fault, _, words) in READ_FAULTS.items() if LATE not in words}
ALL |= {"answers nothing found": faults.answers(200, '{"devices": []}')}
ALL |= {"answers junk": faults.answers(200, '{"devices": ["junk", null, {"deviceName": {}}]}')}


def assert_refused_in_todays_words(faulty: Faulty, mac: str, name: str) -> None:
    page = faulty.browser.submit(faulty.browser.get(f"{HQ}new?type=Yealink-T46G"), **TYPED, mac_address=mac)
    assert page.status == 422, name
    assert REFUSED in page.words, name
    assert BELONGS not in page.words, name
    assert page.form().fields["device_name"] == "Fresh", name


def assert_checked_without_a_word(faulty: Faulty, name: str) -> None:
    url = f"{HQ}check?type=Yealink-T46G&field=mac_address&mac_address={FOREIGN}"
    check = faulty.browser.get(url, headers=HTMX)
    assert (check.status, "is-invalid" in check.text) == (200, False), name


def test_failed_search_leaves_the_refusal(faulty: Faulty) -> None:
    faulty.server.script("POST", "/access_devices/", faults.answers(400, TERSE))
    page = faulty.browser.submit(faulty.browser.get(f"{HQ}new?type=Yealink-T46G"), **TYPED, mac_address=FOREIGN)
    assert f"{BELONGS} Foreign" in page.words
    for name, fault in ALL.items():
        faulty.forget_waits()
        faulty.server.script("GET", "/search/device/", fault)
        assert_refused_in_todays_words(faulty, FOREIGN, name)
        assert_checked_without_a_word(faulty, name)
    assert faulty.outcomes() == ["refused"]


def test_search_with_ended_session_leads_to_sign_in(faulty: Faulty) -> None:
    faulty.server.script("GET", "/search/device/", faults.answers(401, ERROR_TEXT))
    url = f"{HQ}check?type=Yealink-T46G&field=mac_address&mac_address={FOREIGN}"
    assert faulty.browser.get(url, headers=HTMX).status == 204  # nothing is taken from whom it asks beside
    assert "/login" in (faulty.browser.get(HQ).location or "")


@pytest.mark.parametrize(
    ("member", "path"), [(SYSTEM_ADMIN, "/search/device/"), (TENANT_ADMIN, "/tenants/acme/groups/")]
)
def test_session_ended_after_refusal_saves_the_draft(world: World, member: Member, path: str) -> None:
    with faulty_world(world, member) as faulty:
        faulty.server.script("POST", "/access_devices/", faults.answers(400, TERSE))
        faulty.server.script("GET", path, faults.answers(401, ERROR_TEXT))
        page = faulty.browser.submit(faulty.browser.get(f"{HQ}new?type=Yealink-T46G"), **TYPED, mac_address=DOCK)
        assert "/login" in (page.location or "")
        assert "draft" in (page.location or "")


@pytest.mark.parametrize("name", [name for name in READ_FAULTS if name not in ALL])
def test_search_that_takes_too_long_is_given_up(name: str, faulty: Faulty) -> None:
    faulty.server.script("POST", "/access_devices/", faults.answers(400, TERSE))
    faulty.server.script("GET", "/search/device/", READ_FAULTS[name][0])
    faulty.browser.get(HQ)
    faulty.hurry()
    assert_refused_in_todays_words(faulty, FOREIGN, name)
    assert_checked_without_a_word(faulty, name)


@pytest.mark.parametrize("name", ["403", "404", "503"])
def test_unreadable_group_list_leaves_the_refusal(name: str, faulty: Faulty) -> None:
    faulty.server.script("POST", "/access_devices/", faults.answers(400, TERSE))
    faulty.server.script("GET", "/access_devices/", READ_FAULTS[name][0])
    faulty.server.script("GET", "/search/device/", faults.answers(503))
    assert_refused_in_todays_words(faulty, FOREIGN, name)


@pytest.mark.parametrize("path", ["/tenants/acme/groups/", "/warehouse/access_devices/"])
def test_unreadable_tenant_lists_leave_the_refusal(world: World, path: str) -> None:
    with faulty_world(world, TENANT_ADMIN) as faulty:
        faulty.server.script("POST", "/access_devices/", faults.answers(400, TERSE))
        for name, fault in ALL.items():
            faulty.forget_waits()
            faulty.server.script("GET", path, fault)
            world.clock.advance(minutes=2)
            assert_refused_in_todays_words(faulty, DOCK, name)
        faulty.server.heal()
        faulty.forget_waits()
        world.clock.advance(minutes=2)
        page = faulty.browser.submit(faulty.browser.get(f"{HQ}new?type=Yealink-T46G"), **TYPED, mac_address=DOCK)
        assert "/tenants/acme/groups/warehouse/devices/Dock/" in page.links()
