"""docs/operate.md, followed on a bare machine: each of its commands is run, in their order."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

import pytest

from tests.support import postgres
from tests.support.bare_machine import SYSTEM_FOLDERS, BareMachine
from tests.support.nginx import NGINX
from tests.support.ports import free_port
from tests.support.source import ROOT

GUIDE = (ROOT / "docs" / "operate.md").read_text()
PASSWORD = "demo password of the guide"


def commands(database: str) -> str:
    blocks = re.findall(r"^```sh *(\w*)\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    return "".join(block for kind, block in blocks if kind in {"", database})


@contextmanager
def platform(folder: Path) -> Iterator[str]:
    """Yield the URL of a reference API in a process of its own."""
    port = free_port()
    environ = {"PORT": str(port), "DEMO_PASSWORD": PASSWORD, "PORTAL_INSTANCE": str(folder), "PORTAL_WORKERS": "1"}
    environ |= {"PATH": os.environ["PATH"], "PORTAL_JOBS": "off"}
    process = subprocess.Popen(
        [sys.executable, "-m", "app.reference_api"], cwd=ROOT, env=environ, stdout=subprocess.DEVNULL
    )
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(600):
            try:
                urlopen(f"{url}/api/v1/openapi.json", timeout=5).close()  # noqa: S310 - ours
                break
            except OSError:
                assert process.poll() is None
                time.sleep(0.1)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


@contextmanager
def database(kind: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield PORTAL_DATABASE_URL, and the environment of commands on the database server."""
    if kind == "sqlite":
        yield "", {}
        return
    programs = postgres.binaries()
    assert programs
    with TemporaryDirectory(prefix="pg", dir="/tmp") as folder, postgres.server(Path(folder), programs):
        host = f"{folder}/s"  # a socket's path must be short
        yield (
            f"postgresql://portal@/portal?host={host}",
            {"PGHOST": host, "PGUSER": "test", "PGDATABASE": "postgres"},
        )


@pytest.mark.long
@pytest.mark.skipif(NGINX is None or not shutil.which("curl"), reason="nginx or curl is not installed (make test-deps)")
@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(
            "postgresql", marks=pytest.mark.skipif(postgres.binaries() is None, reason=postgres.NOT_INSTALLED)
        ),
        "sqlite",
    ],
)
def test_every_command_of_the_guide_works(kind: str, tmp_path: Path) -> None:
    with platform(tmp_path / "platform") as url, database(kind) as (database_url, environ):
        machine = BareMachine(
            tmp_path / "machine",
            {
                "PORTAL_BACKEND_URL": url,
                "PORTAL_SERVICE_USERNAME": "admin@provider.example",
                "PORTAL_SERVICE_PASSWORD": PASSWORD,
                "PORTAL_DATABASE_URL": database_url,
            },
        )
        try:
            output = machine.run(f"{commands(kind)}\nportal support list\nportal check\n", environ)
        finally:
            machine.stop()
    last = output.splitlines()[-8:]
    assert last[0].startswith("helpdesk@provider.example")
    assert {line.split()[0] for line in last[1:]} == {"ok"}
    assert "failed  " not in output.partition("check-backend")[0]


def test_guide_names_folders_that_the_test_replaces() -> None:
    paths = set(re.findall(r"(?<![\w.])/(?:opt|etc|var)/[\w./-]+", commands("postgresql") + commands("sqlite")))
    assert len(paths) > 5
    assert [path for path in paths if not path.startswith(SYSTEM_FOLDERS)] == []
