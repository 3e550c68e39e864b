"""Starting a server from the command line."""

import os
import sys
from collections.abc import Callable, Iterable
from typing import NoReturn

from sqlalchemy.exc import SQLAlchemyError

from app.config import BadSettingError, Settings, load


def prepare_with_settings(prepare: Callable[[Settings], None], port: int) -> Settings:
    """Load the settings and prepare the databases; `port` is the default port.

    An error ends the process with one line.
    """
    try:
        settings = load(port=port)
        prepare(settings)
    except BadSettingError as error:
        sys.exit(str(error))
    except (OSError, SQLAlchemyError) as error:
        sys.exit(f"Cannot prepare the database: {error}")
    return settings


def local_url(settings: Settings) -> str:
    return f"http://{settings.host}:{settings.port}"


def print_accounts(accounts: Iterable[tuple[str, str]], password: str | None) -> None:
    """`accounts` are user names and descriptions; None is a password that differs from the configured one."""
    shown = password or "the one they were created with (not the one that is set now)"
    print(f"\nDemo accounts. Password: {shown}\n")
    for username, description in accounts:
        print(f"  {username:28}  {description}")


def exec_server(application: str, settings: Settings) -> NoReturn:
    """Replace this process with gunicorn serving `application`, `module:function()`."""
    print(flush=True)
    gunicorn = [
        f"--bind={settings.host}:{settings.port}",
        "--worker-class=gthread",
        f"--workers={settings.workers}",
        f"--threads={settings.threads}",
        "--log-level=warning",
        application,
    ]
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *gunicorn])  # noqa: S606 - no shell is meant
