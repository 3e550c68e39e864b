"""Spans sent by OTLP over HTTP. The environment variables of OpenTelemetry configure the rest."""

from threading import Thread

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, Status, StatusCode, TraceFlags, Tracer
from opentelemetry.trace import Span as RecordedSpan
from opentelemetry.trace.propagation import set_span_in_context

from app.telemetry.spans import SPANS, Attributes, Span

_STOP_SECONDS = 1.0
_providers: list[TracerProvider] = []


def start(endpoint: str) -> None:
    resource = Resource({SERVICE_NAME: "access-device-portal"}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)  # it would wait for half a minute
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces")))
    _providers.append(provider)
    SPANS.source = _OtlpSpans(provider.get_tracer("app"))


def stop() -> None:
    SPANS.source = None
    while _providers:
        last = Thread(target=_providers.pop().shutdown, daemon=True)  # has no limit of its own
        last.start()
        last.join(_STOP_SECONDS)


class _OtlpSpans:
    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    def begin(self, name: str, parent: str, *, is_call: bool) -> Span:
        context = set_span_in_context(NonRecordingSpan(_parse(parent))) if parent else None
        kind = SpanKind.CLIENT if is_call else SpanKind.SERVER
        return _OtlpSpan(self._tracer.start_span(name, context, kind))


class _OtlpSpan:
    def __init__(self, span: RecordedSpan) -> None:
        self._span = span

    @property
    def traceparent(self) -> str:
        context = self._span.get_span_context()
        return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"

    def end(self, attributes: Attributes, *, has_failed: bool) -> None:
        self._span.set_attributes(attributes)
        if has_failed:
            self._span.set_status(Status(StatusCode.ERROR))
        self._span.end()


def _parse(traceparent: str) -> SpanContext:
    """Read a well-formed traceparent."""
    _, trace_id, span_id, flags = traceparent.split("-")
    return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16)))
