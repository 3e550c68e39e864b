"""The addresses of the API."""

from flask import Flask

from app.reference_api.json_http import BASE
from app.reference_api.routes import (
    access_devices,
    available_tags,
    config_files,
    connected_users,
    description,
    directory,
    phone_types,
    search,
    sessions,
)

DEVICES = f"{BASE}/tenants/<tenant>/groups/<group>/access_devices"


def register(app: Flask) -> None:
    for module in (sessions, directory, phone_types, search):
        app.register_blueprint(module.blueprint, url_prefix=BASE)
    app.register_blueprint(description.description_blueprint(app), url_prefix=BASE)
    app.register_blueprint(access_devices.blueprint, url_prefix=DEVICES)
    for module in (config_files, connected_users, available_tags):
        name = module.blueprint.name
        app.register_blueprint(module.blueprint, url_prefix=f"{DEVICES}/<device>/{name}")
