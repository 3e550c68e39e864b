"""The addresses of the API."""

from flask import Flask

from app.reference_api.json_http import BASE
from app.reference_api.routes import (
    access_devices,
    available_tags,
    config_files,
    connected_users,
    description,
    device_end_points,
    directory,
    phone_types,
    search,
    sessions,
)

GROUP = f"{BASE}/tenants/<tenant>/groups/<group>"
DEVICES = f"{GROUP}/access_devices"


def register(app: Flask) -> None:
    for module in (sessions, search):
        app.register_blueprint(module.blueprint, url_prefix=BASE)
    app.register_blueprint(directory.blueprint, url_prefix=f"{BASE}/tenants")
    app.register_blueprint(phone_types.blueprint, url_prefix=f"{BASE}/configs/phone_types")
    app.register_blueprint(description.description_blueprint(app), url_prefix=BASE)
    app.register_blueprint(access_devices.blueprint, url_prefix=DEVICES)
    app.register_blueprint(device_end_points.blueprint, url_prefix=f"{GROUP}/device_end_points")
    for module in (config_files, connected_users, available_tags):
        name = module.blueprint.name
        app.register_blueprint(module.blueprint, url_prefix=f"{DEVICES}/<device>/{name}")
