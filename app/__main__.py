"""`python -m app`: prepare the databases, print URL and demo accounts, and serve; or check the backend."""

import sys

from flask import Flask

from app import create_app, logs, prepare, serving
from app.config import load


def main() -> None:
    if sys.argv[1:2] == ["check-backend"]:
        from app.portal.check_backend import command

        command(sys.argv[2:], prog_name="python -m app check-backend")
    settings = serving.prepare_with_settings(prepare, port=8000)
    print(f"Access Device Portal: {settings.public_url or serving.local_url(settings)}")
    if settings.is_embedded:
        from app import demo

        serving.print_accounts(demo.accounts(), demo.password(settings))
    else:
        print(f"Backend: {settings.backend_url}")
    serving.exec_server("app.__main__:serve()", settings)


def serve() -> Flask:
    """Create the application in a worker of the server."""
    settings = load()
    logs.configure(settings.log_level)
    return create_app(settings)


if __name__ == "__main__":
    main()
