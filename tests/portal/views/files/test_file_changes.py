"""Changing a file through the portal: what is put in, what is shown before, what is sent, what is kept."""

from typing import Any

import pytest
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter

from tests.support.config_files import (
    API_FILE,
    CHANGE,
    FILE,
    TEXT,
    VERSIONS,
    apply,
    content,
    edit,
    edited,
    editor,
    name_of,
    post,
    put_past_the_portal,
    source,
    upload,
    versions,
)
from tests.support.statements import fail_statements
from tests.support.world import COLLEAGUE, OWNER, SUPPORT, World


def test_upload_is_reviewed_applied_and_versioned(world: World) -> None:
    owner = world.browser(OWNER)
    template = content(world)
    page = upload(owner, TEXT, "/home/me/my own.cfg")
    assert "my own.cfg" in page.words
    assert "home" not in page.words
    assert content(world) == template
    assert source(world) == "Default"
    done = apply(owner, page)
    assert (done.status, content(world), source(world)) == (303, TEXT, "Custom")
    assert versions(world) == [(1, "pre_existing", name_of(template)), (2, "upload", name_of(TEXT))]
    [(change, outcomes)] = world.changes()
    assert change.needs_reboot
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
    assert f"{FILE} of Reception updated" in listed.words
    assert "Upload “my own.cfg”" in listed.words


def test_text_is_edited_and_keeps_how_it_was_written(world: World) -> None:
    before = "\ufeffuser = é\r\n\tport = 1\r\nlast".encode("utf-8")
    put_past_the_portal(world, before)
    owner = world.browser(OWNER)
    page = owner.get(CHANGE)
    assert "UTF-8 with a byte order mark, CRLF" in page.words
    shown = editor(page).fields["content"]
    assert shown == "user = é\n\tport = 1\nlast"
    check = edit(owner, shown.replace("port = 1", "port = 2"))
    assert "1 line changed (+1 −1)" in check.words
    assert apply(owner, check).status == 303
    assert content(world) == before.replace(b"port = 1", b"port = 2")


def test_text_that_begins_with_an_empty_line_keeps_it(world: World) -> None:
    put_past_the_portal(world, b"\n\na = 1\n")
    owner = world.browser(OWNER)
    shown = editor(owner.get(CHANGE)).fields["content"]
    assert shown == "\n\na = 1\n"
    check = edit(owner, shown)
    assert "No changes: same as the current file" in check.words


def test_what_is_no_text_can_be_replaced_and_not_edited(world: World) -> None:
    put_past_the_portal(world, bytes(range(256)))
    owner = world.browser(OWNER)
    page = owner.get(CHANGE)
    assert "This file can be replaced, but not edited here" in page.words
    assert not [form for form in page.forms if "content" in form.names]
    check = upload(owner, TEXT)
    assert "The old file is not a text file" in check.words
    apply(owner, check)
    assert content(world) == TEXT


def test_unwritable_character_is_told_and_text_stays(world: World) -> None:
    put_past_the_portal(world, b"caf\xe9\n")
    owner = world.browser(OWNER)
    page = edited(owner, "café → bar\n")
    assert page.status == 422
    assert "“→” cannot be written in Latin-1" in page.words
    assert editor(page).fields["content"].replace("\r\n", "\n") == "café → bar\n"


def test_one_setting_is_changed_beside_typed_text(world: World) -> None:
    put_past_the_portal(world, b"a = 1\r\nport = 5060 \nlast = 1")
    owner = world.browser(OWNER)
    fields = {**editor(owner.get(CHANGE)).fields, "content": "a = 2\r\nport = 5060 \r\nlast = 1"}
    refused = post(owner, {**fields, "setting_value": "5070"})
    assert refused.status == 422
    assert "Enter the key of the setting." in refused.words
    assert editor(refused).fields["setting_value"] == "5070"
    assert editor(refused).fields["content"] == "a = 2\nport = 5060 \nlast = 1"

    sent = post(owner, {**fields, "setting_key": "port", "setting_value": "5070"})
    check = owner.get(sent.location or "")
    assert "port is changed on line 2." in check.words
    apply(owner, check)
    assert content(world) == b"a = 2\r\nport = 5070 \nlast = 1"
    added = post(owner, {**editor(owner.get(CHANGE)).fields, "setting_key": "new", "setting_value": "é"})
    assert "new was not in the file. It is added on line 4." in owner.get(added.location or "").words


def test_editor_lists_tags_with_their_values(world: World) -> None:
    page = world.browser(OWNER).get(CHANGE)
    assert "%BWDEVICEID% Insert Reception" in page.words
    assert "%BWAUTHPASSWORD-1% Insert Hidden (secret)" in page.words


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty."),
        (b"\x89PNG\r\n\x1a\n\0", "looks like a picture"),
        (b"\x1f\x8b\x08\0", "looks like an archive"),
        (b"MZ\0", "looks like a document or a program"),
        (b"\0\1\2", "is not a text file"),
        (b"a = %NOBODY_KNOWS%\nb = %NOBODY_KNOWS%\n", "1 tag has no value at any level: %NOBODY_KNOWS% on line 1."),
    ],
)
def test_content_warning_does_not_prevent_sending(world: World, data: bytes, words: str) -> None:
    owner = world.browser(OWNER)
    page = upload(owner, data)
    assert words in page.words
    assert apply(owner, page).status == 303
    assert content(world) == data


def test_built_in_and_idle_tags_are_not_unknown(world: World) -> None:
    page = upload(
        world.browser(OWNER), b"%BWMACADDRESS% %BWTIMESTAMP% %BWLINEPORT-1% %BWAUTHPASSWORD-2% %BWLINEPORT-9%\n"
    )
    assert "4 tags resolved, 1 of unassigned lines" in page.words
    assert "has no value" not in page.words


def test_what_is_the_same_as_now_is_not_sent(world: World) -> None:
    put_past_the_portal(world, TEXT)
    page = upload(world.browser(OWNER), TEXT)
    assert "No changes: same as the current file" in page.words
    assert "Apply to" not in page.words


def test_template_can_become_custom_content(world: World) -> None:
    owner = world.browser(OWNER)
    page = upload(owner, content(world))
    assert "This content equals the type template." in page.words
    apply(owner, page)
    assert source(world) == "Custom"


def test_change_during_editing_is_shown_before_sending(world: World) -> None:
    owner, colleague = world.browser(OWNER), world.browser(COLLEAGUE)
    put_past_the_portal(world, b"a = 1\nb = 1\n")
    opened = owner.get(CHANGE)
    apply(colleague, upload(colleague, b"a = 2\nb = 1\n"))
    check = edit(owner, "a = 1\nb = 2\n", opened)
    assert f"{COLLEAGUE.username} sent version 2." in check.words
    assert "Changed since you opened it 1 line changed (+1 −1)" in check.words
    assert "2 lines changed (+2 −2)" in check.words
    assert content(world) == b"a = 2\nb = 1\n"
    apply(owner, check)  # having seen it
    assert content(world) == b"a = 1\nb = 2\n"
    assert [version[1] for version in versions(world)] == ["pre_existing", "upload", "edit"]


def test_change_during_review_is_shown_and_not_sent(world: World) -> None:
    owner = world.browser(OWNER)
    check = upload(owner, TEXT)
    put_past_the_portal(world, b"theirs\n")
    answer = apply(owner, check)
    assert answer.status == 409
    assert (
        "The file was changed after you opened it. Your changes are not sent yet. It was changed outside the portal."
        in answer.words
    )
    assert "+ theirs" not in answer.words
    assert "theirs" in answer.words
    assert content(world) == b"theirs\n"
    apply(owner, answer)
    assert content(world) == TEXT


def test_extended_capture_stays_as_it_was(world: World) -> None:
    world.tell_api("PUT", API_FILE, {"fileSource": "Default", "extendedCaptureEnabled": True})
    owner = world.browser(OWNER)
    apply(owner, upload(owner, TEXT))
    assert world.tell_api("GET", API_FILE, None)["extendedCaptureEnabled"] is True


def test_support_changes_files_too(world: World) -> None:
    support = world.browser(SUPPORT)
    assert apply(support, upload(support, TEXT)).status == 303


class ChangedInBetween(HTTPAdapter):
    """Somebody else changes the file just before the last look at it, the one behind the intent."""

    def __init__(self, wire: BaseAdapter, world: World) -> None:
        super().__init__()
        self.looks = -10  # not before the test begins to count
        self._wire, self._world = wire, world

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        if (request.path_url or "").endswith("/content/"):
            self.looks += 1
            if self.looks == 2:
                put_past_the_portal(self._world, b"theirs\n")
        return self._wire.send(request, *args, **kwargs)


def test_change_right_before_sending_is_not_overwritten(world: World) -> None:
    app = world.another_portal(lambda wire: ChangedInBetween(wire, world))
    owner, adapter = world.browser(OWNER, app), world.held_by(app).adapter
    assert isinstance(adapter, ChangedInBetween)
    check = upload(owner, TEXT)
    adapter.looks = 0
    assert apply(owner, check).status == 409
    assert (adapter.looks, content(world)) == (2, b"theirs\n")
    assert [outcomes for _, outcomes in world.changes()][-1] == ["refused"]
    assert [version[1] for version in versions(world)] == ["pre_existing"]


def test_lines_that_were_not_compared_are_said_to_be_so(world: World) -> None:
    old, new = (b"".join(b"\n%s %d\n" % (side, number) for number in range(700)) for side in (b"old", b"new"))
    put_past_the_portal(world, old)
    owner = world.browser(OWNER)
    assert "Some unchanged lines may be shown as changed" in upload(owner, new).words
    assert "Some unchanged lines may be shown" not in upload(owner, old + b"more\n").words


def test_many_unknown_tags_keep_the_page_readable(world: World) -> None:
    page = upload(world.browser(OWNER), b"".join(b"%%XA%d%% %%XB%d%% %%XC%d%%\n" % (n, n, n) for n in range(2_000)))
    assert "1,000 more tags without a value are not marked. There are too many for one page." in page.words
    assert page.text.count("bw-unknown") == 5_000
    assert "%XC3% on line 4 and 5,988 more. The phone" in page.words
    assert "6,000 unknown" in page.words


@pytest.mark.parametrize("statement", ["INSERT INTO portal_outcomes", "UPDATE portal_uploads SET content"])
def test_sent_file_is_told_despite_database_failure(world: World, statement: str) -> None:
    owner = world.browser(OWNER)
    check = upload(owner, TEXT)
    with fail_statements(world, statement):
        assert apply(owner, check).status == 303
    assert f"{FILE} of Reception updated" in owner.get(VERSIONS).words
    assert content(world) == TEXT
    world.clock.advance(minutes=2)
    assert "2 Current" in owner.get(VERSIONS).words
    assert [outcomes for _, outcomes in world.changes()] == [["applied"]]


@pytest.mark.parametrize(
    "statement", ["INSERT INTO portal_file_versions", "INSERT INTO portal_changes", "portal_list_versions"]
)
def test_unsent_file_can_be_sent_again(world: World, statement: str) -> None:
    owner = world.browser(OWNER)
    check = upload(owner, TEXT)
    with fail_statements(world, statement):
        refused = apply(owner, check)
        assert refused.status == 503
        assert "Nothing was sent" in refused.words
    assert content(world) != TEXT
    assert apply(owner, check).status == 303
    assert content(world) == TEXT
