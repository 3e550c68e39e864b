"""`python -m app.reference_api`: a real process, over a real socket."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from app.reference_api.settings import demo_password

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def environment(database: str, port: int) -> dict[str, str]:
    return os.environ | {
        "PORT": str(port),
        "REFERENCE_DATABASE_URL": database,
        "DEMO_PASSWORD": "a password of mine",
        "PYTHONPATH": str(ROOT),
    }


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Its base URL, and what it printed."""
    port, output = free_port(), tmp_path / "output"
    with output.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.reference_api"],
            env=environment(f"sqlite:///{tmp_path}/api.db", port),
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
        )
    base = f"http://127.0.0.1:{port}/api/v1/"
    try:
        _wait_for(base, process, output)
        yield base, output
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def _wait_for(base: str, process: "subprocess.Popen[bytes]", output: Path) -> None:
    for _ in range(300):
        try:
            requests.get(base, timeout=5)
        except requests.ConnectionError:
            assert process.poll() is None, output.read_text()
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server did not come up: " + output.read_text())


@pytest.mark.xdist_group("demo_world")
def test_it_prints_where_and_as_whom_and_serves_names_as_they_were_meant(server: tuple[str, Path]) -> None:
    base, output = server
    printed = output.read_text()
    assert base in printed
    assert "a password of mine" in printed
    username = re.findall(r"^ +(\S+@\S+) +system admin", printed, re.MULTILINE)[0]
    with requests.Session() as session:
        signed_in = session.post(f"{base}login/", json={"username": username, "password": "a password of mine"})
        assert signed_in.status_code == 200
        lab = f"{base}tenants/initech/groups/lab/access_devices/"
        assert session.get(f"{lab}100%2525/").json()["deviceName"] == "100%25"
        for part in ("%FF", "100%25", "%00"):
            assert session.get(f"{lab}{part}/").status_code == 404
        assert session.get(lab[:-1], allow_redirects=False).status_code == 404


def test_a_database_that_cannot_be_reached_stops_the_start_with_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app.reference_api"],
        env=environment("sqlite:////proc/nowhere/api.db", free_port()),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("The reference API cannot start: ")
    assert "Traceback" not in done.stderr


def test_the_demo_password_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    made = demo_password({}, tmp_path / "instance")
    assert len(made) >= 12
    assert demo_password({}, tmp_path / "instance") == made
    assert (tmp_path / "instance" / "demo_password").stat().st_mode & 0o077 == 0
    assert demo_password({"DEMO_PASSWORD": "given"}, tmp_path / "instance") == "given"
