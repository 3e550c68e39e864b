"""`python -m bench.scale.platform`: the reference API alone, with a ledger of the writes that it has carried out.

The ledger is the file that BENCH_LEDGER names: a line of JSON for each write that was answered with success, written by
one call between the end of its transaction and the answer.
"""

import json
import os
import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from urllib.parse import unquote

from flask import Flask

from app import logs, serving
from app.config import load
from app.portal.domain.audit import Action
from app.reference_api import ReferenceSettings, create_reference_api

LEDGER = "BENCH_LEDGER"
_WRITE = re.compile(r"/api/v1/tenants/([^/]+)/groups/([^/]+)/access_devices/([^/]+)/(.*)")
_ACTIONS = {
    ("PUT", ""): Action.EDIT,
    ("DELETE", ""): Action.DELETE,
    ("PUT", "reboot_phone/"): Action.REBOOT,
    ("PUT", "connected_users/"): Action.LINES,
}


class Write(NamedTuple):
    """A write to a device, as the platform and the portal's history both know it."""

    request_id: str
    action: str
    tenant: str
    group: str
    device: str


class LedgerApi:
    def __init__(self, app: Callable[..., Iterable[bytes]], file: str) -> None:
        self._app = app
        self._file = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        write = _write_of(environ)
        if write is None:
            return self._app(environ, start_response)

        def record(status: str, *others: Any) -> Any:
            if status.startswith("2"):
                os.write(self._file, f"{json.dumps(write)}\n".encode())
            return start_response(status, *others)

        return self._app(environ, record)


def _write_of(environ: dict[str, Any]) -> Write | None:
    """Return the write that a request asks for; None for a read. Raises KeyError for a write that nobody here makes."""
    match = _WRITE.fullmatch(environ["RAW_URI"])
    if not match or environ["REQUEST_METHOD"] == "GET":
        return None
    tenant, group, device, rest = (unquote(part) for part in match.groups())
    action = _ACTIONS[environ["REQUEST_METHOD"], rest]
    return Write(environ.get("HTTP_X_REQUEST_ID", ""), action, tenant, group, device)


def main() -> None:
    settings = serving.prepare_with_settings(lambda _: None, port=8001)
    serving.exec_server("bench.scale.platform:serve()", settings)


def serve() -> Flask:
    """Create the application in a worker of the server."""
    settings = load()
    logs.configure(settings.log_level)
    app = create_reference_api(ReferenceSettings.from_settings(settings))
    app.wsgi_app = LedgerApi(app.wsgi_app, os.environ[LEDGER])  # type: ignore[method-assign]
    return app


if __name__ == "__main__":
    main()
