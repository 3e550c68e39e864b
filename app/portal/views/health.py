"""For whatever watches the portal."""

from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.portal.api.errors import ApiError
from app.portal.services.directory import Directory
from app.portal.web.access import public
from app.portal.web.context import portal
from app.portal.web.session import request_id

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> Response:
    return jsonify(alive=True)


@blueprint.get("/readyz")
@public
def ready() -> tuple[Response, int]:
    """Whether the database and the backend answer, each by name."""
    checks = {"database": _database_answers(), "backend": _backend_answers()}
    return jsonify(checks), 200 if all(checks.values()) else 503


def _database_answers() -> bool:
    try:
        with portal().engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def _backend_answers() -> bool:
    try:
        Directory(portal().client({}, request_id())).tenants()
    except ApiError as error:
        return error.status == 401  # nobody is signed in here: that is the right answer
    return True
