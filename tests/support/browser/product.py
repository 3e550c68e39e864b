"""The product as its users meet it: started by its own command, over databases of its own."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from sqlalchemy import Engine

from app.database import connect
from app.portal.store.encryption import Cipher, use_cipher
from tests.support.api_world import PASSWORD
from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[3]
_START = 180  # seconds; a busy machine is slow, and where no demo data is there yet, they are made in the first


class Product:
    """One server. `settings` are those of the README; `program` is the folder of its code, `module` what is run."""

    module = "app"

    def __init__(self, folder: Path, **settings: str) -> None:
        self.program = ROOT
        self._folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._settings = {
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "PORTAL_DATABASE_URL": f"sqlite:///{folder}/portal.db",
            "REFERENCE_DATABASE_URL": f"sqlite:///{folder}/reference_api.db",
            "PORTAL_SECRET_KEY": "a key that nobody guesses",
            "DEMO_PASSWORD": PASSWORD,
            "REFERENCE_REBOOT_SECONDS": "2",
            "PORTAL_JOBS": "off",
            "PORTAL_STOP_DELAY": "0",
            **settings,
        }
        self._log = folder / f"server-{self.port}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def sibling(self, **settings: str) -> "Product":
        """Another server over the same databases, with one worker if `settings` do not ask for more."""
        return Product(self._folder, **{"PORTAL_WORKERS": "1", **settings})

    def start(self, ready: str = "/readyz") -> None:
        """Returns when `ready` answers 200."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self.module],
                cwd=self.program,
                env={"PATH": os.environ["PATH"], **self._settings},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + _START
        while not self._answers(ready):
            assert self._process.poll() is None, f"the product did not start:\n{self.logs}"
            assert time.monotonic() < deadline, f"the product is not ready after {_START} s:\n{self.logs}"
            time.sleep(0.1)

    def stop(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):  # it has ended
                os.killpg(self._process.pid, signal.SIGKILL)  # its whole group: gunicorn and the workers
            self._process.wait()
            self._process = None

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the main process, as a service manager does."""
        assert self._process is not None
        self._process.send_signal(number)

    def seconds_until_end(self, limit: float) -> float:
        """Wait for the main process to end; raises TimeoutExpired."""
        assert self._process is not None
        began = time.monotonic()
        self._process.wait(limit)
        return time.monotonic() - began

    @property
    def pid(self) -> int:
        """Return the id of the main process."""
        assert self._process is not None
        return self._process.pid

    @property
    def background_processes(self) -> list[int]:
        """Ids of the background processes that this server has started, if they are alive; also when it is not."""
        parent = f"--parent={self.pid}".encode()
        return [int(file.parent.name) for file in Path("/proc").glob("[0-9]*/cmdline") if _has_words(file, parent)]

    @property
    def own_log(self) -> str:
        return self._log.read_text(errors="replace")

    @property
    def logs(self) -> str:
        """What this product and its siblings said."""
        return "\n".join(log.read_text(errors="replace") for log in sorted(self._folder.glob("server-*.log")))

    @cached_property
    def portal_engine(self) -> Engine:
        engine = connect(self._settings["PORTAL_DATABASE_URL"])
        use_cipher(engine, Cipher([self._settings["PORTAL_SECRET_KEY"]]))
        return engine

    @cached_property
    def api_engine(self) -> Engine:
        return connect(self._settings["REFERENCE_DATABASE_URL"])

    def _answers(self, path: str) -> bool:
        try:
            with urlopen(self.url + path, timeout=5) as answer:  # noqa: S310 - our own server
                return bool(answer.status == 200)
        except (URLError, ConnectionError, TimeoutError):
            return False


def _has_words(command_line: Path, option: bytes) -> bool:
    try:
        words = command_line.read_bytes().split(b"\0")  # none of a process that has ended
    except (FileNotFoundError, ProcessLookupError):
        return False
    return option in words and b"app.jobs" in words
