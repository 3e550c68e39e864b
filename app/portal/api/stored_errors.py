"""Errors of the backend as the portal stores them, so that others can be told of them."""

from collections.abc import Mapping
from typing import Any

from app.portal.api import errors
from app.portal.api.errors import ApiBusy, ApiError, ApiFailed, ApiSuspended, ApiUnavailable


def to_json(error: ApiError) -> Mapping[str, Any]:
    """Return what `from_json` needs to make an equal error."""
    return {**vars(error), "kind": type(error).__name__}


def from_json(stored: Mapping[str, Any]) -> ApiError:
    kind = getattr(errors, stored["kind"], None)
    if not (isinstance(kind, type) and issubclass(kind, ApiError)):
        kind = ApiUnavailable
    error = kind.__new__(kind, stored["message"])  # not by its __init__, which differs from kind to kind
    fields = {name: value for name, value in stored.items() if name != "kind"}
    vars(error).update(fields, messages=tuple(stored["messages"]))
    return error


def seconds_to_wait(error: ApiError) -> int | None:
    """Return for how long the platform does not want to be asked; None if it did not say."""
    if isinstance(error, ApiSuspended):
        return error.retry_in
    return error.retry_after if isinstance(error, ApiBusy | ApiFailed) else None
