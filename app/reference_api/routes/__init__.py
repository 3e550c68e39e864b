"""Every address of the API, and the blueprint that answers there."""

from flask import Flask

from app.reference_api.routes import (
    access_devices,
    available_tags,
    config_files,
    connected_users,
    description,
    phone_types,
    places,
    search,
    sessions,
)
from app.reference_api.wire import BASE

DEVICES = f"{BASE}/tenants/<tenant>/groups/<group>/access_devices"


def register(app: Flask) -> None:
    for module in (sessions, places, phone_types, search):
        app.register_blueprint(module.blueprint, url_prefix=BASE)
    app.register_blueprint(description.describing(app), url_prefix=BASE)
    app.register_blueprint(access_devices.blueprint, url_prefix=DEVICES)
    for module in (config_files, connected_users, available_tags):
        name = module.blueprint.name
        app.register_blueprint(module.blueprint, url_prefix=f"{DEVICES}/<device>/{name}")
