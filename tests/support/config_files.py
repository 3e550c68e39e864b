"""The file that tests change, through the portal and past it."""

import base64
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import quote

from flask import Flask

from app.portal.domain.audit import Action, Intent, Result
from app.portal.domain.files import NewVersion, Origin
from app.portal.domain.refs import FileRef
from app.portal.store.audit import BegunChange
from app.portal.store.change_parts import ChangeParts
from app.portal.store.file_transfers import FileTransfer, UploadClaim
from tests.support.changes import ACTOR, describe_file
from tests.support.client import Browser, Page
from tests.support.html import Form
from tests.support.population import API_HQ, HEADQUARTERS, HQ
from tests.support.world import World

FILE = "%BWMACADDRESS%.cfg"
THE_FILE = FileRef(HEADQUARTERS, "Reception", FILE)
FILES = f"{HQ}Reception/files/{quote(FILE, safe='')}/"
CHANGE, VERSIONS = f"{FILES}change", f"{FILES}versions/"
API_FILE = f"{API_HQ}Reception/config_files/{quote(FILE, safe='')}/"
TEXT = b"#!version:1.0.0.1\r\nuser = %BWLINEPORT-1%\r\nport = 5060\r\n"
MOST_BYTES = 1 << 20


def content(world: World) -> bytes:
    """What the platform holds, past the portal."""
    return base64.b64decode(world.tell_api("GET", f"{API_FILE}content/", None)["fileContent"])


def source(world: World) -> str:
    return str(world.tell_api("GET", API_FILE, None)["fileSource"])


def put_past_the_portal(world: World, data: bytes) -> None:
    world.tell_api("PUT", API_FILE, {"fileSource": "Custom", "fileContent": base64.b64encode(data).decode()})


def post(
    browser: Browser,
    fields: Mapping[str, str],
    file: tuple[str, bytes] | None = None,
    *,
    url: str = CHANGE,
    control: str = "chosen",
) -> Page:
    """What a browser sends of a form with a file in it; werkzeug's own way leaves large ones open behind it."""
    parts = [(f'name="{name}"', value.encode()) for name, value in fields.items()]
    if file:
        parts.append((f'name="{control}"; filename="{file[0]}"\r\nContent-Type: application/octet-stream', file[1]))
    between = b"--a-boundary\r\n"
    body = b"".join(
        between + f"Content-Disposition: form-data; {head}\r\n\r\n".encode() + data + b"\r\n" for head, data in parts
    )
    kind = "multipart/form-data; boundary=a-boundary"
    return browser.open(url, "POST", data=body + b"--a-boundary--\r\n", content_type=kind)


def post_file(browser: Browser, data: bytes, name: str = "my.cfg") -> Page:
    return post(browser, {"csrf_token": browser.token()}, (name, data))


def upload(browser: Browser, data: bytes, name: str = "my.cfg") -> Page:
    """As far as the check page."""
    sent = post_file(browser, data, name)
    assert sent.status == 303, sent.words
    return browser.get(sent.location or "")


def editor(page: Page) -> Form:
    return next(form for form in page.forms if "content" in form.names)


def edited(browser: Browser, text: str, page: Page | None = None) -> Page:
    """What comes of a text that was typed into the editor, sent as browsers do."""
    form = editor(page or browser.get(CHANGE))
    return post(browser, {**form.fields, "content": text.replace("\n", "\r\n")})


def edit(browser: Browser, text: str, page: Page | None = None) -> Page:
    """As far as the check page."""
    sent = edited(browser, text, page)
    assert sent.status == 303, sent.words
    return browser.get(sent.location or "")


def back_to(browser: Browser, version: str) -> Page:
    """As far as the check page."""
    sent = browser.post(f"{FILES}back", version=version)
    assert sent.status == 303, sent.words
    return browser.get(sent.location or "")


def apply(browser: Browser, page: Page) -> Page:
    return browser.submit(page, page.url.partition("?")[0])


def versions(world: World) -> list[tuple[int, str, str]]:
    """Number, origin and SHA-256 as they are kept, oldest first."""
    rows = world.contents()
    names = {row.id: row.sha256 for row in rows["portal_file_contents"]}
    return [(row.number, row.origin, names.get(row.content_id, "")) for row in rows["portal_file_versions"]]


def name_of(data: bytes) -> str:
    return sha256(data).hexdigest()


def assert_versions_agree(world: World) -> None:
    """Assert that each change of the file has its version with the same outcome, unless it was not applied."""
    versions = world.held_by().file_versions.list_versions(THE_FILE)
    told = {change.after["version"]: outcomes[-1] if outcomes else "unknown" for change, outcomes in world.changes()}
    kept = {version: result for version, result in told.items() if result != "not applied"}
    changed = {version.id: str(version.result) for version in versions if version.origin is not Origin.PRE_EXISTING}
    assert changed == kept


def begin_transfer(
    world: World,
    file: FileRef,
    content: bytes | None,
    *,
    source: str = "Custom",
    upload_id: str = "",
    app: Flask | None = None,
) -> tuple[BegunChange, FileTransfer, UploadClaim]:
    """Begin a change that sends this content, as far as the portal's database goes."""
    held, at = world.held_by(app), world.clock.now
    pending = NewVersion(origin=Origin.UPLOAD, source=source, content=content, username=ACTOR.username, at=at)
    transfer = FileTransfer(held.file_versions, file, None, pending)
    claim = UploadClaim(held.pending_uploads, upload_id)
    before, after = describe_file("Default", "a"), describe_file(source, None if content is None else name_of(content))
    intent = Intent(Action.FILE, file.group, file.device_name, before, {**after, "file_format": file.file_format}, True)
    return held.audit_log.begin(intent, ACTOR, at, ChangeParts([claim, transfer])), transfer, claim


def send_version(
    world: World,
    file: FileRef,
    content: bytes | None,
    result: Result | None = Result.APPLIED,
    *,
    source: str = "Custom",
    app: Flask | None = None,
) -> int:
    """Return the id of a version that was sent, with this result; None: its change has no outcome."""
    begun, transfer, _ = begin_transfer(world, file, content, source=source, app=app)
    if result:
        world.held_by(app).audit_log.finish(begun, world.clock.now, result)
    return transfer.version_id
