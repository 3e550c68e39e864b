"""The versions of a file: compared, downloaded, gone back to, and kept for as long as the settings say."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter

from app.portal.domain.audit import Action, Result
from app.portal.domain.refs import FileRef
from tests.support.config_files import (
    FILE,
    FILES,
    TEXT,
    THE_FILE,
    VERSIONS,
    apply,
    back_to,
    content,
    name_of,
    put_past_the_portal,
    send_version,
    source,
    upload,
    versions,
)
from tests.support.history import record_change
from tests.support.html import text
from tests.support.population import HQ
from tests.support.world import OWNER, STRANGER, World


def test_going_back_makes_a_new_version_with_the_same_bytes(world: World) -> None:
    owner = world.browser(OWNER)
    for data in (TEXT, b"second\r"):
        apply(owner, upload(owner, data))
    check = back_to(owner, "2")
    assert "Version 2. Nothing is sent" in check.words
    apply(owner, check)
    assert content(world) == TEXT
    assert versions(world)[-1] == (4, "rollback", name_of(TEXT))
    assert len(world.contents()["portal_file_contents"]) == 3
    page = owner.get(VERSIONS)
    assert "Version 2 restored" in page.words
    assert "4 Current" in page.words


def test_return_to_template_shows_and_keeps_contents(world: World) -> None:
    owner = world.browser(OWNER)
    template = content(world)
    apply(owner, upload(owner, TEXT))
    check = back_to(owner, "default")
    assert "Type template" in check.words
    assert "Made by the device manager" in check.words
    apply(owner, check)
    assert (source(world), content(world)) == ("Default", template)
    page = owner.get(VERSIONS)
    assert "Type template restored" in page.words
    assert "Type template Current" in page.words
    assert "Restore… type template" not in page.words
    apply(owner, back_to(owner, "2"))
    assert (source(world), content(world)) == ("Custom", TEXT)


def test_stored_template_is_the_one_that_arrived(world: World) -> None:
    owner = world.browser(OWNER)
    apply(owner, upload(owner, TEXT))
    with world.api_engine.begin() as db:  # to that of another type, at the platform
        db.exec_driver_sql("UPDATE api_access_devices SET device_type = 'Yealink-W60B' WHERE device_name = 'Reception'")
    last_seen = versions(world)[0][2]
    apply(owner, back_to(owner, "default"))
    assert name_of(content(world)) != last_seen
    assert versions(world)[-1] == (3, "default", name_of(content(world)))


def make_anew(world: World) -> None:
    for action in (Action.DELETE, Action.CREATE):
        world.clock.advance(seconds=1)
        record_change(world, action, device="Reception")
    world.clock.advance(seconds=1)


def test_former_devices_template_is_not_used(world: World) -> None:
    owner = world.browser(OWNER)
    apply(owner, upload(owner, TEXT))
    assert "Not known yet" not in owner.get(VERSIONS).words
    make_anew(world)
    assert "Not known yet" in owner.get(VERSIONS).words


def test_recreated_device_gets_its_template_read_again(world: World) -> None:
    owner = world.browser(OWNER)
    apply(owner, upload(owner, TEXT))
    apply(owner, back_to(owner, "default"))
    make_anew(world)
    apply(owner, upload(owner, TEXT))
    assert "Not known yet" not in owner.get(VERSIONS).words
    assert [version[1] for version in versions(world)] == [
        "pre_existing",
        "upload",
        "default",
        "pre_existing",
        "upload",
    ]


def test_former_devices_versions_are_marked_not_live(world: World) -> None:
    owner = world.browser(OWNER)
    apply(owner, upload(owner, TEXT))
    assert "Earlier device" not in owner.get(VERSIONS).words
    make_anew(world)
    listed = owner.get(VERSIONS).words
    assert listed.count("Earlier device") == 2
    assert "The current file is none of these versions." in listed
    assert "It belongs to an earlier device named Reception" in owner.get(f"{VERSIONS}2/").words


@pytest.mark.parametrize("result", [Result.UNKNOWN, None])
def test_unknown_delete_marks_no_version_as_former(world: World, result: Result | None) -> None:
    owner = world.browser(OWNER)
    apply(owner, upload(owner, TEXT))
    record_change(world, Action.DELETE, result, device="Reception")
    listed = owner.get(VERSIONS).words
    assert "Earlier device" not in listed
    assert "The current file is none of these versions." not in listed


class AfterTheWrite(HTTPAdapter):
    """What happens between a write and the next reading."""

    def __init__(self, wire: BaseAdapter) -> None:
        super().__init__()
        self.happens: Callable[[], None] = lambda: None
        self._wire, self._written = wire, False

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        if self._written:
            self.happens()
        self._written = request.method == "PUT"
        return self._wire.send(request, *args, **kwargs)


@pytest.mark.parametrize("meanwhile", ["it stops answering", "somebody else sends one"])
def test_default_that_nobody_saw_is_sent_and_not_known(world: World, meanwhile: str) -> None:
    def fail() -> None:
        raise TimeoutError

    owner = world.browser(OWNER, app := world.another_portal(AfterTheWrite))
    apply(owner, upload(owner, TEXT))
    check, wire = back_to(owner, "default"), world.held_by(app).adapter
    assert isinstance(wire, AfterTheWrite)
    wire.happens = fail if meanwhile == "it stops answering" else lambda: put_past_the_portal(world, b"theirs\n")
    assert apply(owner, check).location == VERSIONS
    assert [outcomes for _, outcomes in world.changes()] == [["applied"], ["applied"]]
    assert versions(world)[-1] == (3, "default", "")


def test_two_versions_are_compared_and_so_is_the_default(world: World) -> None:
    owner = world.browser(OWNER)
    apply(owner, upload(owner, TEXT))
    apply(owner, upload(owner, TEXT.replace(b"5060", b"5061")))
    page = owner.get(f"{FILES}difference?a=2&b=3")
    assert "1 line changed (+1 −1)" in page.words
    assert [each.text for each in page.document.iter("ins")] == ["5061"]
    assert "Version 1" in owner.get(f"{FILES}difference?a=1&b=3").words
    assert "Both files are identical" in owner.get(f"{FILES}difference?a=default&b=1").words
    assert "Type template" in owner.get(f"{FILES}difference?a=default&b=now&view=unified").words
    assert "5061" in owner.get(f"{FILES}difference?a=02&b=3").words
    for query in ("a=2", "a=2&b=99", "a=x&b=2", "a=2&b=%00"):
        assert owner.get(f"{FILES}difference?{query}").status == 404


def test_only_how_it_is_written_may_differ(world: World) -> None:
    owner = world.browser(OWNER)
    put_past_the_portal(world, b"a\nb\n")
    page = upload(owner, b"\xef\xbb\xbfa\r\nb")
    assert "No lines changed." in page.words
    assert "UTF-8, LF → UTF-8 with a byte order mark, CRLF, no newline at the end" in page.words


def test_dropped_version_links_to_kept_ones(world: World) -> None:
    owner = world.browser(OWNER, world.another_portal(file_versions=2, file_version_days=30))
    for n in range(4):
        world.clock.advance(seconds=1)
        apply(owner, upload(owner, b"%d\n" % n))
    assert [version[0] for version in versions(world)] == [4, 5]
    for url in ("versions/2/", "versions/2/download", "difference?a=default&b=2", "difference?a=2&b=4"):
        page = owner.get(f"{FILES}{url}")
        assert (page.status, page.h1) == (410, "Reception")
        assert f"This version is no longer kept {OWNER.username} sent it as {FILE}" in page.words
        assert "2 Mar 2026, 09:30:01 UTC" in page.words
        assert "keeps the newest 2 versions of a file for 30 days. The current version is always kept." in page.words
        assert {VERSIONS, f"{HQ}Reception/history/"} <= set(page.links())
    assert f"It was the content of {FILE} before {OWNER.username} changed it" in owner.get(f"{VERSIONS}1/").words
    assert owner.post(f"{FILES}back", version="2").status == 410
    history = owner.get(f"{HQ}Reception/history/")
    statuses = [owner.get(link).status for link in history.links() if "difference?" in link]
    assert statuses == [200, 410, 410, 410]
    assert world.browser(STRANGER).get(f"{VERSIONS}2/").status == 404
    other = f"{HQ}Reception/files/y000000000028.cfg/"
    assert owner.get(f"{other}versions/2/").status == 404


def test_what_came_to_nothing_was_never_a_version(world: World) -> None:
    owner = world.browser(OWNER)
    check = upload(owner, TEXT)
    record_change(world, Action.FILE, Result.REFUSED, device="Reception", after={"file_format": FILE, "version": 7})
    record_change(world, Action.FILE, Result.UNKNOWN, device="Reception", after={"file_format": FILE, "version": 8})
    apply(owner, check)
    assert [owner.get(f"{VERSIONS}{number}/").status for number in (7, 8, 9, 2147483647)] == [404, 410, 404, 404]


def test_version_shows_changed_line_counts(world: World) -> None:
    owner = world.browser(OWNER)
    put_past_the_portal(world, b"a\nb\n")
    for data in (b"a\nc\nd\n", bytes(256), b"a\n"):
        apply(owner, upload(owner, data))
    apply(owner, back_to(owner, "default"))
    apply(owner, upload(owner, content(world)))
    listed = owner.get(VERSIONS)
    template = len(content(world).splitlines())
    found = [text(cell) for cell in listed.document.iter("td") if cell.get("data-label") == "Lines"]
    assert found == [
        "+0 −0 0 added, 0 removed",
        f"+{template} −1 {template} added, 1 removed",
        "+2 −1 2 added, 1 removed",
    ]


def test_versions_belong_to_their_file(world: World) -> None:
    owner = world.browser(OWNER)
    apply(owner, upload(owner, TEXT))
    other = f"{HQ}Desk%2002/files/{quote(FILE, safe='')}/"
    for url in ("versions/2/", "versions/2/download", "difference?a=2&b=default"):
        assert owner.get(f"{FILES}{url}").status == 200
        assert owner.get(f"{other}{url}").status == 404
    assert owner.post(f"{other}back", version="2").status == 404


def test_download_is_the_very_bytes_as_an_attachment(world: World) -> None:
    owner = world.browser(OWNER)
    apply(owner, upload(owner, bytes(range(256))))
    answer = owner.get(f"{VERSIONS}2/download")
    assert answer.body == bytes(range(256))
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert "This is not a text file." in owner.get(f"{VERSIONS}2/").words


def test_outside_change_is_recorded_when_replaced(world: World) -> None:
    owner = world.browser(OWNER)
    apply(owner, upload(owner, TEXT))
    put_past_the_portal(world, b"theirs\n")
    page = owner.get(VERSIONS)
    assert "The current file is none of these versions." in page.words
    assert "theirs" in owner.get(f"{FILES}difference?a=2&b=now").words
    apply(owner, upload(owner, b"mine\n"))
    assert [version[1] for version in versions(world)] == ["pre_existing", "upload", "pre_existing", "upload"]
    assert "Recorded before the first change" in owner.get(VERSIONS).words


def test_change_of_one_file_keeps_other_versions(world: World) -> None:
    app = world.another_portal(file_versions=2)
    store = world.held_by(app).file_versions
    files = [FileRef(THE_FILE.group, THE_FILE.device_name, name) for name in ("a.cfg", "b.cfg")]
    for file in files:
        for n in range(3):
            send_version(world, file, b"%d" % n, app=app)
    assert [[version.number for version in store.list_versions(file)] for file in files] == [[3, 2], [3, 2]]


def test_what_is_too_old_goes_though_there_is_room_for_it(world: World) -> None:
    app = world.another_portal(file_version_days=30)
    for days, numbers in ((29, [1]), (2, [2, 1]), (0, [3, 2])):
        send_version(world, THE_FILE, b"%d" % days, app=app)
        assert [version.number for version in world.held_by(app).file_versions.list_versions(THE_FILE)] == numbers
        world.clock.advance(days=days)


@pytest.mark.both_databases
def test_retention_by_number_and_age_keeps_what_is_live(world: World) -> None:
    app = world.another_portal(file_versions=2, file_version_days=30)
    owner = world.browser(OWNER, app)
    for n in range(5):
        world.clock.advance(seconds=1)
        apply(owner, upload(owner, b"%d\n" % n))
    assert [version[0] for version in versions(world)] == [5, 6]
    world.clock.advance(days=31)
    owner = world.browser(OWNER, app)
    assert "6 Current" in owner.get(VERSIONS).words
    apply(owner, upload(owner, b"new\n"))
    assert [version[0] for version in versions(world)] == [6, 7]
    assert len(world.contents()["portal_file_contents"]) == 2
