"""Reading the configuration files of a device: which there are, and what is in them."""

import base64
import json
import logging
from typing import Any
from urllib.parse import quote

import pytest
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter

from app.portal.domain.audit import Action, Actor, Intent, Result
from app.portal.domain.refs import GroupRef
from app.portal.services.files.purposes import purpose
from tests.support.client import HTMX
from tests.support.config_files import apply, back_to, put_past_the_portal, upload
from tests.support.population import API_HQ, HQ
from tests.support.world import OWNER, SUPPORT, World

OWN, COMMON = "%BWMACADDRESS%.cfg", "y000000000028.cfg"
FILES = f"{HQ}Reception/files/"


def at(file: str, device: str = "Reception") -> str:
    return f"{HQ}{device}/files/{quote(file, safe='')}/"


def put(world: World, content: bytes, file: str = OWN, source: str = "Custom", **more: object) -> None:
    """Into the platform, past the portal."""
    body = {"fileSource": source, "fileContent": base64.b64encode(content).decode(), **more}
    world.tell_api("PUT", f"{API_HQ}Reception/config_files/{quote(file, safe='')}/", body)


def test_file_list_shows_scope_source_and_link(world: World) -> None:
    put(world, b"own = 1\n")
    page = world.browser(OWNER).get(FILES)
    assert page.status == 200
    assert "%BWMACADDRESS%.cfg Custom" in page.words
    assert "y000000000028.cfg Default" in page.words
    assert "File of this phone" in page.words
    assert "Shared file name (this phone’s copy)" in page.words
    assert {at(OWN), at(COMMON), f"{at(OWN)}change", f"{at(OWN)}versions/"} <= set(page.links())


def test_template_credentials_are_masked_in_urls(world: World) -> None:
    page = world.browser(OWNER).get(FILES)
    assert "http://•••@files.provider.example/var/broadworks" in page.text
    assert 'data-copy="http://dms.provider.example/dms/Yealink-T46G/001565A12B3C.cfg"' in page.text
    assert "d*2m*$ment" not in page.text


def test_first_file_is_opened_under_the_list(world: World) -> None:
    owner = world.browser(OWNER)
    [panel] = [part for part in owner.get(FILES).document.iter("section") if part.get("id") == "opened-file"]
    url = panel.get("data-hx-get", "")
    assert (url, panel.get("data-hx-trigger")) == (f"{at(OWN)}opened", "load")
    assert owner.get(url).location == at(OWN)
    put(world, b"a = %SIP_PORT%\n" * 250)
    opened = owner.get(url, headers=HTMX)
    assert "All 250 lines" in opened.words
    assert opened.text.count("<li id=") == 200
    assert opened.text.count('data-says="This device: 5063') == 200
    assert "data-hx-get" not in opened.text, "it is not loaded again"
    put(world, b"\x89PNG\0")
    assert "This is not a text file." in owner.get(url, headers=HTMX).words
    put(world, b"")
    assert "This file is empty." in owner.get(url, headers=HTMX).words
    gone = owner.get(f"{at('nothing.cfg')}opened", headers=HTMX)
    assert "The content cannot be read just now. The telephony platform refused the request." in gone.words


def test_type_without_files_says_so(world: World) -> None:
    page = world.browser(OWNER).get(f"{HQ}Softphone/files/")
    assert "The device type “Generic SIP Phone” has no config files" in page.words


def test_url_braces_are_explained_without_mac(world: World) -> None:
    owner = world.browser(OWNER)
    assert "No phone can request this file" not in owner.get(FILES).words
    world.tell_api("PUT", f"{API_HQ}Reception/", {"macAddress": ""})
    page = owner.get(FILES)
    assert "{%25BWMACADDRESS%25}.cfg" in page.text
    assert page.words.count("not defined yet: the device has no MAC address. No phone can request this file") == 1


def test_last_change_is_newest_applied_or_unknown(world: World) -> None:
    held, file = world.held_by(), {"file_format": OWN}
    for username, result in (("early", "applied"), ("late", "unknown"), ("never", "refused")):
        actor = Actor(username=username, role="", address="", request_id="")
        intent = Intent(Action.FILE, GroupRef("acme", "headquarters"), "Reception", before=file, after=file)
        held.audit_log.record(intent, actor, world.clock(), Result(result))
        world.clock.advance(minutes=1)
    page = world.browser(OWNER).get(FILES)
    assert "Last change 2 Mar, 09:31 UTC by late" in page.words
    assert page.words.count("None in this portal") == 1


def test_support_may_change_files_and_is_offered_it(world: World) -> None:
    assert f"{at(OWN)}change" in world.browser(SUPPORT).get(FILES).links()


def test_download_has_the_exact_bytes_as_an_attachment(world: World) -> None:
    content = bytes(range(256)) * 3
    put(world, content)
    page = world.browser(OWNER).get(f"{at(OWN)}download")
    assert page.body == content
    assert page.headers["Content-Type"] == "application/octet-stream"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Content-Disposition"].startswith("attachment; filename")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("%BWMACADDRESS%.cfg", "File of this phone"),
        ("phone%BWMACADDRESS%-web.cfg", "File of this phone"),
        ("y000000000077.cfg", "Shared file name"),
        ("sys-VVX450.cfg", "Shared file name"),
        ("ata191.xml", "Shared file name"),
        ("firmware.bin", ""),
        ("xy000000000077.cfg", ""),
        ("", ""),
    ],
)
def test_name_of_a_file_tells_who_asks_for_it(name: str, told: str) -> None:
    assert purpose(name).startswith(told)
    assert bool(purpose(name)) == bool(told)


def test_file_is_shown_line_by_line(world: World) -> None:
    put(world, b"first = 1\r\n\r\nthird = <b>&amp;\n")
    page = world.browser(OWNER).get(at(OWN))
    assert page.status == 200
    assert "first = 1 third = <b>&amp;" in page.words
    assert 'id="L3"' in page.text


class Overheard(HTTPAdapter):
    """Notes what is written to the backend."""

    def __init__(self, wire: BaseAdapter) -> None:
        super().__init__()
        self.written: list[str] = []
        self._wire = wire

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        if request.body:
            self.written.append(request.body.decode() if isinstance(request.body, bytes) else request.body)
        return self._wire.send(request, *args, **kwargs)


def test_what_is_masked_is_never_sent_back(world: World) -> None:
    app = world.another_portal(Overheard)
    owner, overheard = world.browser(OWNER, app), world.held_by(app).adapter
    assert isinstance(overheard, Overheard)
    overheard.written.clear()
    apply(owner, upload(owner, b"mine = 1\n"))
    apply(owner, upload(owner, b"mine = 2\n"))
    apply(owner, back_to(owner, "1"))
    apply(owner, back_to(owner, "default"))
    assert len(overheard.written) == 4
    for body in overheard.written:
        assert set(json.loads(body)) <= {"fileSource", "fileContent", "extendedCaptureEnabled"}
        assert "\u2022" not in body


def test_planted_password_is_on_no_file_page_or_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    owner = world.browser(OWNER)
    apply(owner, upload(owner, b"a = 1\n"))
    for url in (FILES, at(OWN), f"{at(OWN)}?as=phone", at(COMMON), f"{at(OWN)}change", f"{at(OWN)}versions/"):
        assert "ment@" not in owner.get(url).text
    assert "ment@" not in caplog.text
    assert b"ment@" not in world.database_bytes()


def test_difference_is_shown_as_the_phone_gets_it(world: World) -> None:
    put_past_the_portal(world, b"name = %BWDEVICEID%\nold = 1\n")
    owner = world.browser(OWNER)
    same, other = (
        upload(owner, b"name = Reception\nold = 1\n"),
        upload(owner, b"name = Reception\nold = %BWDEVICEID%\n"),
    )
    assert "1 line changed" in same.words
    for page, words in ((same, "No lines changed for the phone."), (other, "1 line changed (+1 −1)")):
        [link] = [link for link in page.links() if "as=phone" in link]
        rendered = owner.get(link)
        assert words in rendered.words
    assert "old = Reception" in rendered.words
    apply(owner, other)
    versions = owner.get(f"{at(OWN)}difference?a=1&b=2&as=phone")
    assert "name = Reception" in versions.words
    assert "%BWDEVICEID%" not in versions.words
