"""One line in the log for each request; what is logged during a request carries its id, as its error page does."""

import logging
from http import HTTPMethod
from time import monotonic
from typing import cast

from flask import Flask, Response, g, request

from app import logs, metrics
from app.masking import use_secrets
from app.portal.api.trace import CallTrace, trace_of
from app.portal.web.known_secrets import list_secrets
from app.telemetry.spans import SPANS

log = logging.getLogger(__name__)

_METHODS = frozenset(HTTPMethod)


def init_app(app: Flask) -> None:
    """Runs before all else at the beginning of a request, and after all else at its end."""
    app.before_request(_begin)
    app.after_request(_keep_status)
    app.teardown_request(_write_line)


def trace() -> CallTrace:
    """Return that of this request."""
    if "trace" not in g:
        g.trace = trace_of(request.headers.get("X-Request-ID", ""), request.headers.get("traceparent", ""))
    return cast(CallTrace, g.trace)


def request_id() -> str:
    return trace().request_id


def url_rule() -> str:
    """Return the rule that the URL follows, which names nobody and nothing; "" where there is none."""
    return request.url_rule.rule if request.url_rule else ""


def _begin() -> None:
    g.began = monotonic()
    calls = trace()
    logs.set_fields(request_id=calls.request_id)
    use_secrets(list_secrets)
    g.span = SPANS.begin(f"{_known_method()} {url_rule() or 'none'}", calls.traceparent)
    if g.span:
        calls.traceparent = g.span.traceparent


def _known_method() -> str:
    """Return the method; anybody can invent others."""
    return request.method if request.method in _METHODS else "OTHER"


def _keep_status(response: Response) -> Response:
    g.status = response.status_code
    return response


def _write_line(_error: BaseException | None) -> None:
    seconds = monotonic() - g.get("began", monotonic())
    user = g.get("_login_user")  # nobody is looked for whom the request did not need
    rule, method, status, calls = url_rule(), request.method, g.get("status", 500), trace()
    fields = {
        "method": method,
        "rule": rule,
        "status": status,
        "ms": round(seconds * 1000, 1),
        "backend_ms": round(calls.seconds * 1000, 1),
        "person": getattr(user, "username", ""),
        "request_id": calls.request_id,
    }
    if calls.traceparent:
        fields["traceparent"] = calls.traceparent
    metrics.requests.labels(rule or "none", status).inc()
    metrics.request_seconds.labels(rule or "none").observe(seconds)
    if span := g.get("span"):
        attributes = {"http.request.method": _known_method(), "http.route": rule, "http.response.status_code": status}
        span.end({**attributes, "portal.request_id": calls.request_id}, has_failed=status >= 500)
    log.info("%s %s", method, status, extra=logs.fields(**fields))
    logs.set_fields()
