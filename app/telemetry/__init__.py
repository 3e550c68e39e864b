"""Optional reports to others: spans for OpenTelemetry, errors for Sentry. Each needs a setting and an extra."""

from importlib import import_module
from typing import Protocol, cast

from app.config import Settings


class _Reporter(Protocol):
    def start(self, address: str) -> None: ...

    def stop(self) -> None:
        """Send what was not sent yet, within a second."""


# The setting, the extra and the module which needs its libraries.
_REPORTERS = (
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "opentelemetry", "app.telemetry.otlp"),
    ("SENTRY_DSN", "sentry", "app.telemetry.sentry"),
)
_started: list[_Reporter] = []


def start(settings: Settings) -> None:
    """Report from this process, which is not forked any more and has its log configured."""
    for name, _, module in _REPORTERS:
        reporter = _load(module) if settings.report_addresses[name] else None
        if reporter:
            reporter.start(settings.report_addresses[name])
            _started.append(reporter)


def stop() -> None:
    """Send what was not sent yet, for a second or two, and report no more."""
    while _started:
        _started.pop().stop()


def describe_missing(settings: Settings) -> list[str]:
    """Return a sentence for each setting whose libraries are not installed."""
    return [
        f"{name} is set, but nothing is sent there: pip install 'access-device-portal[{extra}]'"
        for name, extra, module in _REPORTERS
        if settings.report_addresses[name] and _load(module) is None
    ]


def _load(module: str) -> _Reporter | None:
    try:
        return cast(_Reporter, import_module(module))
    except ModuleNotFoundError:
        return None
