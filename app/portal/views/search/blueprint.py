"""The blueprint that the modules beside this one register their routes on."""

from flask import Blueprint

blueprint = Blueprint("search", __name__)
