"""The wheel: what is in it, and what it does once it is installed, away from the checkout."""

import subprocess
from pathlib import Path
from zipfile import ZipFile

from hatchling.builders.wheel import WheelBuilder

from tests.support.source import ROOT


def test_wheel_holds_each_file_of_the_application(tmp_path: Path) -> None:
    [wheel] = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
        [metadata] = [name for name in archive.namelist() if name.endswith("/entry_points.txt")]
        commands = archive.read(metadata).decode()
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "app", "templates", "static"],  # noqa: S607 - whichever git there is
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    files = [name for name in listed.splitlines() if (ROOT / name).is_file()]
    assert len(files) > 500
    assert packed == {name if name.startswith("app/") else f"app/{name}" for name in files}
    assert "access-device-portal = app.commands:main" in commands
