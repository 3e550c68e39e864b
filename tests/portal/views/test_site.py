"""Where weaknesses are reported to, and where browsers report what they blocked."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from app.portal.services.csp_reports import MOST_BYTES, CspReports
from tests.support.metrics import count_of
from tests.support.world import World

Counted = Callable[[], tuple[float, ...]]

VIOLATION = {"effective-directive": "script-src", "blocked-uri": "https://evil.example/x.js?q=1"}
REPORT_URI = {"csp-report": {**VIOLATION, "document-uri": "https://portal.example/search?q=hidden"}}
REPORTING_API = [
    {
        "type": "csp-violation",
        "body": {
            "effectiveDirective": "script-src",
            "blockedURL": "https://evil.example/x.js",
            "documentURL": "https://portal.example/search#hidden",
        },
    }
]


@pytest.fixture
def counted() -> Counted:
    """Return what counts how many reports were received, ignored and dropped since."""

    def count() -> tuple[float, ...]:
        return tuple(count_of("portal_csp_reports_total", outcome=name) for name in ("received", "ignored", "dropped"))

    before = count()
    return lambda: tuple(now - then for now, then in zip(count(), before, strict=True))


def report(world: World, content: Any, content_type: str = "application/csp-report") -> int:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return world.nobody().open("/csp-reports", "POST", data=body, headers={"Content-Type": content_type}).status


def test_security_txt_needs_a_contact(world: World) -> None:
    assert world.nobody().get("/.well-known/security.txt").status == 404
    app = world.another_portal(security_contact="mailto:security@portal.example", public_url="http://localhost")
    page = world.nobody(app).get("/.well-known/security.txt")
    assert page.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert page.text.splitlines() == [
        "Contact: mailto:security@portal.example",
        "Expires: 2026-08-29T09:30:00+00:00",
        "Preferred-Languages: en",
        "Canonical: http://localhost/.well-known/security.txt",
    ]


def test_same_report_is_logged_once(world: World, caplog: pytest.LogCaptureFixture, counted: Counted) -> None:
    before = world.contents()
    assert report(world, REPORT_URI) == report(world, REPORTING_API, "application/reports+json") == 204
    for _ in range(8):
        report(world, REPORT_URI)
    messages = [record.getMessage() for record in caplog.records if "security policy" in record.getMessage()]
    assert [message.partition(" times")[0].rpartition(" ")[2] for message in messages] == ["1", "10"]
    assert "https://evil.example/x.js" in messages[0]
    assert not [text for text in messages if "hidden" in text or "q=1" in text]
    assert world.contents() == before
    assert counted() == (10, 0, 0)


IGNORED: tuple[Any, ...] = (
    *(
        b"",
        b"\xff",
        b"[" * 5_000,
        b"null",
        b"[[]]",
        b"1e999",
        {"csp-report": "x"},
        {"csp-report": {}},
        [{"body": None}],
    ),
    {"csp-report": {"effective-directive": 5, "blocked-uri": ["x"]}},
    {"csp-report": {"effective-directive": "img-src", "blocked-uri": "moz-extension://x/y"}},
)


@pytest.mark.parametrize("content", IGNORED, ids=range(len(IGNORED)))
def test_other_reports_are_ignored(world: World, counted: Counted, content: Any) -> None:
    assert report(world, content) == 204
    assert counted() == (0, 1, 0)


def test_reports_are_bounded(world: World, caplog: pytest.LogCaptureFixture, counted: Counted) -> None:
    assert report(world, b" " * MOST_BYTES) == 204
    assert report(world, b" " * (MOST_BYTES + 1)) == 413
    reports, kinds = CspReports(), 300
    with caplog.at_level(logging.WARNING):
        for number in range(kinds):
            violation = {"effective-directive": "img-src", "blocked-uri": f"https://{number}.example/\r\n{'x' * 500}"}
            reports.collect(json.dumps([{"body": violation}] * 30).encode())
    received, _, dropped = counted()
    assert received <= 120
    assert dropped == kinds * 20 - 120
    assert len(caplog.records) < 50
    assert max(len(record.getMessage()) for record in caplog.records) < 800
