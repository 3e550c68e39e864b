"""Liveness and readiness, for monitoring."""

from flask import Blueprint, Response, jsonify, request

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
    health = check_readiness()
    problem = "The node is stopping." if request.environ.get("portal.is_stopping") else health.problem
    answer = {"database": not health.problem, "backend": health.is_backend_up}
    return jsonify(answer | {"problem": problem} if problem else answer), 503 if problem else 200
