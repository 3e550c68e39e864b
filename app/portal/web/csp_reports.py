"""The body of a request with reports of a browser, and where they are collected."""

from flask import request

from app.portal.services.csp_reports import MOST_BYTES
from app.portal.web.context import portal


def collect_reports() -> None:
    """Raises RequestEntityTooLarge."""
    request.max_content_length = MOST_BYTES
    portal().csp_reports.collect(request.get_data())
