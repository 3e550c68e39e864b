"""A bare machine on which a guide is followed: folders below a temporary one stand for those of the system."""

import re
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.support.nginx import HOST, NODES, Nginx, localize, write_certificate
from tests.support.ports import free_port
from tests.support.source import ROOT

SYSTEM_FOLDERS = (
    "/opt/access-device-portal",
    "/etc/access-device-portal",
    "/etc/systemd/system",
    "/etc/nginx",
    "/var/lib/access-device-portal",
    "/var/backups/portal",
)
# What needs root, the network or a system of its own does nothing, or the same without them.
_PROGRAMS = {
    "apt-get": "exit 0",
    "useradd": "exit 0",
    "hostname": f"echo {HOST}",
    "runuser": 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"',
    "install": 'for word; do shift; case $word in --owner=*|--group=*) ;; *) set -- "$@" "$word";; esac; done\n'
    'exec /usr/bin/install "$@"',
}


class BareMachine:
    """Runs commands of root. `settings` replace those in deploy/environment, and are added to them."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self._folder = folder
        self.source = folder / "source"
        self.port = free_port()
        self._copy_source()
        self._write_programs()
        self._localize_deployment(settings)

    def path(self, system_path: str) -> Path:
        """Return where a path of the system is here."""
        return self._folder / system_path.lstrip("/")

    def run(self, commands: str, environ: dict[str, str]) -> str:
        """Run the commands in one shell that ends with the first that fails; return all that they said."""
        script = f"set -euo pipefail\n{self._localize(commands)}"
        done = subprocess.run(
            ["/bin/bash"],
            input=script,
            cwd=self.source,
            env={"PATH": f"{self._folder}/programs:/usr/sbin:/usr/bin:/bin", "PIP_NO_BUILD_ISOLATION": "0", **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def stop(self) -> None:
        for unit in self.path("/etc/systemd/system").glob("*.pid"):
            subprocess.run([self._folder / "programs" / "systemctl", "stop", unit.stem], check=True)

    def _localize(self, text: str) -> str:
        for folder in SYSTEM_FOLDERS:
            text = text.replace(folder, str(self.path(folder)))
        return text.replace("127.0.0.1:8000", f"127.0.0.1:{self.port}")

    def _copy_source(self) -> None:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", ":!tests"],  # noqa: S607 - whichever git there is
            cwd=ROOT,
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for name in filter(None, listed.split("\0")):
            if (ROOT / name).is_file():
                target = self.source / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes((ROOT / name).read_bytes())

    def _write_programs(self) -> None:
        folder = self._folder / "programs"
        folder.mkdir()
        here = sysconfig.get_path("purelib")
        systemctl = shlex.join(
            [sys.executable, str(ROOT / "tests/support/systemctl.py"), str(self.path(SYSTEM_FOLDERS[2]))]
        )
        nginx = self.path("/etc/nginx")
        programs = {
            **_PROGRAMS,
            "systemctl": f'exec {systemctl} "$@"',
            "nginx": f'exec /usr/sbin/nginx -c {nginx}/nginx.conf -p {nginx} -e stderr "$@"',
            # Libraries are those of the tests: pip finds the versions of the lock installed, and loads nothing.
            "python3": f'{sys.executable} "$@"; echo {here} >"$(echo "${{!#}}"/lib/python3*/site-packages)/tests.pth"',
        }
        for name, commands in programs.items():
            file = folder / name
            file.write_text(f"#!/bin/bash\n{commands}\n")
            file.chmod(0o755)
        for name in SYSTEM_FOLDERS[2], "/var/lib", "/var/backups", "/etc":
            self.path(name).mkdir(parents=True, exist_ok=True)

    def _localize_deployment(self, settings: dict[str, str]) -> None:
        deploy = self.source / "deploy"
        for unit in (deploy / "systemd").iterdir():
            unit.write_text(self._localize(unit.read_text()))
        environment = self._localize((deploy / "environment").read_text())
        for name, text in {"PORT": str(self.port), **settings}.items():
            environment = re.sub(f"^{name}=.*\n", "", environment, flags=re.MULTILINE) + f"{name}={shlex.quote(text)}\n"
        (deploy / "environment").write_text(environment)
        server = Nginx(self.path("/etc/nginx"), free_port(), free_port())
        (deploy / "nginx.conf").write_text(localize(server, NODES))
        write_certificate(self.source)
