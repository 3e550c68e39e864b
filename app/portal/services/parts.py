"""Parts of a page: one that cannot be read must hide no other."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.portal.api.errors import ApiError, ApiUnauthenticated

T = TypeVar("T")


@dataclass(frozen=True)
class Part(Generic[T]):
    """The value that was read, or the error that came instead."""

    value: T | None = None
    failure: ApiError | None = None


def read_part(read: Callable[[], T]) -> Part[T]:
    """Raises ApiUnauthenticated: without a session there is no page."""
    try:
        return Part(read())
    except ApiUnauthenticated:
        raise
    except ApiError as error:
        return Part(failure=error)
