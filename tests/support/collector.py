"""What OpenTelemetry and Sentry receive, on a socket: OTLP over HTTP, and envelopes."""

import gzip
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import brotli
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

_DECODERS = {"gzip": gzip.decompress, "br": brotli.decompress}


@dataclass(frozen=True)
class ReceivedSpan:
    """`id` and `parent` are traceparents without their flags; "" for no parent."""

    name: str
    is_call: bool
    has_failed: bool
    id: str
    parent: str
    attributes: Mapping[str, Any]


@dataclass
class Collector:
    """`bodies` are what came, by path."""

    url: str = ""
    bodies: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def dsn(self) -> str:
        return f"{self.url.replace('://', '://key@')}/1"

    def spans(self) -> list[ReceivedSpan]:
        requests = [ExportTraceServiceRequest.FromString(body) for path, body in self.bodies if path == "/v1/traces"]
        resources = [resource for request in requests for resource in request.resource_spans]
        return [_read(span) for resource in resources for scope in resource.scope_spans for span in scope.spans]

    def events(self) -> list[dict[str, Any]]:
        lines = [line for path, body in self.bodies if path == "/api/1/envelope/" for line in body.splitlines()]
        return [event for event in map(json.loads, lines) if "platform" in event]

    @property
    def text(self) -> str:
        """All that came."""
        return b"\n".join(body for _, body in self.bodies).decode(errors="replace")


@contextmanager
def collecting() -> Iterator[Collector]:
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            decode = _DECODERS.get(self.headers.get("Content-Encoding", ""), bytes)
            collector.bodies.append((self.path, decode(body)))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}" if "envelope" in self.path else b"\n\0")

        def log_message(self, *_args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    collector.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()


def _read(span: Any) -> ReceivedSpan:
    trace = span.trace_id.hex()
    return ReceivedSpan(
        name=span.name,
        is_call=span.kind == span.SPAN_KIND_CLIENT,
        has_failed=span.status.code == span.status.STATUS_CODE_ERROR,
        id=f"00-{trace}-{span.span_id.hex()}",
        parent=f"00-{trace}-{span.parent_span_id.hex()}" if span.parent_span_id else "",
        attributes={item.key: item.value.string_value or item.value.int_value for item in span.attributes},
    )
