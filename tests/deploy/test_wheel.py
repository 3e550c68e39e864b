"""The wheel: what is in it, and what it does once it is installed, away from the checkout."""

import os
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen
from zipfile import ZipFile

import pytest
from hatchling.builders.wheel import WheelBuilder

from tests.support.ports import free_port
from tests.support.source import ROOT

_START = 120  # seconds; the demo world is made in the first of them
# Everything but $PORTAL_INSTANCE is read-only for the command that follows, temporary folders included.
READ_ONLY = ["unshare", "--mount", "/bin/sh", "-c"]
READ_ONLY += ['mount --bind "$PORTAL_INSTANCE" "$PORTAL_INSTANCE" && mount -o remount,ro,bind / && exec "$@"', "sh"]


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


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Install the wheel in an environment of its own, with the libraries of the tests, and return its command."""
    [wheel] = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    [packages] = environment.glob("lib/python3*/site-packages")
    (packages / "tests.pth").write_text(sysconfig.get_path("purelib"))
    subprocess.run([environment / "bin" / "pip", "install", "--quiet", "--no-deps", wheel], check=True)
    return environment / "bin" / "access-device-portal"


@contextmanager
def server(command: list[str], environ: Mapping[str, str], folder: Path) -> Iterator[str]:
    """Yield the URL of the portal that the command starts in `folder`."""
    port = free_port()
    process = subprocess.Popen([*command, "run"], env={**environ, "PORT": str(port)}, cwd=folder)
    deadline = time.monotonic() + _START
    try:
        while True:
            try:
                urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).close()
                break
            except OSError:
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def read(url: str) -> str:
    with urlopen(url, timeout=20) as answer:  # noqa: S310 - ours
        return str(answer.read().decode())


@pytest.mark.long
def test_installed_portal_needs_nothing_but_its_folder(installed: Path, tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    instance.mkdir()
    environ = {"PATH": os.environ["PATH"], "PORTAL_INSTANCE": str(instance)}
    if subprocess.run([*READ_ONLY, "true"], env=environ, capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount")
    with server([*READ_ONLY, str(installed)], environ, Path("/")) as url:
        page = read(f"{url}/login")
        assert "Sign in" in page
        [sheet] = [part.split('"')[0] for part in page.split('href="') if part.startswith("/static/site.css")]
        assert ".who > span" in read(f"{url}{sheet}")
        done = subprocess.run([*READ_ONLY, installed, "check"], env=environ, capture_output=True, text=True, check=True)
        assert "Tables: revision" in done.stdout
    files = {file.name for file in instance.iterdir()}
    assert {"secret_key", "demo_password", "portal.db", "reference_api.db", "tmp"} <= files


@pytest.mark.long
def test_installed_portal_ignores_the_folder_it_is_started_in(installed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    (folder / "app").mkdir(parents=True)
    (folder / "app" / "__init__.py").write_text("raise SystemExit('another application')")
    environ = {"PATH": os.environ["PATH"], "PORTAL_INSTANCE": str(tmp_path / "instance")}
    backend = {**environ, "PORTAL_BACKEND_URL": f"http://127.0.0.1:{free_port()}"}
    with server([str(installed)], backend, folder) as url:
        assert "Sign in" in read(f"{url}/login")
        done = subprocess.run([installed, "jobs", "--help"], env=environ, cwd=folder, capture_output=True, check=True)
        assert b"The background process" in done.stdout
    assert sorted(file.name for file in (tmp_path / "instance").iterdir() if "portal.db" not in file.name) == [
        "secret_key"
    ]
