"""Liveness and readiness, for monitoring."""

from flask import Blueprint, Response, jsonify

from app.portal.web.access import public
from app.portal.web.services import check_readiness

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> Response:
    return jsonify(alive=True)


@blueprint.get("/readyz")
@public
def ready() -> tuple[Response, int]:
    """Tell whether this node can serve. The backend is named only: no node has another one."""
    checks = check_readiness()
    return jsonify(checks), 200 if checks["database"] else 503
