"""A field that is declared is everywhere: nothing but its declaration, and its line in the list, tells of it."""

import csv
import json
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests.support.invented_field import BEFORE, copy_application

pytestmark = pytest.mark.xdist_group("invented field")  # so that the application is copied and used once

Seen = dict[str, Any]
SENT = ("edited", "many", "sheet")  # with the bodies that went to the backend


def run_python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env={}, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    folder = tmp_path_factory.mktemp("invented_field")
    copy_application(folder, BEFORE)
    done = run_python(folder, "-m", "tests.support.invented_field")
    assert done.returncode == 0, done.stderr
    found: Seen = json.loads(done.stdout)
    return found


def test_form_asks_for_invented_field(seen: Seen) -> None:
    assert {"ring_tone", "ring_pin"} <= set(seen["form"]["names"])
    assert "Ring tone As the phone calls it." in seen["form"]["words"]
    assert "Ring PIN optional" in seen["form"]["words"]


def test_phone_type_requires_invented_field(seen: Seen) -> None:
    assert "Required Name, MAC address, Ring tone Lines" in seen["form"]["words"]
    assert "Ring tone: Enter a value. Yealink-T46G requires one." in seen["typed "]["words"]


@pytest.mark.parametrize(
    ("tone", "error"),
    [
        ("Buzz", "Must begin with Bell."),
        ("Bell" * 9, "Must be at most 20 characters."),
        ("Bell refused", "unknown tone."),
    ],
)
def test_wrong_value_is_reported_at_invented_field(seen: Seen, tone: str, error: str) -> None:
    answer = seen[f"typed {tone}"]
    assert (answer["status"], answer["errors"]) == (422, ["ring_tone-error"])
    assert error in answer["words"]


def test_invented_field_is_checked_while_typed(seen: Seen) -> None:
    assert "Ring tone: Must begin with Bell." in seen["check"]["words"]


def test_invented_field_is_sent_under_api_key(seen: Seen) -> None:
    status, body = seen["created"]
    assert (status, body["ringTone"]) == (303, "Bell 1")
    assert seen["edited"] == [303, {"ringTone": "Bell 4", "ringPin": "2Needle"}]


def test_overview_shows_invented_field(seen: Seen) -> None:
    assert "Ring tone Bell 1" in seen["overview"]["words"]
    assert "Ring PIN Hidden. Enter a new one to replace it." in seen["overview"]["words"]


def test_edit_form_has_value_of_invented_field(seen: Seen) -> None:
    assert seen["value"] == "Bell 1"


def test_merge_page_offers_invented_field(seen: Seen) -> None:
    assert seen["merge"]["status"] == 409
    assert "keep-ring_tone" in seen["merge"]["names"]
    assert "Ring tone Bell 1 Ring tone" in seen["merge"]["words"]
    assert all(value in seen["merge"]["words"] for value in ("Bell 2", "Bell 3"))
    assert seen["merged"].endswith("/devices/Fresh/")


def test_history_tells_invented_field(seen: Seen) -> None:
    assert "Ring tone Bell 3 changed to Bell 4" in seen["history"]["words"]
    assert "Ring tone: Bell 3 → Bell 4" in seen["history export"]


def test_invented_field_needs_reboot(seen: Seen) -> None:
    after, needs_reboot, outcomes = seen["noted"]
    assert (after, needs_reboot, outcomes) == ({"ring_tone": "Bell 6", "ring_pin": "•••"}, True, ["applied"])
    assert "Reboot…" in seen["list"]["words"]


def test_invented_secret_is_never_shown(seen: Seen) -> None:
    assert seen["refused secret"]["errors"] == ["ring_pin-error"]
    assert "is too easy" in seen["refused secret"]["words"]
    pages = [page for name, page in seen.items() if name not in SENT]
    assert "Needle" not in json.dumps([*pages, seen["many"][0], seen["sheet"][0]])


def test_invented_secret_is_asked_for_again(seen: Seen) -> None:
    assert "ring_pin" in seen["merge"]["names"]
    assert "ring_tone" in seen["draft"]
    assert "ring_pin" not in seen["draft"]


def test_export_has_invented_field(seen: Seen) -> None:
    [row] = csv.DictReader(StringIO(seen["export"].removeprefix("\ufeff")))
    assert row["Ring tone"] == "Bell 4"


def test_import_has_invented_field(seen: Seen) -> None:
    assert seen["columns"] == ["ring_tone", "ring_tone", "ring_pin"]


def test_job_gives_invented_field_to_many(seen: Seen) -> None:
    pages, body = seen["many"]
    assert {"ring_tone_do", "ring_tone", "ring_pin_do", "ring_pin"} <= set(pages["form"]["names"])
    assert "Ring tone: Must begin with Bell." in pages["wrong"]["words"]
    assert "Ring tone Bell 4 becomes Bell 5" in pages["preview"]["words"]
    assert body == {"ringTone": "Bell 5", "ringPin": "4Needle"}


def test_sheet_gives_invented_field(seen: Seen) -> None:
    page, body = seen["sheet"]
    assert "Bell 5 becomes Bell 6" in page["words"]
    assert "Must begin with Bell." in page["words"]
    assert body == {"ringTone": "Bell 6", "ringPin": "5Needle"}


def test_field_without_declaration_is_an_error_at_import(tmp_path: Path) -> None:
    copy_application(tmp_path, {"    version: Annotated[": '    ring_tone: str = ""\n'})
    done = run_python(tmp_path, "-c", "import app.portal")
    assert done.returncode == 1
    assert done.stderr.endswith("TypeError: AccessDevice.ring_tone has no DeviceField\n")
