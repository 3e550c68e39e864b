"""Starting one of our servers from the command line."""

import os
import sys
from collections.abc import Callable, Iterable
from typing import NoReturn

from sqlalchemy.exc import SQLAlchemyError

from app.config import BadSettingError, Settings, load


def made_ready(prepare: Callable[[Settings], None], port: int) -> Settings:
    """The settings, once `prepare` has run with them; `port` is used if none is set.

    What keeps the server from starting ends the process with one line.
    """
    try:
        settings = load(port=port)
        prepare(settings)
    except BadSettingError as error:
        sys.exit(str(error))
    except (OSError, SQLAlchemyError) as error:
        sys.exit(f"The database cannot be made ready: {error}")
    return settings


def address(settings: Settings) -> str:
    return f"http://{settings.host}:{settings.port}"


def show_accounts(accounts: Iterable[tuple[str, str]], password: str | None) -> None:
    """`accounts` are user names, and a few words on each; None is a password that is not known any more."""
    said = f" {password}" if password else "they were made with; the one that is set now is another"
    print(f"\nDemo accounts, all with the password {said}\n")
    for username, words in accounts:
        print(f"  {username:28}  {words}")


def become_server(application: str, settings: Settings) -> NoReturn:
    """Serve `application`, `module:function()`, in the place of this process."""
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
