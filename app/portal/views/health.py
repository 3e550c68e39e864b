"""Liveness and readiness, for monitoring."""

from flask import Blueprint, Response, jsonify

from app.portal.web.access import public
from app.portal.web.services import check_health

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> Response:
    return jsonify(alive=True)


@blueprint.get("/readyz")
@public
def ready() -> tuple[Response, int]:
    checks = check_health()
    return jsonify(checks), 200 if all(checks.values()) else 503
