"""deploy/nginx.conf, in the real nginx."""

import re
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from werkzeug import Request, Response

from app.config import load
from app.portal.web.access import access_of
from tests.support.nginx import CONFIGURATION, NGINX, Nginx, command, configure, start_nginx
from tests.support.ports import free_port
from tests.support.serving import serve
from tests.support.world import OWNER, PASSWORD, World

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed (make test-deps)")


class Node:
    """Answers with what it was sent; `breaks_off` makes it close the connection of each request instead."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], int]] = []
        self.breaks_off = False

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., object]) -> object:
        request = Request(environ)
        self.requests.append((request.method, dict(request.headers), len(request.get_data())))
        if self.breaks_off:
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return Response("answered")(environ, start_response)  # type: ignore[arg-type]


@contextmanager
def nodes_behind_nginx(folder: Path, count: int) -> Iterator[tuple[Nginx, list[Node]]]:
    """Yield nginx and `count` of its two nodes; nothing listens on the port of the others."""
    nodes = [Node() for _ in range(count)]
    with ExitStack() as stack:
        addresses = [urlsplit(stack.enter_context(serve(node))).netloc for node in nodes]  # type: ignore[arg-type]
        addresses += [f"127.0.0.1:{free_port()}" for _ in range(2 - count)]
        yield stack.enter_context(start_nginx(folder, addresses)), nodes


def send(
    server: Nginx, method: str, path: str = "/", body: bytes = b"", headers: Mapping[str, str] | None = None
) -> tuple[int, str]:
    with server.connect() as connection:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def test_nginx_accepts_configuration_without_warning(tmp_path: Path) -> None:
    done = subprocess.run([*command(configure(tmp_path)), "-t"], capture_output=True, text=True, check=False)
    assert (done.returncode, "[warn]" in done.stderr) == (0, False), done.stderr


def test_limits_are_above_those_of_the_portal(world: World) -> None:
    text = CONFIGURATION.read_text()
    limits = dict(re.findall(r"^ *(\w+) (\d+)[sm];", text, re.MULTILINE))
    settings = load({"PORTAL_SECRET_KEY": "sixteen letters or more", "DEMO_PASSWORD": "given"})
    assert int(limits["proxy_read_timeout"]) > settings.longest_write.total_seconds()
    marks = [access_of(world.portal, endpoint) for endpoint in world.portal.view_functions]
    assert int(limits["client_max_body_size"]) << 20 > max((mark and mark.form_bytes) or 0 for mark in marks) > 1 << 20


def test_nginx_tells_a_node_the_client_and_its_address(tmp_path: Path) -> None:
    with nodes_behind_nginx(tmp_path, 2) as (server, nodes):
        forged = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
        assert send(server, "GET", "/devices%2F/?q=a%20b", headers=forged) == (200, "answered")
        [(_, headers, _)] = nodes[0].requests + nodes[1].requests
        host = f"portal.example:{server.https}"
        assert {name: headers.get(name) for name in ("Host", "X-Forwarded-Host", "X-Forwarded-Proto")} == {
            "Host": host,
            "X-Forwarded-Host": host,
            "X-Forwarded-Proto": "https",
        }
        assert headers["X-Forwarded-For"] == "127.0.0.1"

        assert send(server, "GET", "/metrics")[0] == 404
        assert send(server, "POST", body=b"x" * (33 << 20)) == (200, "answered")


def test_nginx_answers_plain_http_by_a_redirect(tmp_path: Path) -> None:
    with nodes_behind_nginx(tmp_path, 2) as (server, _), closing(HTTPConnection("127.0.0.1", server.http)) as plain:
        plain.request("GET", "/login?next=/", headers={"Host": "portal.example"})
        redirect = plain.getresponse()
        assert (redirect.status, redirect.headers["Location"]) == (308, f"{server.url}/login?next=/")
        redirect.read()
        plain.request("GET", "/", headers={"Host": "other.example"})
        with pytest.raises(RemoteDisconnected):
            plain.getresponse()


def test_nginx_asks_other_node_when_one_is_down(tmp_path: Path) -> None:
    with nodes_behind_nginx(tmp_path, 1) as (server, _):
        answers = [send(server, method, body=b"csrf_token=1") for method in ("GET", "POST") for _ in range(6)]
        assert answers == [(200, "answered")] * 12


def test_nginx_never_sends_a_post_twice(tmp_path: Path) -> None:
    with nodes_behind_nginx(tmp_path, 2) as (server, nodes):
        for node in nodes:
            node.breaks_off = True
        status, words = send(server, "POST", body=b"csrf_token=1")
        assert (status, "check whether it was saved" in words) == (503, True)
        assert [method for node in nodes for method, _, _ in node.requests] == ["POST"]


def test_portal_behind_nginx_trusts_its_headers(world: World, tmp_path: Path) -> None:
    portal = world.another_portal(proxies=1, public_url="https://portal.example")
    with ExitStack() as stack:
        node = urlsplit(stack.enter_context(serve(portal))).netloc
        server = stack.enter_context(start_nginx(tmp_path, [node, node]))
        connection = stack.enter_context(server.connect())
        connection.request("GET", "/login")
        page = connection.getresponse()
        [token] = re.findall('name="csrf_token"[^>]*value="([^"]*)"', page.read().decode())
        cookie = page.headers["Set-Cookie"].partition(";")[0]
        form = urlencode({"csrf_token": token, "username": OWNER.username, "password": PASSWORD})
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", "Origin": server.url}
        connection.request("POST", "/login", form, headers)
        answer = connection.getresponse()
        assert (cookie.partition("=")[0], answer.status, answer.headers["Location"]) == ("__Host-portal", 303, "/")
