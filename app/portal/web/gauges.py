"""Figures of the database as metrics; every node gives the same, so that nobody may add them up."""

from collections.abc import Iterator, Mapping

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from app.portal.domain.jobs import ItemState, JobState
from app.portal.store.gauges import Gauges


def to_metrics(gauges: Gauges | None) -> Iterator[Metric]:
    """Yield nothing but that the database is away where it is."""
    yield _gauge("portal_database_up", "Whether the database answers this node.", float(gauges is not None))
    if gauges is None:
        return
    yield _by_state("portal_jobs", "Jobs by state.", gauges.jobs, JobState)
    yield _by_state("portal_jobs_items", "Devices of jobs that are not at their end.", gauges.items, ItemState)
    yield _gauge(
        "portal_jobs_oldest_waiting_seconds",
        "Time for which a device of a job could have been worked on.",
        gauges.oldest_waiting,
    )
    if gauges.heartbeat is not None:
        words = "Time since a background process was last seen; each minute is usual."
        yield _gauge("portal_jobs_worker_seen_seconds", words, gauges.heartbeat)
    yield _gauge("portal_unknown_outcomes", "Changes of the last day of unknown outcome.", gauges.unknown_outcomes)
    yield _gauge("portal_sessions", "Sessions that are alive.", gauges.sessions)


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)


def _by_state(name: str, words: str, counts: Mapping[str, int], states: type[JobState | ItemState]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=["state"])
    for state in states:
        family.add_metric([state.value], counts.get(state.value, 0))
    return family
