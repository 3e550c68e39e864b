"""The blueprint that the modules beside this one register their routes on."""

from flask import Blueprint

blueprint = Blueprint("devices", __name__, url_prefix="/tenants/<name:tenant>/groups/<name:group>/devices")
