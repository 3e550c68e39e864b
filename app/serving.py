"""Starting a server from the command line."""

import os
import resource
import sys
import tempfile
from collections.abc import Callable, Iterable
from math import ceil
from pathlib import Path
from typing import NoReturn

from sqlalchemy.exc import SQLAlchemyError

from app import database_capacity, telemetry
from app.config import BadSettingError, Settings, load
from app.database import connect
from app.metrics_folder import use_folder
from app.paths import PACKAGE
from app.private_files import create_private_folder, restrict_folder

_OTHER_FILES = 1_024  # of a worker: databases, and calls to the backend


def prepare_with_settings(prepare: Callable[[Settings], None], port: int, *, is_demo: bool = False) -> Settings:
    """Load the settings and prepare the databases; `port` is the default port, `is_demo` as in `load`.

    An error ends the process with one line.
    """
    try:
        settings = load(port=port, is_demo=is_demo)
        restrict_folder(settings.instance)
        if settings.metrics_token:
            use_folder(settings.instance / f"metrics-{settings.port}")
        prepare(settings)
        for words in telemetry.describe_missing(settings):
            print(words)
    except BadSettingError as error:
        sys.exit(str(error))
    except (OSError, SQLAlchemyError) as error:
        sys.exit(f"Cannot prepare the database: {error}")
    return settings


def local_url(settings: Settings) -> str:
    return f"http://{_address(settings)}"


def _address(settings: Settings) -> str:
    host = settings.host
    return f"[{host}]:{settings.port}" if ":" in host and not host.startswith("[") else f"{host}:{settings.port}"


def print_accounts(accounts: Iterable[tuple[str, str]], password: str | None) -> None:
    """`accounts` are user names and descriptions; None is a password that differs from the configured one."""
    shown = password or "the one they were created with (not the one that is set now)"
    print(f"\nDemo accounts. Password: {shown}\n")
    for username, description in accounts:
        print(f"  {username:28}  {description}")


def describe_connections(settings: Settings) -> str:
    """Compare what this node may open with what PostgreSQL accepts; "" for SQLite."""
    engine = connect(settings.database_url, settings.database_limits)
    try:
        processes = settings.workers + (settings.jobs == "on")
        return database_capacity.describe_connections(engine, processes, settings.database_connections)
    finally:
        engine.dispose()


def exec_server(application: str, settings: Settings) -> NoReturn:
    """Replace this process with gunicorn serving `application`, `module:function()`."""
    connections = _raise_open_files_limit(settings.connections)
    if connections < settings.connections:
        print(f"The limit of open files (ulimit -n) allows {connections} connections for each worker.")
    print(flush=True)
    gunicorn = [
        f"--config=file:{PACKAGE / 'gunicorn_config.py'}",
        f"--bind={_address(settings)}",
        f"--workers={settings.workers}",
        f"--worker-connections={connections}",
        f"--graceful-timeout={ceil(settings.longest_write.total_seconds()) + 5}",
        "--log-level=warning",
        application,
    ]
    _use_writable_temporary_folder(settings.instance)
    os.environ["PORTAL_STOP_DELAY"] = str(settings.stop_delay)  # with its default, for gunicorn's configuration
    exec_module("gunicorn", *gunicorn)


def exec_module(name: str, *arguments: str) -> NoReturn:
    """Replace this process with `python -m name`, which imports this application, whatever the current folder holds."""
    path = filter(None, [str(PACKAGE.parent), os.environ.get("PYTHONPATH")])
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(path), "PYTHONSAFEPATH": "1"}
    os.execve(sys.executable, [sys.executable, "-m", name, *arguments], environ)  # noqa: S606 - no shell is meant


def _use_writable_temporary_folder(instance: Path) -> None:
    """Put temporary files of workers and uploads beside the databases where all else is read-only."""
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        folder = instance / "tmp"
        create_private_folder(folder)
        os.environ["TMPDIR"] = str(folder)


def _raise_open_files_limit(connections: int) -> int:
    """Raise the limit of open files as far as `connections` need, and return how many it allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    allowed = connections + _OTHER_FILES if hard == unlimited else min(hard, connections + _OTHER_FILES)
    if soft != unlimited and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return min(connections, max(allowed - _OTHER_FILES, allowed // 2))
