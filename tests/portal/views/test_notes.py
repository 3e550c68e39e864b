"""The note that says why somebody makes a change: shown where the change is, bounded, and without secrets."""

from tests.support.boards import ADA, BASE, BEA, press, read_ports
from tests.support.config_files import TEXT, VERSIONS, content, upload
from tests.support.devices import NEW_T46, create_device, edit_device, list_device_names, read_device
from tests.support.population import HQ
from tests.support.world import OWNER, World

DEVICE = f"{HQ}Reception/"
TOO_LONG = "x" * 203
WORDS = "Note: 3 characters too many."


def test_note_is_shown_in_history_and_versions(world: World) -> None:
    owner = world.browser(OWNER)
    why = "  Ticket <b>4711</b>\n of http://ann:x/pl4nted@example.com/ "
    edit_device(owner, "Reception", description="new", note=why)
    check = upload(owner, TEXT)
    owner.submit(check, check.url, note="Ring tone of the door")
    owner.submit(owner.get(f"{DEVICE}reboot"), note="Frozen display")
    history = owner.get(f"{DEVICE}history/").words
    assert "Note: Ticket <b>4711</b> of http://•••@example.com/" in history
    assert "Note: Ring tone of the door" in history
    assert "Note: Frozen display" in history
    assert "Ring tone of the door" in owner.get(VERSIONS).words
    assert "Note: Ring tone of the door" in owner.get(f"{VERSIONS}2/").words
    assert "Ring tone of the door" not in owner.get(f"{VERSIONS}1/").words
    assert '"Ring tone of the door"' in owner.get(f"{DEVICE}history/export.csv").text
    assert b"pl4nted" not in world.database_bytes()


def test_typed_password_is_masked_in_note(world: World) -> None:
    owner = world.browser(OWNER)
    login = {"use_custom_user_name_password": "true", "user_name": "soft", "password": "pl4nted"}
    edit_device(owner, "Softphone", note="It is pl4nted now", **login)
    assert "Note: It is ••• now" in owner.get(f"{HQ}Softphone/history/").words


def test_long_note_is_refused_and_nothing_lost(base: World) -> None:
    owner = base.browser(OWNER)
    page = edit_device(owner, "Reception", description="typed", note=TOO_LONG)
    check = upload(owner, TEXT)
    refused = owner.submit(check, check.url, note=TOO_LONG)
    moved = press(owner, owner.get(BASE), {ADA: "2", BEA: "1"}, do="show")
    board = press(owner, moved, note=TOO_LONG, do="save")
    new = create_device(owner, **NEW_T46, note=TOO_LONG)
    reboot = owner.submit(owner.get(f"{DEVICE}reboot"), note=TOO_LONG)
    delete = owner.submit(owner.get(f"{HQ}Desk%2002/delete"), note=TOO_LONG)
    for answer in (page, refused, board, new, reboot, delete):
        assert WORDS in answer.words
        assert answer.status in {409, 422}
        assert TOO_LONG in answer.text
    assert page.form(f"{DEVICE}edit").fields["description"] == "typed"
    assert read_device(base, "Reception")["description"] != "typed"
    assert content(base) != TEXT
    assert read_ports(base)[ADA] == 1
    assert "Fresh" not in list_device_names(base)
    assert base.changes() == []
