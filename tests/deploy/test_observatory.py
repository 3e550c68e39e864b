"""Each page behind the shipped nginx, with TLS, by the tests of Mozilla's HTTP Observatory."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from email.message import Message
from email.parser import Parser
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.nginx import NGINX, Nginx, start_nginx
from tests.support.observatory import Scanned, rate, score
from tests.support.population import HQ
from tests.support.ports import free_port
from tests.support.serving import serve
from tests.support.sessions import read_cookie
from tests.support.world import SYSTEM_ADMIN, World

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed (make test-deps)")

SETTINGS = {"proxies": 1, "public_url": "https://portal.example", "security_contact": "mailto:security@portal.example"}
PAGES = (
    *("/login", "/", "/search?q=desk", "/history/", "/account", "/staff", "/help", "/jobs/", HQ, f"{HQ}new"),
    *(f"{HQ}Reception/{part}" for part in ("", "lines/", "files/", "tags/", "edit", "delete", "reboot")),
    *("/nowhere", f"{HQ}Missing/", "/static/portal.js", "/static/missing", "/healthz", "/readyz"),
    *("/.well-known/security.txt", f"{HQ}export.csv", "/tenants/acme", "/csp-reports"),
)


@contextmanager
def behind_nginx(folder: Path, node: str) -> Iterator[Nginx]:
    with start_nginx(folder, [node, node]) as server:
        yield server


def find_plain_redirect(server: Nginx, path: str) -> tuple[str, Message]:
    with closing(HTTPConnection("127.0.0.1", server.http)) as plain:
        plain.request("GET", path, headers={"Host": "portal.example"})
        answer = plain.getresponse()
        return answer.headers["Location"], answer.headers


def test_every_page_has_the_best_grade(world: World, tmp_path: Path) -> None:
    app = world.another_portal(**SETTINGS)  # type: ignore[arg-type]
    admin = world.browser(SYSTEM_ADMIN)
    scores = {}
    with serve(app) as url, behind_nginx(tmp_path, urlsplit(url).netloc) as server:
        redirect, _ = find_plain_redirect(server, "/login")
        for cookie in ("", f"__Host-portal={read_cookie(admin)}"):
            with server.connect() as connection:
                for path in PAGES:
                    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
                    answer = connection.getresponse()
                    scanned = Scanned(answer.headers, answer.read().decode(), redirect)
                    assert min(rate(scanned).values()) >= 0, (path, answer.status, rate(scanned))
                    scores[path, bool(cookie)] = answer.status, score(scanned)
    assert len(scores) == 2 * len(PAGES)
    assert min(points for _, points in scores.values()) >= 100, scores
    assert {status for status, _ in scores.values()} >= {200, 303, 308, 404, 405}
    assert scores["/account", True][0] == 200


def raw_headers(server: Nginx, request: bytes) -> tuple[int, Message]:
    context = ssl.create_default_context(cafile=str(server.certificate))
    plain = socket.create_connection(("127.0.0.1", server.https), 10)
    with context.wrap_socket(plain, server_hostname="portal.example") as connection:
        with suppress(OSError):  # nginx answers and closes before it has all of what is too long
            connection.sendall(request)
        answer = HTTPResponse(connection)
        answer.begin()
        return answer.status, answer.headers


def test_answers_of_nginx_itself_have_headers(tmp_path: Path) -> None:
    host = b"Host: portal.example\r\nConnection: close\r\n"
    requests = {
        b"GET / HTTP/1.1\r\n" + host + b"\r\n": 503,  # no node listens
        b"GET /metrics HTTP/1.1\r\n" + host + b"\r\n": 404,
        b"POST / HTTP/1.1\r\n" + host + b"Content-Length: 99999999\r\n\r\n": 413,
        b"GET /" + b"x" * 40_000 + b" HTTP/1.1\r\n" + host + b"\r\n": 414,
        b"GARBAGE\r\n\r\n": 400,
    }
    with behind_nginx(tmp_path, f"127.0.0.1:{free_port()}") as server:
        answers = [(expected, raw_headers(server, request)) for request, expected in requests.items()]
        location, plain = find_plain_redirect(server, "/login")
    assert location.startswith("https://portal.example")
    assert plain["X-Content-Type-Options"] == "nosniff"
    assert "Strict-Transport-Security" not in plain
    for expected, (status, headers) in answers:
        assert status == expected
        assert score(Scanned(headers, "", location)) >= 100, (status, headers.items())
        assert headers.get_all("Cache-Control") == ["no-store"]
        assert headers.get("Retry-After") == ("5" if status == 503 else None)


LACKING = (
    ("Content-Security-Policy: default-src 'self' 'unsafe-inline'", "content security policy", -20),
    ("Content-Security-Policy:", "framing", -20),
    ("Set-Cookie: portal=1; HttpOnly; SameSite=Lax", "cookies", -20),
    ("Strict-Transport-Security: max-age=1", "strict transport security", -20),
    ("X-Content-Type-Options: none", "content type options", -5),
    ("Access-Control-Allow-Origin: *", "cross-origin resource sharing", -50),
    ("Referrer-Policy: unsafe-url", "referrer policy", -5),
)


@pytest.mark.parametrize(("change", "test", "modifier"), LACKING)
def test_what_is_missing_costs_the_grade(change: str, test: str, modifier: int) -> None:
    headers = Parser().parsestr(change)
    scanned = Scanned(headers, '<script src="//cdn.example/x.js"></script>', "http://portal.example/")
    assert rate(scanned)[test] == modifier
    assert rate(scanned)["subresource integrity"] == -50
    assert rate(scanned)["redirection"] == -20
    assert score(scanned) < 90
