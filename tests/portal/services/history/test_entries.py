"""What an entry of the history says: what was done, what it was before, what became of it, what to do."""

from typing import Any

import pytest

from app.portal.domain.audit import NOWHERE, Action, Reason, Result
from tests.support.devices import edit_device
from tests.support.history import GROUP_URL, find_history_row, list_history_rows, record_change
from tests.support.population import HQ
from tests.support.world import OWNER, SUPPORT, SYSTEM_ADMIN, World

UNCONFIRMED = "The platform did not confirm the change."


def test_edit_reads_as_what_was_and_what_became(world: World) -> None:
    owner = world.browser(OWNER, address="198.51.100.7")
    edit_device(owner, "Fax", description="Left of the door", mac_address="00-1B-D4-00-00-09")
    text = find_history_row(owner.get(f"{HQ}Fax/history/"))
    assert "Device edited" in text
    assert "MAC address 00:1B:D4:00:00:04 changed to 00:1B:D4:00:00:09" in text
    assert "Description (empty) changed to Left of the door" in text
    assert "Done" in text
    assert "198.51.100.7" in text
    edit_device(owner, "Fax", description="")
    assert "Description Left of the door changed to (empty)" in owner.get(f"{HQ}Fax/history/").words


def test_password_is_told_to_be_new_and_no_more(world: World) -> None:
    owner = world.browser(OWNER)
    form = owner.get(f"{HQ}Softphone/edit")
    typed = {"use_custom_user_name_password": "true", "user_name": "me", "password": "first-Needle"}
    owner.submit(form, **typed)
    page = owner.get(f"{HQ}Softphone/history/")
    assert "Password changed (hidden)" in page.words
    assert "Credentials Shared credentials of the device type changed to Own user name and password" in page.words
    assert "Needle" not in page.text + owner.get(f"{HQ}Softphone/history/export.csv").text


def test_order_of_lines_reads_as_moves(world: World) -> None:
    people = {"sofia@acme.example": "Sofia Rossi", "ada@acme.example": "Ada Byron", "eve@acme.example": ""}
    before = {"order": {"sofia@acme.example": 3, "ada@acme.example": 1, "eve@acme.example": 4}, "people": people}
    after = {"order": {"sofia@acme.example": 2, "ada@acme.example": 1, "eve@acme.example": 10}, "people": people}
    record_change(world, Action.LINES, before=before, after=after)
    text = find_history_row(world.browser(OWNER).get(f"{HQ}Fax/history/"))
    assert "Lines reordered Sofia Rossi port 3 changed to port 2 eve@acme.example port 4 changed to port 10" in text
    assert "Ada" not in text


def test_config_file_links_to_its_difference(world: World) -> None:
    default = {"file_format": "%BWMACADDRESS%.cfg", "source": "Default", "version": 6, "sha256": "a", "bytes": 9}
    mine = {**default, "source": "Custom", "version": 7, "bytes": 1}
    unseen = {**mine, "version": None, "bytes": None}
    record_change(world, Action.FILE, before=default, after=mine)
    record_change(world, Action.FILE, before=unseen, after=mine)
    record_change(world, Action.FILE, before=mine, after={**default, "version": None})
    page = world.browser(OWNER).get(f"{HQ}Fax/history/")
    back, unlinked, linked = (
        row for row in list_history_rows(page) if "Config file changed" in row or "Type template restored" in row
    )
    assert "Type template restored %BWMACADDRESS%.cfg Custom (1 byte) changed to Type template" in back
    assert "Custom (size unknown) changed to Custom (1 byte)" in unlinked
    assert "Type template changed to Custom (1 byte) View diff" in linked
    [url] = [link for link in page.links() if "difference" in link]
    assert url == f"{HQ}Fax/files/%25BWMACADDRESS%25.cfg/difference?a=default&b=7"


@pytest.mark.parametrize(
    ("action", "result", "given", "words"),
    [
        (
            Action.CREATE,
            Result.APPLIED,
            {"after": {"device_name": "Fax", "device_type": "T"}},
            "Device added Fax Type T Done",
        ),
        (Action.DELETE, Result.APPLIED, {}, "Device deleted Fax Done"),
        (
            Action.DELETE,
            Result.REFUSED,
            {"reason": Reason.PLATFORM_REFUSED, "params": {"words": "1 connected user"}},
            "Tried to delete the device Fax The platform rejected the change: 1 connected user. Refused",
        ),
        (
            Action.EDIT,
            Result.REFUSED,
            {"reason": Reason.PLATFORM_REFUSED, "params": {"words": "macAddress: it is in use"}},
            "Tried to edit the device Fax The platform rejected the change: MAC address: it is in use. Refused",
        ),
        (
            Action.EDIT,
            Result.REFUSED,
            {"reason": Reason.EDIT_CONFLICT},
            "Tried to edit the device Fax Nothing was sent: someone else changed it first. Refused",
        ),
        (
            Action.EDIT,
            Result.NOT_APPLIED,
            {"reason": Reason.SEEN_UNDONE},
            f"Tried to edit the device Fax {UNCONFIRMED} A later check showed that it was not made.",
        ),
        (
            Action.EDIT,
            Result.UNKNOWN,
            {"after": {"description": "x"}},
            (
                f"Tried to edit the device Fax Description x {UNCONFIRMED} Check the device before trying again. "
                "The portal updates this entry when it next reads the device. Unknown"
            ),
        ),
        (
            Action.EDIT,
            Result.UNKNOWN,
            {"after": {"password": "•••"}},
            f"{UNCONFIRMED} The portal cannot check a password. Set it again to be sure. Unknown",
        ),
        (
            Action.REBOOT,
            Result.UNKNOWN,
            {},
            (
                f"Tried to reboot the device Fax {UNCONFIRMED} The portal cannot check a reboot. "
                "Request it again if the phone did not restart. Unknown"
            ),
        ),
    ],
)
def test_entry_says_what_became_of_it_and_what_to_do(
    world: World, action: Action, result: Result, given: dict[str, Any], words: str
) -> None:
    record_change(world, action, result, **given)
    assert words in find_history_row(world.browser(OWNER).get(f"{GROUP_URL}history/"))


def test_open_write_is_unknown_after_the_longest_write(world: World) -> None:
    record_change(world, result=None, after={"password": "•••"})
    owner = world.browser(OWNER)
    assert "In progress" in find_history_row(owner.get(f"{GROUP_URL}history/"))
    world.clock.advance(minutes=2)
    text = find_history_row(owner.get(f"{GROUP_URL}history/?outcome=unknown"))
    assert "The portal stopped before the platform responded." in text
    assert text.endswith("Unknown 198.51.100.7")


def test_what_is_no_write_reads_well_too(world: World) -> None:
    admin = world.browser(SYSTEM_ADMIN)
    world.nobody().sign_in(OWNER.username, "wrong")
    world.browser(OWNER)
    world.browser(SUPPORT).post(f"{HQ}Fax/delete")
    for action, after in ((Action.SESSIONS_END, {"sessions": 2}), (Action.SUPPORT_REMOVE, {"username": "x@y"})):
        record_change(world, action, after=after, place=NOWHERE, device="")
    text = admin.get("/history/").words
    for words in (
        "Signed in",
        "ow… Tried to sign in Wrong user name or password. Refused",
        "Tried to delete the device Fax acme / headquarters The role does not allow this. Refused",
        "Support role given User name support@provider.example",
        "Support role removed User name x@y",
        "Own sessions ended Sessions 2",
    ):
        assert words in text, words
