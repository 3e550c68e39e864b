"""The blueprint that the modules beside this one register their routes on."""

from flask import Blueprint

blueprint = Blueprint(
    "files", __name__, url_prefix="/tenants/<name:tenant>/groups/<name:group>/devices/<name:device>/files"
)
