"""Reading config files, in every state that there is."""

from playwright.sync_api import Page

from tests.support.browser.people import ADMIN, SUPPORT
from tests.support.browser.places import spare_mac
from tests.support.browser.states import Stage, Way

_TEXT = b"""#!version:1.0.0.1
[Network]
account.1.label = %BWFIRSTNAME-1% %BWLASTNAME-1% %BWFIRSTNAME-1%
account.1.password = %BWAUTHPASSWORD-1%
account.1.sip_server.1.address = %SIP_SERVER%
local_time.ntp_server2 = %NTP_BACKUP%
made = %BWTIMESTAMP% # and on a line that goes on and on and on and on and on and on and on and on and on and on
"""
_XML = b'<?xml version="1.0"?>\n<!-- quiet -->\n<item class="x" value="&quot;%NOPE%&quot;"/>\n' + b"<i/>\n" * 2_500


def _list(stage: Stage) -> Page:
    place = stage.places.new()
    url = place.add("Spare", device_type="Polycom-VVX450")
    place.put_file("Spare", _TEXT)
    page = stage.people.signed_in(ADMIN)
    page.goto(f"{url}files/")
    return page


def _none(stage: Stage) -> Page:
    page = stage.people.signed_in(SUPPORT)
    page.goto(stage.places.new().add("Softphone", device_type="Generic SIP Phone") + "files/")
    return page


def _file(stage: Stage) -> Page:
    page = _at(stage, _TEXT)
    page.get_by_role("link", name="%BWFIRSTNAME-1%").first.focus()
    return page


def _as_phone(stage: Stage) -> Page:
    page = _at(stage, _TEXT)
    page.get_by_role("link", name="Rendered").click()
    page.get_by_text("not resolved here").wait_for()
    return page


def _long(stage: Stage) -> Page:
    page = _at(stage, _XML)
    page.get_by_label("Go to line").fill("1500")
    page.get_by_role("button", name="Go", exact=True).click()
    page.get_by_text("Lines 1,001–2,000 of 2,503").wait_for()
    return page


def _no_text(stage: Stage) -> Page:
    return _at(stage, b"\x89PNG\r\n\x1a\n\0\xff")


def _at(stage: Stage, content: bytes) -> Page:
    place = stage.places.new()
    place.add("Desk", people=[{"first_name": "Ada", "last_name": "Lovelace"}], mac_address=spare_mac())
    page = stage.people.signed_in(ADMIN)
    page.goto(place.put_file("Desk", content))
    return page


FILE_STATES: dict[str, Way] = {
    "config files": _list,
    "no config files": _none,
    "a config file": _file,
    "a config file as the phone gets it": _as_phone,
    "a long config file": _long,
    "a config file that is no text": _no_text,
}
