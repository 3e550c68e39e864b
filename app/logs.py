"""Logging as lines of JSON."""

import json
import logging
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime

from app.masking import mask_text

_context: ContextVar[Mapping[str, object]] = ContextVar("fields of each line")
_NO_FIELDS: Mapping[str, object] = {}


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_context.get(_NO_FIELDS),
            **getattr(record, "fields", _NO_FIELDS),
        }
        if record.levelno >= logging.WARNING:
            entry["message"] = mask_text(entry["message"])
        if record.exc_info:
            entry["exception"] = mask_text(self.formatException(record.exc_info))
        return json.dumps(entry)


def configure(level: str) -> None:
    """Write `app`'s messages from `level` on, and warnings of libraries, to standard error.

    Never more of libraries: urllib3 would log URLs with their parameters, and SQLAlchemy rows.
    """
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False  # no line tells of them,
    logging._srcfile = None  # nor of the place in the code: Python's own way to save the time for it
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("app").setLevel(level)
    for own_handler in logging.getLogger("gunicorn.error").handlers:  # it does not propagate
        own_handler.setFormatter(_JsonFormatter())


def fields(**values: object) -> Mapping[str, object]:
    """Return the argument `extra` of a message whose line has these fields of its own."""
    return {"fields": values}


def current_fields() -> Mapping[str, object]:
    return _context.get(_NO_FIELDS)


def set_fields(**values: object) -> None:
    """Give these fields, and no others, to each further line of this thread or greenlet."""
    _context.set(values)
