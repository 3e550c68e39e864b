"""The demo data, made once for all workers of a test run, which would take seconds of processor in each of them."""

from fcntl import LOCK_EX, flock
from pathlib import Path

from app.reference_api import ReferenceSettings, prepare
from tests.support.api_world import PASSWORD


def make_demo(folder: Path) -> Path:
    """Return the database in a folder that workers share. The first of them makes it, with `PASSWORD`; others wait."""
    file, unfinished = folder / "demo.db", folder / "unfinished.db"
    with (folder / "demo.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not file.exists():
            unfinished.unlink(missing_ok=True)
            prepare(ReferenceSettings(database_url=f"sqlite:///{unfinished}"), PASSWORD)
            unfinished.rename(file)
    return file
