"""One line in the log for each request; what is logged during a request carries its id, as its error page does."""

import logging
from functools import cache
from http import HTTPMethod
from time import monotonic
from typing import cast

from flask import Flask, Response, g, request
from prometheus_client import Counter, Histogram

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
        environ = request.environ  # the headers themselves take ten times as long
        g.trace = trace_of(environ.get("HTTP_X_REQUEST_ID", ""), environ.get("HTTP_TRACEPARENT", ""))
    return cast(CallTrace, g.trace)


def request_id() -> str:
    return trace().request_id


def url_rule() -> str:
    """Return the rule that the URL follows, which names nobody and nothing; "" where there is none."""
    rule = request.url_rule
    return rule.rule if rule else ""


def _begin() -> None:
    calls = trace()
    g.began, g.span = monotonic(), None
    logs.set_fields(request_id=calls.request_id)
    use_secrets(list_secrets)
    if SPANS.source:
        g.span = SPANS.begin(f"{_known_method()} {url_rule() or 'none'}", calls.traceparent)
        calls.traceparent = g.span.traceparent


def _known_method() -> str:
    """Return the method; anybody can invent others."""
    return request.method if request.method in _METHODS else "OTHER"


def _keep_status(response: Response) -> Response:
    g.status = response.status_code
    return response


@cache
def _meters(rule: str, status: int) -> tuple[Counter, Histogram]:
    """Return those of a rule and status, which take longer to find than to count with."""
    return metrics.requests.labels(rule, status), metrics.request_seconds.labels(rule)


def _write_line(_error: BaseException | None) -> None:
    calls, held = trace(), vars(g._get_current_object())
    seconds = monotonic() - held.get("began", monotonic())
    rule, method, status = url_rule(), request.method, held.get("status", 500)
    fields = {
        "method": method,
        "rule": rule,
        "status": status,
        "ms": round(seconds * 1000, 1),
        "backend_ms": round(calls.seconds * 1000, 1),
        "person": getattr(
            held.get("_login_user"), "username", ""
        ),  # nobody is looked for whom the request did not need
        "request_id": calls.request_id,
    }
    if calls.traceparent:
        fields["traceparent"] = calls.traceparent
    count, time = _meters(rule or "none", status)
    count.inc()
    time.observe(seconds)
    if span := held.get("span"):
        attributes = {"http.request.method": _known_method(), "http.route": rule, "http.response.status_code": status}
        span.end({**attributes, "portal.request_id": calls.request_id}, has_failed=status >= 500)
    log.info("%s %s", method, status, extra=logs.fields(**fields))
    logs.set_fields()
