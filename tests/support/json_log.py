"""The log of this process, as an operator reads it."""

import io
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from app import logs

ReadLog = Callable[[], Sequence[dict[str, Any]]]


@contextmanager
def restored_logging() -> Iterator[None]:
    """Leave the handlers and levels of the test run as they are."""
    root, logger = logging.getLogger(), logging.getLogger("app")
    handlers, levels = root.handlers[:], (root.level, logger.level)
    root.handlers.clear()  # basicConfig would close those of others
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.level, logger.level = levels


@contextmanager
def json_log(level: str = "INFO") -> Iterator[ReadLog]:
    """Yield what returns the lines so far; a line that is no JSON fails it."""
    with restored_logging():
        logs.configure(level)
        stream = io.StringIO()
        [handler] = logging.getLogger().handlers
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(stream)
        yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
