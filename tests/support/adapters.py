"""Adapters that stand between a portal and its backend."""

from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter


class UnreachableAdapter(HTTPAdapter):
    """Fails as where nothing listens."""

    def send(self, request: PreparedRequest, *_args: object, **_kwargs: object) -> Response:
        raise ConnectionRefusedError


class CrashingAdapter(HTTPAdapter):
    def send(self, request: PreparedRequest, *_args: object, **_kwargs: object) -> Response:
        raise ZeroDivisionError("a mistake of ours")


class CountingAdapter(HTTPAdapter):
    """Records the calls that pass, and how long each of them may take."""

    def __init__(self, adapter: BaseAdapter) -> None:
        super().__init__()
        self.calls: list[str] = []
        self.patience: dict[str | None, Any] = {}  # by method
        self._adapter = adapter

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        self.calls.append(f"{request.method} {request.path_url}")
        self.patience[request.method] = kwargs["timeout"]
        return self._adapter.send(request, *args, **kwargs)
