"""`python -m app.reference_api`: the reference API alone, for other clients than the portal."""

from flask import Flask

from app import logs, serving
from app.config import Settings, load
from app.reference_api import ReferenceSettings, create_reference_api, current_demo_password, prepare
from app.reference_api.demo import ACCOUNTS


def main() -> None:
    settings = serving.made_ready(_prepare, port=8001)
    print(f"Reference API: {serving.address(settings)}/api/v1/  described at {serving.address(settings)}/api/v1/docs/")
    accounts = [(account.username, account.description) for account in ACCOUNTS]
    serving.show_accounts(
        accounts, current_demo_password(ReferenceSettings.from_settings(settings), settings.demo_password)
    )
    serving.become_server("app.reference_api.__main__:serve()", settings)


def _prepare(settings: Settings) -> None:
    prepare(ReferenceSettings.from_settings(settings), settings.demo_password)


def serve() -> Flask:
    """Build the application in a worker of the server."""
    settings = load()
    logs.configure(settings.log_level)
    return create_reference_api(ReferenceSettings.from_settings(settings))


if __name__ == "__main__":
    main()
