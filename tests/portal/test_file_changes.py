"""Changing a file through the portal: what is put in, what is shown before, what is sent, what is kept."""

import base64
from hashlib import sha256
from io import BytesIO
from typing import Any
from urllib.parse import quote

from tests.client import Browser, Page
from tests.population import API_HQ, HQ
from tests.world import OWNER, World

FILE = "%BWMACADDRESS%.cfg"
FILES = f"{HQ}Reception/files/{quote(FILE, safe='')}/"
CHANGE, VERSIONS = f"{FILES}change", f"{FILES}versions/"
API_FILE = f"{API_HQ}Reception/config_files/{quote(FILE, safe='')}/"
TEXT = b"#!version:1.0.0.1\r\nuser = %BWLINEPORT-1%\r\nport = 5060\r\n"


def content(world: World) -> bytes:
    """What the platform holds, past the portal."""
    return base64.b64decode(world.tell_api("GET", f"{API_FILE}content/", None)["fileContent"])


def source(world: World) -> str:
    return str(world.tell_api("GET", API_FILE, None)["fileSource"])


def put_past_the_portal(world: World, data: bytes) -> None:
    body = {"fileSource": "Custom", "fileContent": base64.b64encode(data).decode()}
    world.tell_api("PUT", API_FILE, body)


def post_file(browser: Browser, data: bytes, name: str = "my.cfg", **fields: str) -> Page:
    form: dict[str, Any] = {"csrf_token": browser.token(), "chosen": (BytesIO(data), name), **fields}
    return browser.open(CHANGE, "POST", data=form, content_type="multipart/form-data")


def upload(browser: Browser, data: bytes, name: str = "my.cfg") -> Page:
    """As far as the check page."""
    sent = post_file(browser, data, name)
    assert sent.status == 303, sent.words
    return browser.get(sent.location or "")


def edit(browser: Browser, text: str, page: Page | None = None) -> Page:
    page = page or browser.get(CHANGE)
    form = next(form for form in page.forms if "content" in form.names)
    typed = text.replace("\n", "\r\n")
    data = {**form.fields, "content": typed}
    return browser.open(form.action, "POST", data=data, content_type="multipart/form-data")


def send(browser: Browser, data: bytes) -> Page:
    page = upload(browser, data)
    return browser.submit(page)


def versions(world: World) -> list[tuple[int, str, str]]:
    """Number, origin and SHA-256 as they are kept, oldest first."""
    rows = world.contents()
    names = {row.id: row.sha256 for row in rows["portal_file_contents"]}
    return [(row.number, row.origin, names.get(row.content_id, "")) for row in rows["portal_file_versions"]]


def name_of(data: bytes) -> str:
    return sha256(data).hexdigest()


def test_an_upload_is_checked_applied_and_kept_with_what_it_replaced(world: World) -> None:
    owner = world.browser(OWNER)
    template = content(world)
    page = upload(owner, TEXT, "/home/me/my own.cfg")
    assert "my own.cfg" in page.words
    assert "home" not in page.words
    assert content(world) == template
    assert source(world) == "Default"
    done = owner.submit(page)
    assert (done.status, content(world), source(world)) == (303, TEXT, "Custom")
    assert versions(world) == [(1, "before", name_of(template)), (2, "upload", name_of(TEXT))]
    [(change, outcomes)] = world.changes()
    assert outcomes == ["applied"]
    assert change.before == {
        "file_format": FILE,
        "source": "Default",
        "version": 1,
        "sha256": name_of(template),
        "bytes": len(template),
    }
    assert change.after == {
        "file_format": FILE,
        "source": "Custom",
        "version": 2,
        "sha256": name_of(TEXT),
        "bytes": len(TEXT),
    }
    listed = owner.get(done.location or "")
    assert f"{FILE} is sent for Reception" in listed.words
    assert "Upload “my own.cfg”" in listed.words
