"""`python -m app` is `access-device-portal`; without a command it is `run`. Workers create the application here."""

import sys

from flask import Flask

from app import create_app, logs, telemetry
from app.config import load


def serve() -> Flask:
    """Create the application in a worker of the server."""
    settings = load()
    logs.configure(settings.log_level)
    telemetry.start(settings)
    return create_app(settings)


if __name__ == "__main__":
    from app.commands import main

    main(sys.argv[1:] or ["run"], "python -m app")
