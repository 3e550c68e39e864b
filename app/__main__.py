"""`python -m app`: make the databases ready, say where to go and as whom, and serve."""

import os
import sys

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from app import create_app, logs, prepare
from app.config import BadSettingError, Settings, load


def main() -> None:
    try:
        settings = load()
        prepare(settings)
    except BadSettingError as error:
        sys.exit(str(error))
    except SQLAlchemyError as error:
        sys.exit(f"The database cannot be made ready: {error}")
    _greet(settings)
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *_gunicorn(settings)])  # noqa: S606 - no shell is meant


def _greet(settings: Settings) -> None:
    print(f"Access Device Portal: {settings.public_url or f'http://{settings.host}:{settings.port}'}")
    if not settings.embedded:
        print(f"Backend: {settings.backend_url}")
        return
    print(f"\nDemo accounts, all with the password  {settings.demo_password}\n")
    from app import demo

    for username, words in demo.accounts():
        print(f"  {username:28}  {words}")
    print(flush=True)


def _gunicorn(settings: Settings) -> list[str]:
    return [
        f"--bind={settings.host}:{settings.port}",
        "--worker-class=gthread",
        f"--workers={settings.workers}",
        f"--threads={settings.threads}",
        "--log-level=warning",
        "app.__main__:serve()",
    ]


def serve() -> Flask:
    """What each worker of the server runs."""
    settings = load()
    logs.configure(settings.log_level)
    return create_app(settings)


if __name__ == "__main__":
    main()
