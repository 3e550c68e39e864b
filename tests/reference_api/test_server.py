"""`python -m app.reference_api` as a real process."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from werkzeug.test import Client

from app.reference_api.__main__ import create_app
from tests.support.api_world import PASSWORD
from tests.support.world import settings_in

ROOT = Path(__file__).parents[2]


# All of 127/8 is this machine: on this address the default port is free.
HOST = f"127.1.{os.getpid() >> 8 & 255}.{os.getpid() & 255 | 1}"


def environment(database: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name != "PORT"}
    return inherited | {
        "HOST": HOST,
        "REFERENCE_DATABASE_URL": database,
        "DEMO_PASSWORD": PASSWORD,
        "PORTAL_SECRET_KEY": "sixteen letters or more",
        "PYTHONPATH": str(ROOT),
    }


@pytest.fixture
def server(demo_database: Path, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The base URL, and the file with the output."""
    shutil.copy(demo_database, tmp_path / "api.db")
    output = tmp_path / "output"
    with output.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.reference_api"],
            env=environment(f"sqlite:///{tmp_path}/api.db"),
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
        )
    base = f"http://{HOST}:8001/api/v1/"
    try:
        _wait_for(base, process, output)
        yield base, output
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _wait_for(base: str, process: "subprocess.Popen[bytes]", output: Path) -> None:
    for _ in range(900):
        try:
            requests.get(base, timeout=5)
        except (requests.ConnectionError, requests.Timeout):
            assert process.poll() is None, output.read_text()
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server did not come up: " + output.read_text())


@pytest.mark.xdist_group("demo_world")
def test_server_prints_accounts_and_decodes_names(server: tuple[str, Path]) -> None:
    base, output = server
    printed = output.read_text()
    assert base in printed
    assert PASSWORD in printed
    username = re.findall(r"^ +(\S+@\S+) +System admin", printed, re.MULTILINE)[0]
    with requests.Session() as session:
        signed_in = session.post(f"{base}login/", json={"username": username, "password": PASSWORD})
        assert signed_in.status_code == 200
        lab = f"{base}tenants/initech/groups/lab/access_devices/"
        assert session.get(f"{lab}100%2525/").json()["deviceName"] == "100%25"
        for part in ("%FF", "100%25", "%00"):
            assert session.get(f"{lab}{part}/").status_code == 404
        assert session.get(lab[:-1], allow_redirects=False).status_code == 404
        assert session.get(f"{lab[:-1]}%2F").status_code == 404


def test_api_alone_has_the_edge_of_the_portal(demo_database: Path, tmp_path: Path) -> None:
    shutil.copy(demo_database, tmp_path / "reference_api.db")
    settings = settings_in(tmp_path)
    client = Client(create_app(settings))
    assert client.get("/api/v1/openapi.json", headers={"Host": "localhost:8001"}).status_code == 200
    refused = client.get("/api/v1/openapi.json", headers={"Host": "evil.example"})
    assert (refused.status_code, "evil" in refused.text) == (400, False)
    assert (
        client.get(
            "/api/v1/openapi.json", headers={"Host": "evil.example", "X-Forwarded-Host": "localhost"}
        ).status_code
        == 400
    )
    answer = client.post("/api/v1/login/", json={"username": "a", "password": "b"}, headers={"Origin": "http://evil"})
    assert answer.status_code == 403
    assert answer.headers["Content-Security-Policy"]
    assert client.post("/api/v1/login/", data="username=a", content_type="text/plain").status_code == 415
    named = Client(create_app(replace(settings, trusted_hosts=("api.example",))))
    assert named.get("/api/v1/openapi.json", headers={"Host": "api.example"}).status_code == 200


def run(arguments: list[str], environ: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=environ, capture_output=True, text=True, cwd=ROOT, check=False)


def test_unreachable_database_stops_start() -> None:
    done = run(["-m", "app.reference_api"], environment("sqlite:////proc/nowhere/api.db"))
    assert done.returncode == 1
    assert done.stderr.startswith("Cannot prepare the database: ")
    assert done.stderr.count("\n") == 1


def test_bad_setting_stops_start() -> None:
    done = run(["-m", "app.reference_api"], environment("sqlite://") | {"REFERENCE_REBOOT_SECONDS": "soon"})
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "REFERENCE_REBOOT_SECONDS cannot be 'soon': it must be a number above 0\n"
