"""SECURITY.md names tests that there are."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "SECURITY.md").read_text()


def test_tests_that_hold_a_promise_exist() -> None:
    defined = {
        name
        for module in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", module.read_text(), re.MULTILINE)
    }
    named = set(re.findall(r"`(test_\w+)`", DOCUMENT))
    assert len(named) > 90
    assert named <= defined, sorted(named - defined)


def test_each_promise_names_what_holds_it() -> None:
    table = DOCUMENT.partition("## Promises")[2].partition("\n## ")[0]
    promises = [row for row in table.splitlines() if row.startswith("| ") and not row.startswith("| promise")]
    assert len(promises) > 15
    assert [row for row in promises if "`test_" not in row] == []
