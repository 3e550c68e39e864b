"""Reading the index where a page can do without it."""

import logging
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger(__name__)

T = TypeVar("T")
U = TypeVar("U")


def read_or_else(read: Callable[[], T], otherwise: U) -> T | U:
    """Return what the index tells or, where it cannot be read, `otherwise`: it is a cache that may be damaged."""
    try:
        return read()
    except SQLAlchemyError:
        log.exception("the index cannot be read")
        return otherwise
