"""Requests as they should not be: those of the portal's own pages, with one or two things changed by chance."""

from collections.abc import Mapping, MutableSequence, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any
from urllib.parse import quote, quote_from_bytes, urlencode, urljoin, urlsplit

from werkzeug.routing import Map

from tests.support.client import Page

_MOST = 400  # links and forms that are remembered of each kind
_TEXTS = (
    *(
        "",
        " ",
        "\0",
        "-1",
        "0",
        "99999999999999999999",
        "1e309",
        "NaN",
        "٣",
        "true",
        "null",
        "[]",
        "../..",
        "_",
        "%%%s",
    ),
    *("//evil.example", "a" * 5000, "é" * 300, "𝕏\u202e\u2028", "\ufeff", "\r\nSet-Cookie: a=b", "{{7*7}}", "%", "%00"),
    *(
        "'\"><svg onload=x>",
        "%ff",
        "%2F",
        ";",
        "&",
        "=",
        "\x7f",
        "2026-02-30T25:61",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "Europe/Nowhere",
        "acme/headquarters/",
    ),
)
_BYTES = (b"\xff", b"\0", b"\xed\xa0\x80", b"\xc0\xaf", b"..", b"%2e%2e")
_METHODS = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE")
_HEADERS = (
    *("HX-Request", "HX-Target", "HX-Current-URL", "Accept", "Accept-Encoding", "Accept-Language", "Content-Type"),
    *("Cookie", "If-None-Match", "If-Modified-Since", "Range", "Referer", "Origin", "Sec-Fetch-Site", "X-Request-ID"),
    *("traceparent", "X-Forwarded-For", "X-Forwarded-Host", "Authorization", "User-Agent"),
)
_CONTENT_TYPES = (
    "application/json",
    "text/plain",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "a/b; charset=ÿ",
)


@dataclass(frozen=True)
class MutantRequest:
    """`url` holds no query; `content` stands in for the fields where it is given."""

    method: str
    url: str
    query: Sequence[tuple[str, str]] = ()
    fields: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None

    def arguments(self) -> dict[str, Any]:
        """Return those of the test client beside the address."""
        body: dict[str, Any] = {}
        if self.content is not None:
            body = {"data": self.content}
        elif self.method not in {"GET", "HEAD"}:
            body = {"data": urlencode(self.fields), "content_type": "application/x-www-form-urlencoded"}
        return {"method": self.method, "query_string": urlencode(self.query), "headers": dict(self.headers), **body}


class Mutator:
    """`values` are those of the parts of addresses, by name."""

    def __init__(self, chance: Random, urls: Map, values: Mapping[str, Any]) -> None:
        self._chance = chance
        self._urls = urls.bind("localhost")
        self._rules = sorted(urls.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))
        self._values = values
        self._links: list[MutantRequest] = []
        self._forms: list[MutantRequest] = []

    def learn(self, page: Page) -> None:
        """Remember where a page leads, and its forms."""
        for link in page.links():
            address = urlsplit(urljoin(page.url, link))
            if not address.netloc and address.path:
                self._remember(self._links, MutantRequest("GET", address.path, _pairs(address.query)))
        for form in page.forms:
            address = urlsplit(urljoin(page.url, form.action))
            fields = list(form.fields.items())
            query = _pairs(address.query)
            if form.method == "GET":
                self._remember(self._links, MutantRequest("GET", address.path, fields))
            elif address.path != "/logout":
                self._remember(self._forms, MutantRequest("POST", address.path, query, fields))

    def _remember(self, requests: MutableSequence[MutantRequest], request: MutantRequest) -> None:
        if len(requests) < _MOST:
            requests.append(request)
        else:
            requests[self._chance.randrange(_MOST)] = request

    def next(self, token: str) -> MutantRequest:
        """Return a request with one to three mutations; `token` is for those that have no form."""
        chosen = self._chance.random()
        if chosen < 0.4 and self._forms:
            request = self._chance.choice(self._forms)
        elif chosen < 0.6 and self._links:
            request = self._chance.choice(self._links)
        else:
            request = self._build(token)
        for _ in range(self._chance.randint(1, 3)):
            request = self._chance.choice(_MUTATIONS)(self._chance, request)
        if self._chance.random() < 0.05:
            request = replace(request, content=self._chance.randbytes(self._chance.choice((0, 1, 40, 70_000))))
        return request

    def _build(self, token: str) -> MutantRequest:
        rule = self._chance.choice(self._rules)
        values = {name: self._values[name] for name in rule.arguments}
        path = urlsplit(self._urls.build(rule.endpoint, values)).path
        method = self._chance.choice(sorted(rule.methods or {"GET"}))
        return MutantRequest(method, path, fields=[("csrf_token", token)])


def _pairs(query: str) -> Sequence[tuple[str, str]]:
    return [(name, value) for name, _, value in (pair.partition("=") for pair in query.split("&")) if name]


def _with_method(chance: Random, request: MutantRequest) -> MutantRequest:
    return replace(request, method=chance.choice(_METHODS))


def _with_path(chance: Random, request: MutantRequest) -> MutantRequest:
    parts = request.url.split("/")
    odd = quote(chance.choice(_TEXTS)) if chance.random() < 0.6 else quote_from_bytes(chance.choice(_BYTES))
    parts[chance.randrange(1, len(parts)) if len(parts) > 1 else 0] = odd
    return replace(request, url="/" + "/".join(parts).lstrip("/"))


def _with_query(chance: Random, request: MutantRequest) -> MutantRequest:
    names = [name for name, _ in request.query] or [
        "q",
        "sort",
        "page",
        "size",
        "cols",
        "status",
        "type",
        "view",
        "next",
        *("after", "away_at", "since", "until", "zone", "q", "in", "draft", "difference"),
    ]
    return replace(request, query=[*request.query, (chance.choice([*names, "x[]"]), chance.choice(_TEXTS))])


def _with_field(chance: Random, request: MutantRequest) -> MutantRequest:
    if request.method != "POST":
        return _with_query(chance, request)
    fields = list(request.fields)
    number = chance.randrange(len(fields)) if fields else 0
    change = chance.random()
    if not fields or change < 0.1:
        fields.append((chance.choice(("device", "action", "all", "zone", "x")), chance.choice(_TEXTS)))
    elif change < 0.2:
        del fields[number]
    elif change < 0.3:
        fields.append(fields[number])
    elif change < 0.4:
        fields[number] = (fields[number][0], chance.choice(fields)[1])
    elif fields[number][0] != "csrf_token":
        fields[number] = (fields[number][0], chance.choice(_TEXTS))
    return replace(request, fields=fields)


def _with_header(chance: Random, request: MutantRequest) -> MutantRequest:
    name = chance.choice(_HEADERS)
    texts = _CONTENT_TYPES if name == "Content-Type" else [text for text in _TEXTS if "\n" not in text]
    value = chance.choice(texts).encode().decode("latin-1")
    return replace(request, headers={**request.headers, name: value})


_MUTATIONS = (_with_method, _with_path, _with_query, _with_field, _with_field, _with_header)
