"""Errors of the backend as the portal stores them, so that others can be told of them."""

from collections.abc import Mapping
from typing import Any

from app.portal.api import errors
from app.portal.api.errors import ApiError, ApiUnavailable

_FIELDS = ("message", "detail", "messages", "cause", "status", "code")


def to_json(error: ApiError) -> Mapping[str, Any]:
    """Return what `from_json` needs to make an equal error."""
    fields = {name: getattr(error, name) for name in _FIELDS}
    return {"kind": type(error).__name__, "retry_after": getattr(error, "retry_after", None), **fields}


def from_json(stored: Mapping[str, Any]) -> ApiError:
    kind = getattr(errors, stored["kind"], ApiUnavailable)
    is_known = isinstance(kind, type) and issubclass(kind, ApiError)
    error: ApiError = (kind if is_known else ApiUnavailable)(
        stored["message"],
        stored["detail"],
        messages=stored["messages"],
        cause=stored["cause"],
        status=stored["status"],
        code=stored["code"],
    )
    if isinstance(error, errors.ApiBusy):
        error.retry_after = stored["retry_after"]
    return error
