"""Bodies, errors and headers of every call."""

import io
import json

import pytest
from sqlalchemy.exc import OperationalError

from tests.support.api_world import HEADQUARTERS, Api, World, address, problems

LIST = address(*HEADQUARTERS)
NOT_OBJECTS = [
    b"",
    b" ",
    b"[]",
    b"null",
    b'"text"',
    b"{",
    b'{"a":1}x',
    b"\xff",
    b'{"a":"\xff"}',
    b'{"a":"\\ud800"}',
    b"[" * 99_999,
]


@pytest.mark.parametrize("raw", NOT_OBJECTS, ids=repr)
@pytest.mark.parametrize("path", ["", "desk/", "desk/connected_users/", "desk/config_files/y000000000028.cfg/"])
def test_non_object_body_is_416(world: World, owner: Api, raw: bytes, path: str) -> None:
    world.device("desk")
    answer = owner.client.open(LIST + path, method="PUT" if path else "POST", data=raw)
    assert answer.status_code == 416
    assert problems(answer) == [(2, "The body must be a JSON object.")]


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 201),
        ("Application/JSON; charset=utf-8", 201),
        ('"application/json"', 201),  # as the published examples spell it
        (None, 201),
        ("application/merge-patch+json", 201),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("text/plain+json", 415),
    ],
)
def test_write_that_is_not_json_is_415(owner: Api, content_type: str | None, status: int) -> None:
    body = json.dumps({"deviceName": "desk", "deviceType": "Generic SIP Phone"})
    answer = owner.client.post(LIST, data=body, content_type=content_type)
    assert answer.status_code == status
    if status == 415:
        assert problems(answer) == [(2, "The body must be JSON: send Content-Type: application/json.")]
        assert owner.get(*HEADQUARTERS, "desk").status_code == 404


@pytest.mark.parametrize(("path", "limit"), [("desk/", 256 << 10), ("desk/config_files/y000000000028.cfg/", 2 << 20)])
def test_too_large_body_is_413(world: World, owner: Api, path: str, limit: int) -> None:
    world.device("desk")
    body = b"{}"
    assert owner.client.put(LIST + path, data=body.rjust(limit)).status_code != 413
    answer = owner.client.put(LIST + path, data=body.rjust(limit + 1))
    assert answer.status_code == 413
    assert problems(answer) == [(2, "The body is too large.")]


def test_too_large_stream_is_413(world: World, owner: Api) -> None:
    world.device("desk")
    stream = io.BytesIO(b"{}".rjust((256 << 10) + 1))
    answer = owner.client.put(LIST + "desk/", input_stream=stream, environ_overrides={"wsgi.input_terminated": True})
    assert answer.status_code == 413


def test_login_body_limit(world: World) -> None:
    assert world.anonymous().client.post(address("login"), data=b" " * 16_385).status_code == 413


@pytest.mark.parametrize("method", ["PATCH", "DELETE", "OPTIONS", "PUT", "BREW"])
def test_unsupported_method_is_405(owner: Api, method: str) -> None:
    answer = owner.client.open(LIST, method=method)
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}
    assert problems(answer) == [(56, "This address does not take this method.")]


@pytest.mark.parametrize("path", ["/", "/api/v1/", "/api/v1/nothing/", "/static/x", address("configs")])
def test_unknown_address_is_404(owner: Api, path: str) -> None:
    answer = owner.client.get(path)
    assert answer.status_code == 404
    assert answer.get_json() == {
        "errors": [{"code": 4, "message": "NOT_FOUND", "details": "There is nothing at this address."}]
    }


def test_exception_is_500(world: World) -> None:
    world.engine.dispose()
    with world.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE api_accounts SET password_hash = 'broken'")
    answer = world.anonymous().post("login", body={"username": "owner", "password": "x"})
    assert answer.status_code == 500
    assert [code for code, _ in problems(answer)] == [7]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_database_error_is_503(world: World, owner: Api) -> None:
    with world.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE api_access_devices RENAME TO away")
    answer = owner.get(*HEADQUARTERS)
    assert answer.status_code == 503
    assert problems(answer) == [(7, "The database is busy or away. Try again.")]
    assert OperationalError.__name__ not in answer.text


@pytest.mark.parametrize("path", ["/api/v1/login/", "/api/v1/tenants/", "/nothing", LIST])
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
def test_answers_have_json_headers(owner: Api, path: str, method: str) -> None:
    answer = owner.client.open(path, method=method)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert problems(answer) if answer.status_code >= 400 else answer.get_json()
