"""Errors of the log, sent to Sentry: where in the code and for which rule of a URL, with nothing of what was sent."""

import logging
from importlib.metadata import version
from typing import Any

import sentry_sdk
from flask import has_request_context, request
from sentry_sdk.integrations.logging import EventHandler

from app import logs
from app.masking import mask_text

_STOP_SECONDS = 1.0
# Others, such as the request, the person and what happened before, are dropped whatever the library puts there.
_KEPT = {
    "event_id", "timestamp", "level", "logger", "platform", "release", "environment", "server_name", "sdk", "exception"
}  # fmt: skip
_OTHER_REPORTERS = ("opentelemetry", "sentry_sdk")
_handler = EventHandler(logging.ERROR)


def start(dsn: str) -> None:
    sentry_sdk.init(
        dsn=dsn,
        release=version("access-device-portal"),
        before_send=_reduce,
        default_integrations=False,  # they collect headers, cookies, forms, SQL and URLs
        auto_enabling_integrations=False,
        include_local_variables=False,  # nor personal data, by the library's default
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
    )
    for logger in _loggers():
        logger.addHandler(_handler)


def stop() -> None:
    for logger in _loggers():
        logger.removeHandler(_handler)
    sentry_sdk.get_client().close(timeout=_STOP_SECONDS)


def _loggers() -> list[logging.Logger]:
    return [logging.getLogger(), logging.getLogger("gunicorn.error")]  # the second one does not propagate


def _reduce(event: Any, _hint: Any) -> Any:
    """Return what may be sent of an event: of a message only the words of the program, of an exception masked text."""
    if str(event.get("logger")).startswith(_OTHER_REPORTERS):
        return None  # it failed to send something itself
    kept = {key: event[key] for key in _KEPT & event.keys()}
    kept["logentry"] = {"message": mask_text(event.get("logentry", {}).get("message", ""))}
    for exception in event.get("exception", {}).get("values", ()):
        exception["value"] = mask_text(str(exception.get("value", "")))
    kept["tags"] = {name: str(value) for name, value in logs.current_fields().items()}
    if has_request_context():
        kept["transaction"] = request.url_rule.rule if request.url_rule else "none"
        kept["tags"]["method"] = request.method[:20]
    return kept
