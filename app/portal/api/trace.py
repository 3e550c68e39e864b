"""The identity that a request, or a job, hands on to the calls that are made for it."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)
_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}", re.ASCII)  # of W3C


@dataclass
class CallTrace:
    """`traceparent` is "" where who asked sent none. `seconds` were spent in waiting for the backend."""

    request_id: str = ""
    traceparent: str = ""
    seconds: float = 0.0

    @property
    def headers(self) -> Mapping[str, str]:
        headers = {"X-Request-ID": self.request_id, "traceparent": self.traceparent}
        return {name: value for name, value in headers.items() if value}


def trace_of(request_id: str, traceparent: str) -> CallTrace:
    """Return a trace with what the headers of a request name, as far as it is well-formed."""
    is_usable = _REQUEST_ID.fullmatch(request_id)
    return CallTrace(
        request_id if is_usable else secrets.token_hex(4).upper(),
        traceparent if _TRACEPARENT.fullmatch(traceparent) else "",
    )
