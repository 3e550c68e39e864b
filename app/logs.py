"""Log lines as JSON, one line each whatever is in them."""

import json
import logging
import sys
from datetime import UTC, datetime


class _OneLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            said["exception"] = self.formatException(record.exc_info)
        return json.dumps(said)


def configure(level: str) -> None:
    """Write to the standard error stream what `app` logs from `level` on, and what libraries warn of.

    No more of those, whatever the level: urllib3 would tell addresses, with what they hold, and SQLAlchemy rows.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("app").setLevel(level)
    for own in logging.getLogger("gunicorn.error").handlers:  # it hands nothing on to others
        own.setFormatter(_OneLine())
