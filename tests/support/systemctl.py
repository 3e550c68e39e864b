"""Stands in for systemctl where no systemd runs: starts and stops the processes that units describe.

Run as a program: FOLDER (of the units), then what systemctl would be given.
"""

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

_END = 75  # seconds


def main(folder: Path, action: str, *arguments: str) -> None:
    names = [name for name in arguments if not name.startswith("-") and name != "nginx"]
    for name in names:
        if action in {"stop", "restart"}:
            stop(folder / f"{name}.pid")
        if action in {"start", "restart", "enable"}:
            start(folder, name)
        if action == "is-active" and not _is_running(int((folder / f"{name}.pid").read_text())):
            sys.exit(f"{name} is not running:\n{(folder / f'{name}.log').read_text()}")


def start(folder: Path, name: str) -> None:
    unit = (folder / f"{name}.service").read_text()
    [settings] = re.findall(r"^EnvironmentFile=(.*)", unit, re.MULTILINE)
    [command] = re.findall(r"^ExecStart=(.*)", unit, re.MULTILINE)
    with (folder / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            ["/bin/bash", "-c", f"set -a; . {settings}; exec {command}"],
            env={"PATH": "/usr/bin:/bin"},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    (folder / f"{name}.pid").write_text(str(process.pid))


def stop(pid_file: Path) -> None:
    """End the process; raises TimeoutError."""
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text())
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _END
    while _is_running(pid):
        if time.monotonic() > deadline:
            raise TimeoutError(f"process {pid} does not end")
        time.sleep(0.05)
    pid_file.unlink()


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
