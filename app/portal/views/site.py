"""Pages of the site as a whole: where to report weaknesses, and where browsers report what they blocked."""

from datetime import timedelta

from flask import Blueprint, Response, abort

from app.edge.headers import CSP_REPORTS
from app.portal.web.access import public
from app.portal.web.context import portal
from app.portal.web.csp_reports import collect_reports

blueprint = Blueprint("site", __name__)

_SECURITY_TXT = "/.well-known/security.txt"
_VALID_FOR = timedelta(days=180)  # RFC 9116 wants less than a year


@blueprint.get(_SECURITY_TXT)
@public
def security_txt() -> Response:
    settings = portal().settings
    if not settings.security_contact:
        abort(404)
    expires = (portal().now() + _VALID_FOR).replace(microsecond=0)
    lines = [f"Contact: {settings.security_contact}", f"Expires: {expires.isoformat()}", "Preferred-Languages: en"]
    if settings.public_url:
        lines.append(f"Canonical: {settings.public_url}{_SECURITY_TXT}")
    return Response("".join(f"{line}\n" for line in lines), mimetype="text/plain")


@blueprint.post(CSP_REPORTS)
@public
def collect_csp_reports() -> tuple[str, int]:
    """Take reports without a token: browsers send them by themselves."""
    collect_reports()
    return "", 204
