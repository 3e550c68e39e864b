"""Imports through their pages, read and carried out by the background process over the reference API."""

import csv
import io
from collections.abc import Sequence

import openpyxl
import pytest
from sqlalchemy import select

from app.database import reading
from app.portal.store.jobs.tables import JobItem
from tests.support.client import Browser
from tests.support.devices import NEW_T46, create_device, edit_device
from tests.support.jobs import draft_of, upload_sheet, work
from tests.support.population import ANNEX, HQ
from tests.support.world import OWNER, SYSTEM_ADMIN, TENANT_ADMIN, World

HEAD = "Name;Type;MAC address;Description;Colour\r\n"
SHEET = (
    HEAD
    + "Fresh;Yealink-T46G;00:15:65:77:00:01;'=1+1;red\r\n"
    + "Reception;;;By the window;\r\n"
    + "Lobby;Yealink-T42G;0015.6500.0003;;\r\n"
    + "Broken;Yealink-T46G;1.56577E+09;;\r\n"
    + "Taken;Yealink-T46G;00:15:65:00:00:02;;\r\n"
)


def verdicts(world: World) -> Sequence[tuple[int | None, str, str | None]]:
    """Return row, name and verdict of the newest job's items."""
    with reading(world.held_by().engine) as db:
        items = list(db.scalars(select(JobItem).order_by(JobItem.job_id, JobItem.number)))
        return [(item.row, item.device_name, item.verdict) for item in items if item.job_id == items[-1].job_id]


@pytest.fixture
def owner(world: World) -> Browser:
    return world.browser(OWNER)


def test_rows_are_checked_before_anything_is_sent(world: World, owner: Browser) -> None:
    url = draft_of(world, owner, SHEET.encode("utf-8"))
    assert verdicts(world) == [
        (2, "Fresh", "new"),
        (3, "Reception", "changed"),
        (4, "Lobby", "unchanged"),
        (5, "Broken", "error"),
        (6, "Taken", "error"),
    ]
    page = owner.get(url)
    assert "Import of phones.csv: 5 rows" in page.words
    assert "Unknown columns, not imported: Colour" in page.words
    assert "By the door becomes By the window" in page.words
    assert "A spreadsheet turned this MAC address into a number" in page.words
    assert "“lobby” in this group uses it already." in page.words
    assert not world.changes()


def test_valid_rows_are_applied(world: World, owner: Browser) -> None:
    url = draft_of(world, owner, SHEET.encode())
    assert owner.submit(owner.get(url), f"{url}start", canary="0", pace="6000").status == 303
    work(world)
    done = owner.get(url)
    assert [change.action for change, _ in world.changes()] == ["device:create", "device:edit"]
    assert "Done" in done.words
    assert "=1+1" in owner.get(f"{HQ}Fresh/").words
    assert "By the window" in owner.get(f"{HQ}Reception/").words


def test_devices_changed_since_the_draft_are_left_alone(world: World, owner: Browser) -> None:
    url = draft_of(world, owner, SHEET.encode())
    create_device(owner, **{**NEW_T46, "device_name": "Fresh"})
    edit_device(owner, "Reception", description="By the stairs")
    owner.submit(owner.get(url), f"{url}start", canary="0", pace="6000")
    work(world)
    page = owner.get(url)
    assert "By the stairs" in owner.get(f"{HQ}Reception/").words
    assert "Changed by owner" in page.words
    assert "already exists" in page.words


def test_only_new_devices_are_added(world: World, owner: Browser) -> None:
    form = owner.get(f"{HQ}import")
    assert "Choose file Preview Run" in form.words
    rows = "Name\tType\tMAC address\r\nFresh\tYealink-T46G\t00:15:65:77:00:01\r\nReception\tno such type\t\r\n"
    url = owner.submit(form, rows=rows, existing="leave").location or ""
    work(world)
    assert verdicts(world) == [(2, "Fresh", "new"), (3, "Reception", "unchanged")]
    page = owner.get(url)
    assert "Import of pasted rows: 2 rows" in page.words
    assert "Tab, column names in row 1, only new devices" in page.words.replace("tab,", "Tab,")
    assert owner.submit(page, f"{url}sheet", existing="").status == 303
    work(world)
    assert verdicts(world) == [(2, "Fresh", "new"), (3, "Reception", "error")]


def test_rows_and_file_together_are_refused(owner: Browser) -> None:
    both = {"csrf_token": owner.token(), "rows": "Name\nFresh", "file": (io.BytesIO(b"Name"), "a.csv")}
    refused = owner.open(f"{HQ}import", "POST", data=both, content_type="multipart/form-data")
    assert (refused.status, "Choose a file or paste rows, not both." in refused.words) == (422, True)
    assert refused.form(f"{HQ}import").fields["rows"].strip() == "Name\nFresh"
    assert "Choose a file first, or paste rows." in owner.post(f"{HQ}import").words


def test_errors_that_nobody_mended_stay_errors(world: World, owner: Browser) -> None:
    book = openpyxl.Workbook()
    for cells in (
        ["Name", "Type", "MAC address", "Group"],
        ["Rounded", "Yealink-T46G", 112233445500, ""],
        ["Elsewhere", "Yealink-T46G", "00:15:65:77:00:01", "warehouse"],
        ["Damaged", "Yealink-T46G", "8.05E+11", ""],
    ):
        book.active.append(cells)
    file = io.BytesIO()
    book.save(file)
    url = draft_of(world, owner, file.getvalue(), "phones.xlsx")
    before = owner.get(url)
    draft_of(world, owner, owner.get(f"{url}errors.xlsx").body, "errors.xlsx")
    assert [verdict for _, _, verdict in verdicts(world)] == ["error"] * 3
    again = owner.get(url.replace("/1/", "/2/"))
    for words in (
        "turned this MAC address into another number",
        "This row is of another group",
        "into a number. Enter",
    ):
        assert words in before.words
        assert words in again.words


def test_undo_of_an_import_deletes_what_it_added(world: World, owner: Browser) -> None:
    sheet = SHEET + "Later;Yealink-T46G;00:15:65:77:00:04;;\r\n"
    url = draft_of(world, owner, sheet.encode())
    owner.submit(owner.get(url), f"{url}start", canary="0", pace="6000")
    work(world)
    edit_device(owner, "Later", description="Somebody has it now")
    undo = owner.post(f"{url}undo").location or ""
    work(world)
    page = owner.get(undo)
    assert [verdict for _, _, verdict in verdicts(world)] == ["change", "change", "refused"]
    assert "Will be deleted" in page.words
    assert "By the window becomes By the door" in page.words
    assert f"Changed by {OWNER.username}" in page.words
    assert "1 device that the job added is deleted." in page.words
    for typed in ("", "2"):
        refused = owner.submit(page, f"{undo}start", confirm=typed)
        assert (refused.status, "Enter 1 to confirm." in refused.words) == (422, True)
    assert owner.get(f"{HQ}Fresh/").status == 200
    assert owner.submit(page, f"{undo}start", confirm="1", pace="6000", reboot_after="on").status == 303
    work(world)
    assert [owner.get(f"{HQ}{name}/").status for name in ("Fresh", "Later")] == [404, 200]
    assert "By the door" in owner.get(f"{HQ}Reception/").words
    assert "device:reboot" not in {change.action for change, _ in world.changes() if change.device_name == "Fresh"}


def test_errors_come_back_mended(world: World, owner: Browser) -> None:
    url = draft_of(world, owner, SHEET.encode())
    workbook = openpyxl.load_workbook(io.BytesIO(owner.get(f"{url}errors.xlsx").body))
    rows = [list(cells) for cells in workbook.active.iter_rows(values_only=True)]
    assert rows[0] == ["Row", "Name", "Type", "MAC address", "Description", "Errors"]
    assert [row[:2] for row in rows[1:]] == [["5", "Broken"], ["6", "Taken"]]
    workbook.active["D2"], workbook.active["D3"] = "00:15:65:77:00:02", "00:15:65:77:00:03"
    mended = io.BytesIO()
    workbook.save(mended)
    draft_of(world, owner, mended.getvalue(), "errors.xlsx")
    assert verdicts(world) == [(2, "Broken", "new"), (3, "Taken", "new")]


def test_error_rows_name_the_password_and_leave_it_out(world: World, owner: Browser) -> None:
    sheet = "Name;Type;MAC address;Credentials;User name;Password\r\nNew one;no such type;;Custom;ada;needle-1\r\n"
    url = draft_of(world, owner, sheet.encode())
    page = owner.get(url)
    assert "Passwords are not in that file. Enter them again." in page.words
    assert "needle-1" not in page.text
    workbook = openpyxl.load_workbook(io.BytesIO(owner.get(f"{url}errors.xlsx").body))
    head, cells = workbook.active.iter_rows(values_only=True)
    row = dict(zip(head, cells, strict=True))
    assert (row["User name"], row["Password"]) == ("ada", None)
    assert row["Errors"].endswith("Password: not in this file. Enter it again.")


def test_assumptions_can_be_changed(world: World, owner: Browser) -> None:
    url = draft_of(world, owner, "Name;Location\r\nReception;Zoë".encode("cp850"))
    assert "Windows, Western Europe (1252)" in owner.get(url).words
    assert owner.submit(owner.get(url), f"{url}sheet", encoding="cp850", separator=";").status == 303
    work(world)
    assert "Zoë" in owner.get(url).words
    assert owner.submit(owner.get(url), f"{url}sheet", encoding="cp850", separator=",").status == 303
    work(world)
    page = owner.get(url)
    assert "No column is called “Name”. Row 1 has: “Name;Location”." in page.words
    assert owner.submit(page, f"{url}sheet", encoding="", separator="").status == 303
    work(world)
    assert verdicts(world) == [(2, "Reception", "changed")]


@pytest.mark.parametrize("query", ["", "?cols=people,serial,location,description,since,extension"])
def test_own_export_changes_nothing(world: World, owner: Browser, query: str) -> None:
    export = owner.get(f"{HQ}export.csv{query}").body
    draft_of(world, owner, export)
    assert {verdict for _, _, verdict in verdicts(world)} == {"unchanged"}
    assert len(verdicts(world)) == len(list(csv.reader(io.StringIO(export.decode())))) - 1


def test_draft_is_checked_again(world: World, owner: Browser) -> None:
    url = draft_of(world, owner, SHEET.encode())
    create_device(owner, **{**NEW_T46, "device_name": "Fresh"})
    assert owner.submit(owner.get(url), f"{url}check").status == 303
    work(world)
    assert [verdict for _, _, verdict in verdicts(world)] == ["changed", "changed", "unchanged", "error", "error"]


def test_mac_of_another_group_is_an_error(world: World) -> None:
    admin = world.browser(SYSTEM_ADMIN)
    url = draft_of(world, admin, b"Name,Type,MAC\nNew,Yealink-T46G,00:15:65:00:00:F1\n")
    assert "uses it already" in admin.get(url).words
    assert verdicts(world) == [(2, "New", "error")]


def test_import_into_an_empty_group(world: World) -> None:
    tenant_admin = world.browser(TENANT_ADMIN)
    for page in (ANNEX, ANNEX.removesuffix("devices/")):
        assert f"{ANNEX}import" in tenant_admin.get(page).text
    draft_of(world, tenant_admin, b"device name,DEVICETYPE,mac_address\nA,Yealink-T46G,001565770009\n", path=ANNEX)
    assert verdicts(world) == [(2, "A", "new")]


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "The file is empty."), (b"\x89PNG\0", "not a CSV or XLSX file"), (b"x" * 70_000, "larger than 0.0625 MiB")],
    ids=["empty", "picture", "large"],
)
def test_unusable_file_is_refused_at_once(owner: Browser, content: bytes, words: str) -> None:
    page = upload_sheet(owner, content)
    assert page.status == 422
    assert words in page.words


def test_template_names_every_column(owner: Browser) -> None:
    [head] = csv.reader(io.StringIO(owner.get(f"{HQ}import-template.csv").text.removeprefix("\ufeff")))
    assert {"Name", "Type", "MAC address", "Location"} <= set(head)
    assert "Password" not in head
