"""A server with two workers and the background process, as Prometheus, OpenTelemetry and Sentry see it."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from sqlalchemy import text

from tests.support.browser.product import Product
from tests.support.collector import Collector, collecting
from tests.support.metrics import BEARER, TOKEN, Samples, read_samples
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("server")]

HEALTH = 'portal_http_requests_total{rule="/healthz",status="200"}'
ROUNDS = 'portal_backend_calls_total{call="GET tenants",outcome="200"}'  # only the background process makes this call
TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture
def product(tmp_path: Path, collector: Collector) -> Iterator[Product]:
    product = Product(
        tmp_path,
        PORTAL_JOBS="on",
        PORTAL_METRICS_TOKEN=TOKEN,
        PORTAL_INSTANCE=str(tmp_path / "instance"),
        OTEL_EXPORTER_OTLP_ENDPOINT=collector.url,
        SENTRY_DSN=collector.dsn,
    )
    product.start("/healthz")
    yield product
    product.stop()


def scrape(product: Product) -> Samples:
    answer = requests.get(f"{product.url}/metrics", headers=BEARER, timeout=10)
    assert answer.status_code == 200
    return read_samples(answer.text)


def processes_in(folder: Path) -> set[int]:
    return {int(file.stem.rpartition("_")[2]) for file in folder.glob("gauge_livesum_*.db")}


def test_any_worker_tells_of_the_whole_node(product: Product, tmp_path: Path) -> None:
    folder = tmp_path / "instance" / f"metrics-{product.port}"
    before = scrape(product)[HEALTH]
    for _ in range(40):
        requests.get(f"{product.url}/healthz", timeout=10)
    assert [scrape(product)[HEALTH] - before for _ in range(6)] == [40] * 6
    wait_until(lambda: scrape(product).get(ROUNDS, 0) > 0, 60)
    limit = scrape(product)["portal_database_connections_limit"]
    files = len(list(folder.iterdir()))
    for _ in range(3):
        processes = processes_in(folder)
        [killed, *_] = processes - set(product.background_processes)
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda known=processes: len(processes_in(folder) - known) == 1, 60)  # type: ignore[misc]
        assert scrape(product)[HEALTH] - before >= 40
        assert killed not in processes_in(folder)
    wait_until(lambda: scrape(product)["portal_database_connections_limit"] == limit, 30)
    assert len(list(folder.iterdir())) <= files + 2  # the sums of the dead: counters and histograms
    product.send(signal.SIGTERM)
    product.seconds_until_end(30)
    product.start("/healthz")
    assert scrape(product)[HEALTH] < 40


def test_workers_and_background_process_report(product: Product, collector: Collector) -> None:
    with product.portal_engine.begin() as connection:
        connection.execute(text("ALTER TABLE portal_sign_in_tries RENAME TO elsewhere"))
    sign_in = {"username": "nobody@acme.example", "password": "typed-secret"}
    assert requests.post(f"{product.url}/api/v1/login/", json=sign_in, timeout=10).status_code == 500
    wait_until(lambda: any(span.name == "GET tenants" for span in collector.spans()), 60)
    with product.portal_engine.begin() as connection:
        connection.execute(text("ALTER TABLE portal_tasks RENAME TO elsewhere_too"))
    wait_until(lambda: len({event["logger"] for event in collector.events()}) == 2, 60)
    for number in range(4):
        traceparent = f"00-{TRACE}-b7ad6b716920333{number}-01"
        requests.get(f"{product.url}/healthz?q=searched-for", headers={"traceparent": traceparent}, timeout=10)
    product.send(signal.SIGTERM)
    product.seconds_until_end(15)
    last = [span for span in collector.spans() if TRACE in span.id]
    assert [span.name for span in last] == ["GET /healthz"] * 4  # sent as the workers ended
    assert {event["logger"] for event in collector.events()} == {"gunicorn.error", "app.jobs.runner"}
    assert [
        secret for secret in ("typed-secret", "nobody@acme.example", "searched-for") if secret in collector.text
    ] == []
