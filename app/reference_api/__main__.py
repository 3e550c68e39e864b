"""`python -m app.reference_api`: make the database ready, say where to go and as whom, and serve."""

import os
import sys

from sqlalchemy.exc import SQLAlchemyError

from app.reference_api import prepare
from app.reference_api.demo import ACCOUNTS
from app.reference_api.settings import demo_password, from_environment


def main() -> None:
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8001"
    try:
        password = demo_password()
        prepare(from_environment(), password)
    except (OSError, ValueError, SQLAlchemyError) as error:
        sys.exit(f"The reference API cannot start: {error}")
    _greet(f"http://{host}:{port}/api/v1/", password)
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *_gunicorn(host, port)])  # noqa: S606 - no shell is meant


def _greet(address: str, password: str) -> None:
    print(f"Reference API: {address}")
    print(f"\nDemo accounts, all with the password  {password}\n")
    for account in ACCOUNTS:
        print(f"  {account.username:28}  {account.words}")
    print(flush=True)


def _gunicorn(host: str, port: str) -> list[str]:
    return [
        f"--bind={host}:{port}",
        "--worker-class=gthread",
        "--workers=2",
        "--threads=8",
        "--log-level=warning",
        "app.reference_api:serve()",
    ]


if __name__ == "__main__":
    main()
