"""The counts and gauges of this process for Prometheus. No label names a person, a device or a tenant.

Where PROMETHEUS_MULTIPROC_DIR names a folder, each process of a node counts in files there, and whichever is asked adds
them up.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.metrics_core import Metric
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import Engine, event

from app.metrics_folder import GATHERED, VARIABLE, is_alive, locked, process_id

CONTENT_TYPE = CONTENT_TYPE_LATEST
_PAGE_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_CALL_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
_AGE_BUCKETS = (1, 5, 10, 30, 60, 300, 1800)

disable_created_metrics()  # type: ignore[no-untyped-call]  # several processes together have no such time

requests = Counter("portal_http_requests", "Requests by rule of the URL and status of the answer.", ["rule", "status"])
request_seconds = Histogram("portal_http_request_seconds", "Time to an answer.", ["rule"], buckets=_PAGE_BUCKETS)
backend_calls = Counter("portal_backend_calls", "Calls to the platform, by what came of them.", ["call", "outcome"])
backend_call_seconds = Histogram(
    "portal_backend_call_seconds", "Time of calls that were sent to the platform.", ["call"], buckets=_CALL_BUCKETS
)
breaker_open = Gauge(
    "portal_breaker_open",
    "Processes that make no call of this kind, but one now and then, as the last ones had no answer.",
    ["call"],
    multiprocess_mode="livesum",
)
cache_reads = Counter("portal_cache_reads", "What was asked of caches: hit, miss, or stale.", ["cache", "result"])
cache_age_seconds = Histogram(
    "portal_cache_age_seconds", "Age of what a cache gave out.", ["cache"], buckets=_AGE_BUCKETS
)
cache_bytes = Gauge("portal_cache_bytes", "Memory of decoded device lists.", multiprocess_mode="livesum")
sign_in_attempts = Counter(
    "portal_sign_in_attempts", "Passwords of the page or the demo's API, and codes, by what came.", ["kind", "outcome"]
)
csp_reports = Counter(
    "portal_csp_reports",
    "What browsers report of the content security policy: received, ignored, dropped.",
    ["outcome"],
)
pool_in_use = Gauge("portal_database_connections_in_use", "Database connections in use.", multiprocess_mode="livesum")
pool_size = Gauge(
    "portal_database_connections_limit", "Database connections that may be in use.", multiprocess_mode="livesum"
)
database_errors = Counter("portal_database_errors", "Requests that the database failed, by the error.", ["error"])


def render(own: Iterable[Metric]) -> bytes:
    """Return all in the text format of Prometheus, with metrics of the caller's own."""
    registry = CollectorRegistry()
    folder = os.environ.get(VARIABLE)
    if folder:
        with locked(Path(folder)) as is_alone:
            if is_alone:
                _gather_dead(Path(folder))
            MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
            return generate_latest(_with(registry, own))
    registry.register(_Counted())
    return generate_latest(_with(registry, own))


def _with(registry: CollectorRegistry, own: Iterable[Metric]) -> CollectorRegistry:
    registry.register(_Given(list(own)))
    return registry


def watch_pool(engine: Engine) -> None:
    """Count the connections of a pool that are in use."""
    pool: Any = engine.pool
    pool_size.set(pool.size() + max(pool._max_overflow, 0))
    event.listen(engine, "checkout", lambda *_: pool_in_use.set(pool.checkedout()))
    event.listen(engine, "checkin", lambda *_: pool_in_use.set(max(pool.checkedout() - 1, 0)))  # called before it is


class _Counted:
    """The metrics of this module, without those of Python and the process, which each process would have."""

    def collect(self) -> Iterator[Metric]:
        return (metric for metric in REGISTRY.collect() if metric.name.startswith("portal_"))


class _Given:
    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> list[Metric]:
        return self._metrics


def _gather_dead(folder: Path) -> None:
    """Drop what dead processes had in use, and add what they counted to one file: there may be any number of them."""
    dead = [file for file in folder.glob("*_*.db") if process_id(file) and not is_alive(process_id(file))]
    for file in dead:
        kind = file.stem.rpartition("_")[0]
        if file.stat().st_size and not kind.startswith("gauge_live"):  # a process may be killed as it makes its file
            sums = MmapedDict(str(folder / f"{kind}_{GATHERED}.db"))  # type: ignore[no-untyped-call]
            for key, value, moment, _ in MmapedDict.read_all_values_from_file(str(file)):  # type: ignore[no-untyped-call]
                sums.write_value(key, sums.read_value(key)[0] + value, moment)  # type: ignore[no-untyped-call]
            sums.close()  # type: ignore[no-untyped-call]
        file.unlink(missing_ok=True)
