"""What an entry of the history says: what was done, what it was before, what became of it, what to do."""

from typing import Any

import pytest

from app.portal.domain.audit import NOWHERE, Action, Reason, Result
from tests.support.devices import edit_device
from tests.support.history import GROUP_URL, find_history_row, list_history_rows, record_change
from tests.support.population import HQ
from tests.support.world import OWNER, SUPPORT, SYSTEM_ADMIN, World


def test_an_edit_reads_as_what_was_and_what_became(world: World) -> None:
    owner = world.browser(OWNER, address="198.51.100.7")
    edit_device(owner, "Fax", description="Left of the door", mac_address="00-1B-D4-00-00-09")
    text = find_history_row(owner.get(f"{HQ}Fax/history/"))
    assert "Edited" in text
    assert "MAC address 00:1B:D4:00:00:04 became 00:1B:D4:00:00:09" in text
    assert "Description (empty) became Left of the door" in text
    assert "Done" in text
    assert "198.51.100.7" in text
    edit_device(owner, "Fax", description="")
    assert "Description Left of the door became (empty)" in owner.get(f"{HQ}Fax/history/").words


def test_a_password_is_told_to_be_new_and_no_more(world: World) -> None:
    owner = world.browser(OWNER)
    form = owner.get(f"{HQ}Softphone/edit")
    typed = {"use_custom_user_name_password": "true", "user_name": "me", "password": "first-Needle"}
    owner.submit(form, **typed)
    page = owner.get(f"{HQ}Softphone/history/")
    assert "Password set anew, and never shown" in page.words
    assert "Credentials Shared credentials of the device type became Own user name and password" in page.words
    assert "Needle" not in page.text + owner.get(f"{HQ}Softphone/history/export.csv").text


def test_an_order_of_lines_reads_as_moves(world: World) -> None:
    people = {"sofia@acme.example": "Sofia Rossi", "ada@acme.example": "Ada Byron", "eve@acme.example": ""}
    before = {"order": {"sofia@acme.example": 3, "ada@acme.example": 1, "eve@acme.example": 4}, "people": people}
    after = {"order": {"sofia@acme.example": 2, "ada@acme.example": 1, "eve@acme.example": 10}, "people": people}
    record_change(world, Action.LINES, before=before, after=after)
    text = find_history_row(world.browser(OWNER).get(f"{HQ}Fax/history/"))
    assert "Re-ordered lines Sofia Rossi port 3 became port 2 eve@acme.example port 4 became port 10" in text
    assert "Ada" not in text


def test_a_config_file_links_to_its_difference(world: World) -> None:
    default = {"file_format": "%BWMACADDRESS%.cfg", "source": "Default", "version": 6, "sha256": "a", "bytes": 9}
    mine = {**default, "source": "Custom", "version": 7, "bytes": 1}
    unseen = {**mine, "version": None, "bytes": None}
    record_change(world, Action.FILE, before=default, after=mine)
    record_change(world, Action.FILE, before=unseen, after=mine)
    record_change(world, Action.FILE, before=mine, after={**default, "version": None})
    page = world.browser(OWNER).get(f"{HQ}Fax/history/")
    back, unlinked, linked = (row for row in list_history_rows(page) if "config file" in row or "default file" in row)
    assert (
        "Went back to the default file %BWMACADDRESS%.cfg content of its own, 1 byte became the type’s default" in back
    )
    assert "content of its own, which the portal did not see became content of its own, 1 byte" in unlinked
    assert "the type’s default became content of its own, 1 byte See the difference" in linked
    [url] = [link for link in page.links() if "difference" in link]
    assert url == f"{HQ}Fax/files/%25BWMACADDRESS%25.cfg/difference?a=default&b=7"


@pytest.mark.parametrize(
    ("action", "result", "given", "words"),
    [
        (
            Action.CREATE,
            Result.APPLIED,
            {"after": {"device_name": "Fax", "device_type": "T"}},
            "Added Fax Type T Done",
        ),
        (Action.DELETE, Result.APPLIED, {}, "Deleted Fax Done"),
        (
            Action.DELETE,
            Result.REFUSED,
            {"reason": Reason.PLATFORM_REFUSED, "params": {"words": "1 connected user"}},
            "Tried to delete Fax The platform refused: 1 connected user. Refused",
        ),
        (
            Action.EDIT,
            Result.REFUSED,
            {"reason": Reason.PLATFORM_REFUSED, "params": {"words": "macAddress: it is in use"}},
            "Tried to edit Fax The platform refused: MAC address: it is in use. Refused",
        ),
        (
            Action.EDIT,
            Result.REFUSED,
            {"reason": Reason.EDIT_CONFLICT},
            "Tried to edit Fax Nothing was sent: it was changed in between. Refused",
        ),
        (
            Action.EDIT,
            Result.NOT_APPLIED,
            {"reason": Reason.SEEN_UNDONE},
            "Tried to edit Fax The answer got lost. A later reading showed that it was not done.",
        ),
        (
            Action.EDIT,
            Result.UNKNOWN,
            {"after": {"description": "x"}},
            (
                "Edited Fax Description x The answer got lost. Look at the device before you repeat it; "
                "the portal notes what became of it when it next reads it. Unknown"
            ),
        ),
        (
            Action.EDIT,
            Result.UNKNOWN,
            {"after": {"password": "•••"}},
            "The answer got lost. No reading can show a password. Set it once more to be sure. Unknown",
        ),
        (
            Action.REBOOT,
            Result.UNKNOWN,
            {},
            (
                "Asked to reboot Fax The answer got lost. No reading can show whether it was taken. "
                "Ask for the reboot again if the phone did not start anew. Unknown"
            ),
        ),
    ],
)
def test_an_entry_says_what_became_of_it_and_what_to_do(
    world: World, action: Action, result: Result, given: dict[str, Any], words: str
) -> None:
    record_change(world, action, result, **given)
    assert words in find_history_row(world.browser(OWNER).get(f"{GROUP_URL}history/"))


def test_a_write_is_under_way_until_it_must_be_over_and_unknown_from_then_on(world: World) -> None:
    record_change(world, result=None, after={"password": "•••"})
    owner = world.browser(OWNER)
    assert "Under way" in find_history_row(owner.get(f"{GROUP_URL}history/"))
    world.clock.advance(minutes=2)
    text = find_history_row(owner.get(f"{GROUP_URL}history/?outcome=unknown"))
    assert "The portal was stopped before an answer came." in text
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
        "ow… Tried to sign in The name and the password did not match. Refused",
        "Tried to delete Fax acme / headquarters The portal refused: the role does not allow it. Refused",
        "Named an account as support Account support@provider.example",
        "Took support back from an account Account x@y",
        "Ended sessions of their own Sessions 2",
    ):
        assert words in text, words
