"""Waiting for SQLite under gevent: no request waits for another that stands still."""

import shutil
import subprocess
import sys
from pathlib import Path

# A greenlet holds the lock and lets go of it only if another one's waiting leaves the thread to it.
_WAITING = """
import sqlite3, sys, time
import gevent
from sqlalchemy import text
from app.database import connect, writing
engine = connect(f"sqlite:///{sys.argv[1]}/x.db")
with writing(engine) as db:
    db.execute(text("CREATE TABLE notes (words)"))
holder = sqlite3.connect(f"{sys.argv[1]}/x.db", isolation_level=None)
holder.execute("BEGIN IMMEDIATE")
gevent.spawn_later(0.2, holder.execute, "COMMIT")
began = time.monotonic()
with writing(engine) as db:
    db.execute(text("INSERT INTO notes VALUES ('x')"))
print(0.1 < time.monotonic() - began < 4)
"""


def run_patched(*arguments: str) -> str:
    command = [sys.executable, "-m", "gevent.monkey", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_waiting_writer_lets_others_run(tmp_path: Path) -> None:
    script = tmp_path / "waiting.py"
    script.write_text(_WAITING)
    assert run_patched(str(script), str(tmp_path)) == "True\n"


def test_write_transaction_has_no_greenlet_switch(populated: Path, compiled_templates: Path, tmp_path: Path) -> None:
    for name in ("portal.db", "reference_api.db"):
        shutil.copy(populated / name, tmp_path / name)
    reported = run_patched("--module", "tests.support.traced", str(tmp_path), str(compiled_templates))
    writes, switches, *wrong = reported.split(maxsplit=2)
    assert int(writes) > 80
    assert int(switches) > 400
    assert wrong == []
