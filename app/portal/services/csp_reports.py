"""Reports of browsers about what the content security policy blocked: counted, told once in the log, and forgotten."""

import json
import logging
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from threading import Lock
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from app import metrics

log = logging.getLogger(__name__)

MOST_BYTES = 16_384  # of a request
_MOST_AT_ONCE = 20  # reports of a request
_PER_MINUTE = 120  # of this process; anybody can send them
_MOST_KINDS = 200
_MOST_CHARACTERS = 200

_EXTENSIONS = ("-extension", "chrome", "about")  # schemes: what a browser's own additions do is not ours

Kind = tuple[str, str, str]  # the directive, what was blocked, and where


class CspReports:
    """Holds the last kinds of reports in memory."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kinds: OrderedDict[Kind, int] = OrderedDict()
        self._minute, self._this_minute = 0, 0

    def collect(self, body: bytes) -> None:
        """Take the reports of a request; what is none, or comes too often, is only counted."""
        for violation in _read(body):
            kind = _describe(violation)
            with self._lock:
                number = self._count(kind)
            if kind and str(number).strip("0") == "1":  # 1, 10, 100, …
                blocked = dict(zip(("directive", "blocked", "page"), kind, strict=True))
                log.warning("a browser blocked what the content security policy forbids, %d times: %s", number, blocked)

    def _count(self, kind: Kind | None) -> int:
        """Return how many reports of the kind there were; 0 where this one does not count."""
        minute = int(monotonic() // 60)
        if minute != self._minute:
            self._minute, self._this_minute = minute, 0
        self._this_minute += 1
        if self._this_minute > _PER_MINUTE:
            metrics.csp_reports.labels("dropped").inc()
            return 0
        if kind is None:
            metrics.csp_reports.labels("ignored").inc()
            return 0
        metrics.csp_reports.labels("received").inc()
        number = self._kinds[kind] = self._kinds.pop(kind, 0) + 1
        if len(self._kinds) > _MOST_KINDS:
            self._kinds.popitem(last=False)
        return number


def _read(body: bytes) -> Iterator[Mapping[str, Any]]:
    """Yield what a body reports, in the form of report-uri or of the Reporting API."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        content = None
    reports = content if isinstance(content, list) else [content]
    for report in reports[:_MOST_AT_ONCE]:
        violation = report.get("csp-report", report.get("body")) if isinstance(report, dict) else None
        yield violation if isinstance(violation, dict) else {}


def _describe(violation: Mapping[str, Any]) -> Kind | None:
    directive = _text(violation, "effectiveDirective", "effective-directive", "violated-directive")
    blocked = _without_query(_text(violation, "blockedURL", "blocked-uri"))
    source = _text(violation, "sourceFile", "source-file")
    if not directive or any(_scheme(url).endswith(_EXTENSIONS) for url in (blocked, source)):
        return None
    return directive, blocked, _without_query(_text(violation, "documentURL", "document-uri"))


def _text(violation: Mapping[str, Any], *names: str) -> str:
    values = (violation.get(name) for name in names)
    return next((value[:_MOST_CHARACTERS] for value in values if isinstance(value, str) and value), "")


def _scheme(url: str) -> str:
    return url.partition(":")[0]


def _without_query(url: str) -> str:
    """Leave out what may hold what somebody has searched for."""
    try:
        return urlsplit(url)._replace(query="", fragment="").geturl()
    except ValueError:
        return ""
