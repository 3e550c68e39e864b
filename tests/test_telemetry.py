"""What is reported to OpenTelemetry and Sentry, read where it arrives."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from app import telemetry
from app.serving import prepare_with_settings
from tests.support.collector import Collector, collecting
from tests.support.faults.portal import faulty_world
from tests.support.json_log import json_log
from tests.support.population import HQ
from tests.support.world import OWNER, PASSWORD, World

TRACE = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = f"00-{TRACE}-b7ad6b7169203331-01"
DEVICES = "/tenants/<name:tenant>/groups/<name:group>/devices/"
SECRETS = ("hunter2", "searched-for", "typed-secret", "cookie-secret", "header-secret", "local-secret")
NAMES = ("acme", "headquarters", "Reception", OWNER.username)


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector
        telemetry.stop()


class LeakingAdapter(HTTPAdapter):
    """Fails with a message that quotes what came with the request, above a local variable that holds a secret."""

    def send(self, request: PreparedRequest, *_args: object, **_kwargs: object) -> Response:
        password, search, _, cookie, header, held = SECRETS  # no literals: the lines around are reported
        typed = f"{request.body!r} {cookie} {header}"
        raise ValueError(f"GET https://user:{password}@host/x/?name={search} {len(held)} {typed}")


def test_spans_are_named_by_rule_in_the_trace_of_the_request(world: World, collector: Collector) -> None:
    telemetry.start(replace(world.settings, otlp_endpoint=collector.url))
    with faulty_world(world, OWNER) as portal, json_log() as log:
        portal.browser.get(f"{HQ}Reception/?list=searched-for", headers={"traceparent": TRACEPARENT})
        sent = [seen.headers["traceparent"][:-3] for seen in portal.server.requests if TRACE in str(seen.headers)]
        portal.server.script("GET", "/Lobby/", lambda exchange: exchange.reset())
        portal.browser.get(f"{HQ}Lobby/?q=hunter2", headers={"traceparent": "nonsense"})
        portal.browser.client.open("/nowhere/hunter2", method="BREW")
        lines = [line["traceparent"][:-3] for line in log() if "rule" in line]
    telemetry.stop()
    spans = {span.id: span for span in collector.spans()}
    requests = [spans[own] for own in lines]  # each line of the log names its span
    assert [span.name for span in requests] == [f"GET {DEVICES}<name:device>/"] * 2 + ["OTHER none"]
    assert [span.parent for span in requests] == [TRACEPARENT[:-3], "", ""]
    assert [span.attributes["http.response.status_code"] for span in requests] == [200, 503, 404]
    calls = [span for span in spans.values() if span.parent == lines[0]]
    assert sorted(sent) == sorted(span.id for span in calls)
    assert len({span.name for span in calls}) == len(calls) == 2
    assert {span.attributes["portal.outcome"] for span in calls} == {"200"}
    lost = [span for span in spans.values() if span.parent == lines[1] and span.has_failed]
    assert {(span.name, span.attributes["portal.outcome"]) for span in lost} == {
        ("GET tenants/groups/access_devices/…", "no answer")
    }
    assert [text for text in (*SECRETS, *NAMES, PASSWORD) if text in collector.text] == []


def test_sentry_gets_errors_without_what_was_sent(world: World, collector: Collector) -> None:
    app = world.another_portal(lambda _: LeakingAdapter())
    browser = world.nobody(app)
    browser.client.set_cookie("other", "cookie-secret")
    headers = {"Authorization": "header-secret", "X-Request-ID": "ab-1"}
    with json_log() as log:
        telemetry.start(replace(world.settings, sentry_dsn=collector.dsn))
        fields = {"username": OWNER.username, "password": "typed-secret"}
        assert browser.post("/login?next=/searched-for", headers, **fields).status == 500
        telemetry.stop()
        [line] = [line for line in log() if "exception" in line]
    [event] = collector.events()
    assert (event["transaction"], event["level"]) == ("/login", "error")
    assert event["tags"] == {"request_id": "ab-1", "method": "POST"}
    [exception] = event["exception"]["values"]
    assert exception["type"] == "ValueError"
    told = f'GET https://•••@host/x/?••• 12 b\'{{"username":"{OWNER.username}","password":"•••"}}\' ••• •••'
    assert exception["value"] == told
    assert exception["stacktrace"]["frames"][-1]["function"] == "send"
    assert exception["stacktrace"]["frames"][-1]["context_line"].lstrip().startswith("raise ValueError")
    assert f"ValueError: {told}" in line["exception"]
    assert [text for text in (*SECRETS, "Cookie", "User-Agent", "192.0.2.1") if text in collector.text] == []


def test_setting_without_its_library_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], collector: Collector
) -> None:
    for library, module in (("opentelemetry.trace", "app.telemetry.otlp"), ("sentry_sdk", "app.telemetry.sentry")):
        monkeypatch.delitem(sys.modules, module, raising=False)
        monkeypatch.setitem(sys.modules, library, None)
    for name, address in (("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url), ("SENTRY_DSN", collector.dsn)):
        monkeypatch.setenv(name, address)
    monkeypatch.setenv("PORTAL_INSTANCE", str(tmp_path))
    settings = prepare_with_settings(lambda _: None, port=8000)
    telemetry.start(settings)
    words = "is set, but nothing is sent there: pip install"
    assert capsys.readouterr().out.splitlines() == [
        f"OTEL_EXPORTER_OTLP_ENDPOINT {words} 'access-device-portal[opentelemetry]'",
        f"SENTRY_DSN {words} 'access-device-portal[sentry]'",
    ]
    assert telemetry.describe_missing(replace(settings, otlp_endpoint="", sentry_dsn="")) == []
