"""deploy/systemd and deploy/compose.yaml."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from app.commands import commands
from app.config import load
from tests.support.settings import INVALID_SETTINGS, UNCHECKED_SETTINGS
from tests.support.source import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
PROGRAM = "/opt/access-device-portal/bin/access-device-portal"
KNOWN = set(INVALID_SETTINGS) | UNCHECKED_SETTINGS


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_accepts_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text()
        assert PROGRAM in text
        (tmp_path / unit.name).write_text(text.replace(PROGRAM, "/bin/true"))
    command = ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / unit.name) for unit in UNITS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_units_run_commands_that_are_there() -> None:
    started = [command for unit in UNITS for command in re.findall(f"{PROGRAM} (\\S+)", unit.read_text())]
    assert set(started) == {"run", "jobs"} < set(commands.commands)
    assert "TimeoutStopSec=75" in (DEPLOY / "systemd" / "access-device-portal.service").read_text()
    settings = load({"PORTAL_SECRET_KEY": "x" * 16, "DEMO_PASSWORD": "x", "PORTAL_STOP_DELAY": "5"})  # as there
    assert settings.stop_delay + settings.longest_write.total_seconds() + 5 < 75


def test_environment_names_known_settings() -> None:
    assert set(re.findall(r"^([A-Z_]+)=", (DEPLOY / "environment").read_text(), re.MULTILINE)) < KNOWN


def test_compose_file_has_nodes_that_nginx_is_given() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services = compose["services"]
    addresses = re.findall(r"s/([\d.:]+)/([\w-]+):8000/", " ".join(services["nginx"]["command"]))
    assert {address for address, _ in addresses} == set(
        re.findall(r"^ *server ([\d.:]+) ", (DEPLOY / "nginx.conf").read_text(), re.MULTILINE)
    )
    assert {node for _, node in addresses} == set(services) - {"nginx", "database"}
    volumes = {volume.partition(":")[0] for service in services.values() for volume in service.get("volumes", ())}
    assert {name for name in volumes if not name.startswith(".")} == set(compose["volumes"])
