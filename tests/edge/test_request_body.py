"""Bodies of requests: bounded and whole, with a length and without one."""

import io

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from gunicorn.http.errors import InvalidChunkSize
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from app.edge.request_body import LimitedRequest

LIMIT, FIELDS = 1_000, 50
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=B"


class Broken(io.BytesIO):
    """A body of which a part arrives; then there is nothing, or what is no chunk."""

    def __init__(self, first: bytes, error: Exception) -> None:
        super().__init__(first)
        self._error = error

    def read(self, size: int | None = -1, /) -> bytes:
        part = super().read(size)
        if not part:
            raise self._error
        return part


@pytest.fixture
def client() -> FlaskClient:
    app = Flask("limited")
    app.request_class = LimitedRequest
    app.config.update(MAX_CONTENT_LENGTH=LIMIT, MAX_FORM_MEMORY_SIZE=LIMIT, MAX_FORM_PARTS=FIELDS)
    app.add_url_rule("/form", view_func=lambda: request.form.get("a", "nothing"), methods=["POST"])
    app.add_url_rule("/data", view_func=lambda: request.get_data(as_text=True), methods=["POST"], endpoint="data")
    return app.test_client()


def send(client: FlaskClient, body: bytes | io.BytesIO, content_type: str, length: int | None, path: str) -> Response:
    """Send as gunicorn passes it on; `length` None is in chunks."""
    environ = EnvironBuilder(path=path, method="POST", content_type=content_type).get_environ()
    environ["wsgi.input"] = io.BytesIO(body) if isinstance(body, bytes) else body
    environ["wsgi.input_terminated"] = True
    environ.pop("CONTENT_LENGTH", None)
    environ |= {"HTTP_TRANSFER_ENCODING": "chunked"} if length is None else {"CONTENT_LENGTH": str(length)}
    return Response.from_app(client.application, environ)


def multipart(text: bytes) -> bytes:
    return b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + text + b"\r\n--B--\r\n"


@pytest.mark.parametrize("chunked", [True, False])
@pytest.mark.parametrize(("content_type", "path"), [(URLENCODED, "/form"), (MULTIPART, "/form"), ("text/x", "/data")])
def test_body_over_limit_is_refused(client: FlaskClient, content_type: str, path: str, chunked: bool) -> None:
    def status(size: int) -> int:
        body = multipart(b"") if content_type == MULTIPART else b"a="
        filled = body.replace(b"\r\n--B--", b"x" * (size - len(body)) + b"\r\n--B--")
        filled = filled if content_type == MULTIPART else body.ljust(size, b"x")
        assert len(filled) == size
        answer = send(client, filled, content_type, None if chunked else size, path)
        return int(answer.status_code)

    assert [status(LIMIT - 1), status(LIMIT), status(LIMIT + 1), status(300 * LIMIT)] == [200, 200, 413, 413]


@pytest.mark.parametrize("content_type", [URLENCODED, MULTIPART])
def test_too_many_fields_are_refused(client: FlaskClient, content_type: str) -> None:
    part = multipart(b"")[:-7] if content_type == MULTIPART else b"a=&"
    for count, status in ((5, 200), (FIELDS + 1, 413)):
        body = part * count + (b"--B--\r\n" if content_type == MULTIPART else b"")
        client.application.config["MAX_CONTENT_LENGTH"] = 10 * LIMIT
        assert send(client, body, content_type, len(body), "/form").status_code == status


@pytest.mark.parametrize("error", [InvalidChunkSize(b"zz"), ConnectionResetError(), ValueError("of a server")])
def test_broken_chunks_are_refused(client: FlaskClient, error: Exception) -> None:
    assert send(client, Broken(b"a=half", error), URLENCODED, None, "/form").status_code == 400


def test_body_that_ends_early_is_refused(client: FlaskClient) -> None:
    assert send(client, b"a=half a te", URLENCODED, 15, "/form").status_code == 400
    assert send(client, b"a=all of it", URLENCODED, 11, "/form").data == b"all of it"


def test_request_without_body_has_an_empty_form(client: FlaskClient) -> None:
    assert client.post("/form").text == "nothing"
    assert client.post("/data").text == ""
