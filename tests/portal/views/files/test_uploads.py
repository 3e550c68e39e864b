"""What is put in, until it is sent: bound in size and time, to its person and its file, and never lost."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter

from app.database_time import utc_now
from app.portal import prepare
from app.portal.domain.audit import Reason, Result
from app.portal.domain.files import Upload
from app.portal.domain.refs import FileRef, GroupRef
from app.portal.store import pending_uploads
from tests.support.client import Browser
from tests.support.commands import run_command
from tests.support.config_files import (
    CHANGE,
    MOST_BYTES,
    TEXT,
    THE_FILE,
    VERSIONS,
    apply,
    begin_transfer,
    content,
    edit,
    edited,
    editor,
    post_file,
    put_past_the_portal,
    source,
    upload,
)
from tests.support.population import HQ
from tests.support.world import COLLEAGUE, OWNER, World

AT = ("acme", "headquarters", "Reception", "a.cfg")


def file_at(tenant_id: str, group_id: str, device_name: str, file_format: str) -> FileRef:
    return FileRef(GroupRef(tenant_id, group_id), device_name, file_format)


@pytest.mark.parametrize(("size", "status"), [(MOST_BYTES - 1, 303), (MOST_BYTES, 303), (MOST_BYTES + 1, 422)])
def test_upload_limit_is_exactly_1_mib(world: World, size: int, status: int) -> None:
    owner = world.browser(OWNER)
    page = post_file(owner, b"x" * size)
    assert page.status == status
    if status == 422:
        assert "This file is too large: the limit is 1,048,576 bytes (1 MiB)" in page.words
        assert world.contents()["portal_uploads"] == []


def test_text_of_a_mebibyte_and_a_byte_is_told_at_the_text(world: World) -> None:
    page = edited(world.browser(OWNER), "é" * (MOST_BYTES // 2) + "x")
    assert page.status == 422
    assert "This text is 1 byte too large: the limit is 1,048,576 bytes" in page.words
    assert world.contents()["portal_uploads"] == []


def test_text_of_1_mib_returns_from_the_browser(world: World) -> None:
    data = f"{'é' * 15}\n".encode("latin-1") * (MOST_BYTES // 16)
    put_past_the_portal(world, data)
    owner = world.browser(OWNER, world.another_portal(max_answer_bytes=1 << 22))
    check = edit(owner, f"{'é' * 15}\n" * (MOST_BYTES // 16 - 1) + f"{'é' * 14}ü\n")
    apply(owner, check)
    assert content(world) == data[:-2] + b"\xfc\n"


def test_oversized_form_is_refused_before_reading(world: World) -> None:
    owner = world.browser(OWNER)
    assert post_file(owner, b"x" * (5 * MOST_BYTES)).status == 413
    assert owner.post("/account/theme", theme="x" * 100_000).status == 413
    assert world.contents()["portal_uploads"] == []


def test_nothing_chosen_is_told_at_the_field(world: World) -> None:
    page = post_file(world.browser(OWNER), b"", name="")
    assert page.status == 422
    assert "Choose a file first." in page.words


def test_back_to_the_text_brings_the_text_that_was_typed(world: World) -> None:
    owner = world.browser(OWNER)
    check = edit(owner, "mine = 1\n")
    [link] = [link for link in check.links() if "change?upload=" in link]
    page = owner.get(link)
    assert editor(page).fields["content"] == "mine = 1\n"
    apply(owner, edit(owner, "mine = 2\n", page))
    assert content(world) == b"mine = 2\n"


def test_upload_is_for_its_user_file_and_hour_only(world: World) -> None:
    owner = world.browser(OWNER)
    check = upload(owner, TEXT)
    for url, who in ((check.url, world.browser(COLLEAGUE)), (check.url.replace("Reception", "Desk%2002"), owner)):
        answer = who.get(url)
        assert (answer.status, answer.location) == (303, url.rpartition("/check/")[0] + "/change")
    world.clock.advance(minutes=29)
    assert owner.get(check.url).status == 200
    world.clock.advance(minutes=29)
    owner.get(HQ)
    world.clock.advance(minutes=3)
    answer = apply(owner, check)
    assert answer.location == CHANGE
    assert "uploads and edits are kept for one hour" in owner.get(CHANGE).words
    assert source(world) == "Default"
    upload(owner, TEXT)
    assert len(world.contents()["portal_uploads"]) == 1


@pytest.mark.parametrize(
    "other", [("globex", *AT[1:]), (AT[0], "lab", *AT[2:]), (*AT[:2], "Fax", AT[3]), (*AT[:3], "b.cfg")]
)
def test_upload_is_not_found_for_another_file(world: World, other: Sequence[str]) -> None:
    uploads, now = world.held_by().pending_uploads, world.clock.now
    put_in = Upload(origin="upload", detail="", content=TEXT, opened=None, opened_state="")
    upload_id = uploads.keep(OWNER.username, file_at(*AT), put_in, now)
    assert uploads.find(upload_id, OWNER.username, file_at(*AT), now)
    assert uploads.find(upload_id, OWNER.username, file_at(*other), now) is None


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("result", "is_claimed"),
    [
        (None, True),
        (Result.UNKNOWN, True),
        (Result.APPLIED, True),
        (Result.REFUSED, False),
        (Result.NOT_APPLIED, False),
    ],
)
def test_upload_is_claimed_unless_its_change_was_undone(world: World, result: Result | None, is_claimed: bool) -> None:
    held, now = world.held_by(), world.clock.now
    upload = Upload(origin="upload", detail="", content=TEXT, opened=None, opened_state="")
    upload_id = held.pending_uploads.keep(OWNER.username, THE_FILE, upload, now)
    begun, *_ = begin_transfer(world, THE_FILE, TEXT, upload_id=upload_id)
    if result is Result.NOT_APPLIED:
        held.audit_log.finish(begun, now, Result.UNKNOWN)
        held.audit_log.reconcile(begun.id, begun.group, now, result, Reason.SEEN_UNDONE)
    elif result:
        held.audit_log.finish(begun, now, result)
    found = held.pending_uploads.find(upload_id, OWNER.username, THE_FILE, now)
    assert found
    assert found.is_claimed is is_claimed
    assert (begin_transfer(world, THE_FILE, TEXT, upload_id=upload_id)[0].rival is not None) is is_claimed


def test_upload_that_had_to_make_room_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = world.browser(OWNER)
    first = upload(owner, b"0")
    for number in range(1, 12):
        world.clock.advance(seconds=1)
        upload(owner, b"%d" % number)
    assert owner.get(first.url).status == 200
    monkeypatch.setattr(pending_uploads, "MOST_BYTES", 10_000)
    upload(owner, b"x" * 9_000)
    assert owner.get(first.url).location == CHANGE
    assert "newer uploads and edits took its space" in owner.get(CHANGE).words
    assert "kept for one hour" in owner.get(owner.get(f"{CHANGE[:-6]}check/never-made").location or "").words


def test_upload_is_encrypted_and_cleared_once_sent(world: World) -> None:
    owner = world.browser(OWNER)
    secret = b"admin_password = pl4nted\n"
    check = upload(owner, secret)
    apply(owner, check)
    assert b"pl4nted" not in world.database_bytes()
    [row] = world.contents()["portal_uploads"]
    assert (row.content, row.opened) == (None, None)


@pytest.mark.both_databases
def test_second_submit_of_a_review_sends_nothing(world: World) -> None:
    owner = world.browser(OWNER)
    check = upload(owner, TEXT)
    other_tab = owner.get(check.url)
    assert apply(owner, check).location == VERSIONS
    put_past_the_portal(world, b"theirs\n")
    again = apply(owner, other_tab)
    assert again.location == VERSIONS
    assert "This change was already submitted and is not sent again." in owner.get(VERSIONS).words
    assert content(world) == b"theirs\n"
    assert owner.get(check.url).location == VERSIONS


def test_review_of_a_sent_upload_never_claims_it_was_not(world: World) -> None:
    owner = world.browser(OWNER)
    check = upload(owner, TEXT)
    apply(owner, check)
    for _ in range(3):
        world.clock.advance(minutes=25)
        owner.get(VERSIONS)
    assert owner.get(check.url).location == CHANGE
    assert "Nothing was sent." not in owner.get(CHANGE).words


class Meanwhile(HTTPAdapter):
    """At one moment of the first press, the button is pressed once more."""

    def __init__(self, wire: BaseAdapter) -> None:
        super().__init__()
        self.at = ""  # "PUT", or "GET n": the n-th reading of the content
        self.press: Callable[[], object] = lambda: None
        self.loses_writes = False
        self._wire, self._readings = wire, 0

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        self._readings += self.at != "" and request.path_url.endswith("/content/")
        if self.at and self.at in {request.method, f"GET {self._readings}"}:
            self.at = ""
            self.press()
        if self.loses_writes and request.method == "PUT":
            raise TimeoutError
        return self._wire.send(request, *args, **kwargs)


def with_wire(world: World) -> tuple[Browser, Meanwhile]:
    app = world.another_portal(Meanwhile)
    wire = world.held_by(app).adapter
    assert isinstance(wire, Meanwhile)
    return world.browser(OWNER, app), wire


@pytest.mark.parametrize("at", ["GET 1", "GET 2", "PUT"], ids=["before its intent", "once taken", "while it is sent"])
def test_second_press_during_first_sends_nothing(world: World, at: str) -> None:
    (owner, wire), other = with_wire(world), world.browser(OWNER)
    check = upload(owner, TEXT)
    page, pressed = other.get(check.url), []
    wire.at, wire.press = at, lambda: pressed.append(apply(other, page))
    first = apply(owner, check)
    assert (first.location, pressed[0].location) == (VERSIONS, VERSIONS)
    assert content(world) == TEXT
    assert [outcomes for _, outcomes in world.changes()] == [["applied"]]
    assert owner.get(check.url).location == VERSIONS


def test_claimed_upload_is_neither_sent_nor_released(world: World) -> None:
    (owner, wire), (other, lossy) = with_wire(world), with_wire(world)
    lossy.loses_writes = True
    check = upload(owner, TEXT)
    page, pressed = other.get(check.url), []
    wire.at, wire.press = "GET 1", lambda: pressed.append(apply(other, page))
    assert apply(owner, check).location == VERSIONS
    assert pressed[0].h1 == "Status unknown"
    assert [outcomes for _, outcomes in world.changes()] == [["unknown"], ["refused"]]
    assert source(world) == "Default"
    assert owner.get(check.url).location == VERSIONS  # still taken: it may yet arrive


def test_text_typed_in_a_session_that_ended_comes_back(world: World) -> None:
    owner = world.browser(OWNER)
    page = owner.get(CHANGE)
    world.clock.advance(minutes=31)
    text = "typed = 1\n" * 30_000  # more than other forms may hold
    answer = edited(owner, text, page)
    assert (answer.location or "").startswith("/login?next=")
    again = owner.sign_in(OWNER.username, "correct horse battery", at=answer.location or "")
    back = owner.get(again.location or "")
    assert "Your text is restored. Nothing was sent." in back.words
    assert editor(back).fields["content"].replace("\r\n", "\n") == text
    apply(owner, edit(owner, text, back))
    assert content(world) == text.encode()


def test_rotated_versions_and_uploads_open_with_new_key(world: World) -> None:
    owner = world.browser(OWNER)
    apply(owner, upload(owner, TEXT))
    waiting = upload(owner, b"waiting\n")
    newest = "a newest key that nobody guesses"
    both = world.another_portal(encryption_keys=(newest, *world.settings.encryption_keys))
    run_command(both, "keys", "rotate")
    alone = world.browser(OWNER, world.another_portal(encryption_keys=(newest,)))
    assert alone.get(f"{VERSIONS}2/download").body == TEXT
    assert apply(alone, alone.get(waiting.url)).status == 303
    assert content(world) == b"waiting\n"
    other = world.browser(OWNER, world.another_portal(encryption_keys=("a lost key that nobody guesses",)))
    assert other.get(upload(alone, b"x").url).location == CHANGE  # what no key opens is kept no longer


def test_start_drops_expired_uploads_and_drafts(world: World) -> None:
    tables = ("portal_uploads", "portal_kept_forms")
    held = world.held_by()
    for minutes in (61, 59):
        world.clock.now = utc_now() - timedelta(minutes=minutes)
        upload(world.browser(OWNER), TEXT)
        held.saved_drafts.keep(COLLEAGUE.username, "/", [("a", "b")], world.clock.now)
    prepare(world.settings)
    for table in tables:
        [row] = world.contents()[table]
        assert row.kept_at == world.clock.now
