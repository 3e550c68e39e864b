"""The secrets that came with a request, which no text about it may quote."""

import re
from collections.abc import Iterator

from flask import g, has_request_context, request
from werkzeug.datastructures import MultiDict

_SECRET_FIELD = re.compile(r"password|passwd|secret|token|code|\bpin\b", re.IGNORECASE)


def list_secrets() -> Iterator[str]:
    if not has_request_context():
        return
    yield from request.cookies.values()
    yield request.headers.get("Authorization", "")
    yield from (g.get("cookies") or {}).values()  # those of the platform
    form: MultiDict[str, str] = request.__dict__.get("form", MultiDict())  # one that has not been read is nowhere yet
    for name, values in form.lists():
        if _SECRET_FIELD.search(name):
            yield from values
