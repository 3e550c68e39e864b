"""A PostgreSQL of our own for as long as the tests run."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from app.config import Settings
from app.database import connect
from tests.support.world import settings_in

NOT_INSTALLED = "PostgreSQL is not here: make test-deps brings it"
_DEBIAN = "/usr/lib/postgresql"
# Sorts by the rules of a language, as real servers do: by code point has to come from the tables.
_LANGUAGE = ("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US")


def binaries() -> Path | None:
    """The folder of initdb and pg_ctl, which Debian keeps off the PATH."""
    folders = sorted(Path(_DEBIAN).glob("*/bin"), key=lambda folder: int(folder.parent.name))
    found = shutil.which("initdb")
    on_path = [Path(found).resolve().parent] if found else []
    return next((folder for folder in [*on_path, *reversed(folders)] if (folder / "pg_ctl").exists()), None)


def skip_without() -> None:
    """For the top of a module that needs a server; here, so that all of them are told in one line."""
    if binaries() is None:
        pytest.skip(NOT_INSTALLED, allow_module_level=True)


@contextmanager
def server(folder: Path, programs: Path, options: str = "-c fsync=off") -> Iterator[str]:
    """The URL of a database in `folder`, reached over a Unix socket only: an empty one, if none was left there."""
    data, sockets = folder / "data", folder / "s"
    sockets.mkdir(parents=True, exist_ok=True)
    user = _unprivileged()
    if user:
        for path in (folder, sockets):
            shutil.chown(path, user)
    if not data.exists():
        _run(user, programs / "initdb", "-D", data, "-U", "test", "--auth=trust", "--no-sync", *_LANGUAGE)
    _start(folder, programs, options)
    try:
        yield f"postgresql://test@/postgres?host={sockets}"
    finally:
        _run(user, programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def _start(folder: Path, programs: Path, options: str = "-c fsync=off") -> None:
    command = (programs / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log")
    _run(_unprivileged(), *command, "-o", f"-k {folder / 's'} -c listen_addresses= {options}", "start")


@contextmanager
def stopped(server: str, mode: str = "fast") -> Iterator[None]:
    """Let the server be away; `mode` is that of pg_ctl."""
    folder, programs = Path(str(make_url(server).query["host"])).parent, binaries()
    assert programs is not None
    _run(_unprivileged(), programs / "pg_ctl", "-D", folder / "data", "-m", mode, "-w", "stop")
    try:
        yield
    finally:
        _start(folder, programs)


@contextmanager
def frozen(server: str) -> Iterator[None]:
    """Let all processes of the server stand still, while the system keeps its connections."""
    folder = Path(str(make_url(server).query["host"])).parent
    main = (folder / "data" / "postmaster.pid").read_text().split()[0]
    children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
    for process in [main, *children]:
        os.kill(int(process), signal.SIGSTOP)
    try:
        yield
    finally:
        for process in [main, *children]:
            with suppress(ProcessLookupError):
                os.kill(int(process), signal.SIGCONT)


@contextmanager
def database(server: str, name: str, template: str = "template1") -> Iterator[str]:
    """The URL of a further database, a copy of `template` for as long as it is needed."""
    engine = connect(server)
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        engine.dispose()


def settings_in_one_database(folder: Path, url: str) -> Settings:
    """Return settings under which the portal and the reference API share the database at `url`."""
    return settings_in(folder, database_url=url, reference_database_url=url)


def _unprivileged() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run(user: str | None, *command: object) -> None:
    subprocess.run([str(part) for part in command], user=user, check=True, stdout=subprocess.DEVNULL, cwd="/")
