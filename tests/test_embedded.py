"""The adapter for a WSGI application in this process behaves like a server on a socket."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from flask import Flask, Response, current_app, g, has_app_context, has_request_context, request, stream_with_context
from flask.typing import ResponseReturnValue

from app.embedded import WsgiAdapter
from app.portal.api.client import ApiClient, Limits
from app.portal.api.errors import ApiBroken, ApiFailed

BASE = "http://app.invalid"
LIMITS = Limits(connect=1, read_total=1, write_total=1, max_bytes=1_000)


@contextmanager
def session_over(app: Any) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.mount(BASE, WsgiAdapter(app))
        yield session


@pytest.fixture
def echo() -> Flask:
    """An application that answers with the request."""
    app = Flask("echo")

    @app.route("/<path:name>", methods=["GET", "POST", "PUT"])
    def answer(name: str) -> ResponseReturnValue:
        return {
            "name": name,
            "args": request.args.to_dict(flat=False),
            "body": request.get_data().decode(),
            "headers": dict(request.headers),
            "url": request.url,
        }

    return app


def test_request_is_passed_on_unchanged(echo: Flask) -> None:
    with session_over(echo) as session:
        answer = session.post(
            f"{BASE}/a%2520%25/%C3%A9;x/", params={"q": ["1", "é&"]}, data="dä", headers={"X-One": "é", "X_Two": "2"}
        ).json()
    assert answer["name"] == "a%20%/é;x/"
    assert answer["args"] == {"q": ["1", "é&"]}
    assert answer["body"] == "dä"
    assert answer["headers"]["X-One"] == "é"
    assert answer["headers"]["Host"] == "app.invalid"
    assert answer["headers"]["Content-Length"] == "3"
    assert not any(name.lower().endswith("two") for name in answer["headers"])


@pytest.mark.parametrize("body", [b"abc", "abc", iter([b"a", b"bc"])])
def test_body_of_any_type_is_passed_on(echo: Flask, body: Any) -> None:
    with session_over(echo) as session:
        answer = session.put(f"{BASE}/x", data=body).json()
    assert (answer["body"], answer["headers"]["Content-Length"]) == ("abc", "3")
    assert "Transfer-Encoding" not in answer["headers"]


def test_cookies_of_answer_are_kept() -> None:
    app = Flask("cookies")

    @app.get("/")
    def bake() -> ResponseReturnValue:
        response = Response("x", 201)
        response.set_cookie("a", "1")
        response.set_cookie("b", "2", httponly=True)
        return response

    with session_over(app) as session:
        answer = session.get(f"{BASE}/")
        assert [text.partition(";")[0] for text in answer.raw.headers.getlist("Set-Cookie")] == ["a=1", "b=2"]
        assert (answer.status_code, answer.reason, session.cookies.get_dict()) == (201, "CREATED", {"a": "1", "b": "2"})


def test_contexts_are_separate() -> None:
    inner, outer = Flask("inner"), Flask("outer")

    @inner.get("/")
    def stream() -> ResponseReturnValue:
        assert "secret" not in g
        g.secret = "inner"
        return Response(stream_with_context(name for name in (current_app.name, f" {g.secret}")))

    def bare(environ: Any, start_response: Any) -> Iterable[bytes]:
        assert not has_app_context()
        assert not has_request_context()
        return inner(environ, start_response)

    with session_over(bare) as session, outer.test_request_context("/outer"):
        g.secret = "outer"
        with session.get(f"{BASE}/", stream=True) as answer:
            assert (current_app.name, g.secret, request.path) == ("outer", "outer", "/outer")
            assert answer.content == b"inner inner"
        assert (current_app.name, g.secret) == ("outer", "outer")


class _Stream:
    """Yields for ever and remembers being closed."""

    closed = False

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: b"x" * 100, b"")

    def close(self) -> None:
        self.closed = True


def test_unread_answer_is_closed() -> None:
    stream = _Stream()

    def app(_environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return stream

    with session_over(app) as session:
        with session.get(f"{BASE}/", stream=True) as answer:
            assert answer.raw.read(150) == b"x" * 150
            assert not stream.closed
        assert stream.closed
    with pytest.raises(ApiBroken, match="too large"):
        ApiClient(BASE, WsgiAdapter(app), LIMITS).get(["a"], dict)


def test_exception_becomes_500(caplog: pytest.LogCaptureFixture) -> None:
    def app(_environ: Any, _start_response: Any) -> Iterable[bytes]:
        raise RuntimeError("no luck")

    with caplog.at_level(logging.ERROR), pytest.raises(ApiFailed) as caught:
        ApiClient(BASE, WsgiAdapter(app), LIMITS).put(["a"], {})
    assert caught.value.maybe_acted
    assert "no luck" in caplog.text


def test_exception_within_answer_breaks_it_off() -> None:  # of a write, the status says enough
    def app(_environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        yield b"{"
        raise RuntimeError

    ApiClient(BASE, WsgiAdapter(app), LIMITS).put(["a"], {})
    with pytest.raises(ApiBroken):
        ApiClient(BASE, WsgiAdapter(app), LIMITS).get(["a"], dict)


def test_short_answer_is_broken() -> None:
    def app(_environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", "5")])
        return [b"{}"]

    with pytest.raises(ApiBroken):
        ApiClient(BASE, WsgiAdapter(app), LIMITS).get(["a"], dict)


def test_answer_without_body_is_empty(echo: Flask) -> None:
    with session_over(echo) as session:
        assert session.head(f"{BASE}/x").content == b""
