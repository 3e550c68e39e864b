"""The page that Prometheus reads."""

import hmac

from flask import Blueprint, Response, abort, request

from app import metrics
from app.portal.web.access import public
from app.portal.web.context import portal
from app.portal.web.services import read_gauges

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
@public
def show() -> Response:
    """Answer 404 to whoever does not send the token as a bearer, as if there were no such page."""
    token = portal().settings.metrics_token
    given = request.headers.get("Authorization", "")
    if not (token and hmac.compare_digest(given.encode(), f"Bearer {token}".encode())):
        abort(404)
    return Response(metrics.render(read_gauges()), content_type=metrics.CONTENT_TYPE)
