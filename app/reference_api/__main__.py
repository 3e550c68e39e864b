"""`python -m app.reference_api`: the reference API alone, for other clients than the portal."""

from flask import Flask

from app import logs, serving
from app.config import Settings, load
from app.edge.application import Edge
from app.reference_api import ReferenceSettings, create_reference_api, current_demo_password, prepare
from app.reference_api.demo import ACCOUNTS
from app.reference_api.outside import OutsideApi


def main() -> None:
    settings = serving.prepare_with_settings(_prepare, port=8001, is_demo=True)
    base_url = f"{serving.local_url(settings)}/api/v1/"
    print(f"Reference API: {base_url}  described at {base_url}docs/")
    accounts = [(account.username, account.description) for account in ACCOUNTS]
    password = current_demo_password(ReferenceSettings.from_settings(settings), settings.demo_password)
    serving.print_accounts(accounts, password)
    serving.exec_server("app.reference_api.__main__:serve()", settings)


def _prepare(settings: Settings) -> None:
    prepare(ReferenceSettings.from_settings(settings), settings.demo_password)


def serve() -> Flask:
    """Create the application in a worker of the server."""
    settings = load()
    logs.configure(settings.log_level)
    return create_app(settings)


def create_app(settings: Settings) -> Flask:
    """Create the API behind the edge that the portal has: hosts, proxies, headers, writes of other sites."""
    app = create_reference_api(ReferenceSettings.from_settings(settings))
    app.wsgi_app = Edge(OutsideApi(app.wsgi_app), settings)  # type: ignore[method-assign]  # as Flask documents it
    return app


if __name__ == "__main__":
    main()
