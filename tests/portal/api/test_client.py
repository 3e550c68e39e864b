"""The client over HTTP, with a scripted backend."""

import gzip
import logging
from collections.abc import Iterator

import msgspec
import pytest
import requests

from app.portal.api.authentication import CookieAuthentication
from app.portal.api.client import ApiClient, Limits
from app.portal.api.deadline import DeadlineAdapter
from app.portal.api.errors import (
    ApiAlreadyExists,
    ApiBroken,
    ApiBusy,
    ApiConflict,
    ApiError,
    ApiFailed,
    ApiForbidden,
    ApiInUse,
    ApiInvalid,
    ApiMisaddressed,
    ApiNotFound,
    ApiPageAnswer,
    ApiTooLarge,
    ApiTurnedOff,
    ApiUnauthenticated,
    ApiUnsupported,
)
from app.portal.api.trace import CallTrace
from tests.support.faults.faults import answers
from tests.support.faults.server import FaultServer

LIMITS = Limits(connect=2, read_total=5, write_total=5, max_bytes=10_000)


@pytest.fixture
def backend() -> Iterator[FaultServer]:
    with FaultServer() as server:
        yield server


@pytest.fixture
def client(backend: FaultServer) -> ApiClient:
    return ApiClient(backend.url, DeadlineAdapter(), LIMITS, trace=CallTrace("ABCD"))


def test_call_sends_and_reads_json(backend: FaultServer) -> None:
    client = ApiClient(f"{backend.url}/apio/", DeadlineAdapter(), LIMITS)
    backend.script("POST", "/", answers(201, '{"name": "é"}'))
    assert client.post(["a b", "c"], {"x": "é", "y": None}, type=dict) == {"name": "é"}
    (request,) = backend.requests
    assert (request.method, request.target, request.body) == (
        "POST",
        "/apio/api/v1/a%20b/c/",
        '{"x":"é","y":null}'.encode(),
    )
    assert request.headers["Content-Type"] == "application/json"
    assert "Cookie" not in request.headers


def test_call_sends_query_and_request_id(backend: FaultServer, client: ApiClient) -> None:
    client.get(["tags"], dict, query={"tagSetName": "a&b é"})
    (request,) = backend.requests
    assert request.target == "/api/v1/tags/?tagSetName=a%26b+%C3%A9"
    assert request.headers["X-Request-ID"] == "ABCD"


@pytest.mark.parametrize("status", [200, 201, 204, 207])
@pytest.mark.parametrize("body", ["", "{}", "null", "[]", "saved"])
def test_unread_answer_may_be_anything(backend: FaultServer, client: ApiClient, status: int, body: str) -> None:
    backend.script("PUT", "/reboot_phone/", answers(status, "" if status == 204 else body))
    client.put(["d", "reboot_phone"])
    assert len(backend.requests) == 1


def test_prefix_is_a_setting_of_the_client(backend: FaultServer) -> None:
    client = ApiClient(backend.url, DeadlineAdapter(), LIMITS, prefix="/api/v01/proxy/")
    client.get(["tenants", "a b"], dict)
    assert backend.requests[0].target == "/api/v01/proxy/tenants/a%20b/"


def test_redirect_is_logged_without_secrets(
    backend: FaultServer, client: ApiClient, caplog: pytest.LogCaptureFixture
) -> None:
    target = "https://ann:5e551on@sso.example/login\x1b;a/?ticket=5e551on#5e551on"
    backend.script("GET", "/", answers(302, "", ("Location", target)))
    with pytest.raises(ApiPageAnswer):
        client.get(["a"], dict)
    assert "GET /api/v1/a/: 302, redirected to https://sso.example/login ;a/" in caplog.text
    assert "5e551on" not in caplog.text


@pytest.mark.parametrize("body", ["<!doctype html><title>Sign in</title>", "\ufeff \n<html>", "<?xml version='1.0'?>"])
def test_page_is_no_answer(backend: FaultServer, client: ApiClient, body: str) -> None:
    backend.script("*", "/", answers(200, body))
    with pytest.raises(ApiPageAnswer) as caught:
        client.get(["a"], dict)
    assert not caught.value.maybe_acted
    with pytest.raises(ApiPageAnswer) as caught:
        client.delete(["a"])
    assert caught.value.maybe_acted


def test_client_ignores_netrc_and_proxies(
    backend: FaultServer, client: ApiClient, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine 127.0.0.1 login eve password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert requests.utils.get_netrc_auth(backend.url) == ("eve", "secret")
    client.get(["a"], dict)
    assert "Authorization" not in backend.requests[0].headers


@pytest.mark.parametrize("packed", [False, True], ids=["as it is", "packed"])
def test_answer_size_is_limited(backend: FaultServer, client: ApiClient, packed: bool) -> None:
    for size in (LIMITS.max_bytes, LIMITS.max_bytes + 1):
        body = b'"x"'.ljust(size)
        headers = [("Content-Encoding", "gzip")] if packed else []
        backend.script("GET", "/a/", answers(200, gzip.compress(body) if packed else body, *headers))
        if size > LIMITS.max_bytes:
            with pytest.raises(ApiBroken, match="too large"):
                client.get(["a"], str)
        else:
            assert client.get(["a"], str) == "x"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_not_followed(backend: FaultServer, client: ApiClient, status: int) -> None:
    backend.script("*", "/", answers(status, "", ("Location", "/api/v1/elsewhere/")))
    with pytest.raises(ApiPageAnswer, match=str(status)) as caught:
        client.put(["a"], {})
    assert caught.value.maybe_acted
    assert len(backend.requests) == 1


REFUSALS: list[tuple[int, int | None, type[ApiError]]] = [
    (400, 2, ApiInvalid),
    (400, None, ApiInvalid),
    (400, 5, ApiAlreadyExists),
    (400, 6, ApiInUse),
    (400, 56, ApiUnsupported),
    (401, 1, ApiUnauthenticated),
    (403, 3, ApiForbidden),
    (404, 4, ApiNotFound),
    (404, 5, ApiNotFound),
    (405, None, ApiInvalid),
    (406, None, ApiInvalid),
    (409, None, ApiConflict),
    (409, 5, ApiAlreadyExists),
    (409, 6, ApiInUse),
    (413, None, ApiTooLarge),
    (416, 2, ApiInvalid),
    (410, None, ApiTurnedOff),
    (418, None, ApiInvalid),
    (422, 2, ApiInvalid),
    (429, None, ApiBusy),
    (500, None, ApiFailed),
    (501, None, ApiUnsupported),
    (502, None, ApiFailed),
    (503, 5, ApiFailed),
    (504, None, ApiFailed),
]


@pytest.mark.parametrize(("status", "code", "error_type"), REFUSALS)
def test_error_follows_status_and_code(
    backend: FaultServer, client: ApiClient, status: int, code: int | None, error_type: type[ApiError]
) -> None:
    backend.script("*", "/", answers(status, msgspec.json.encode({"errors": [{"code": code, "details": "Too bad."}]})))
    for call in (lambda: client.get(["a"], dict), lambda: client.put(["a"], {})):
        with pytest.raises(error_type, match="Too bad") as caught:
            call()
        assert type(caught.value) is error_type
        assert (caught.value.status, caught.value.code) == (status, code)
        assert str(status) in caught.value.cause
    assert caught.value.maybe_acted is (status >= 500 and status != 501)


def test_unsendable_call_is_refused(backend: FaultServer, client: ApiClient) -> None:
    client.authentication.cookies["bad"] = "x\r\nX-Evil: 1"
    with pytest.raises(ApiMisaddressed) as caught:
        client.get(["a"], dict)
    assert "Evil" not in str(caught.value)
    assert caught.value.__cause__ is None
    client.authentication.cookies.clear()
    with pytest.raises(ApiMisaddressed):
        client.post(["a"], {"name": "\ud800"})
    assert backend.requests == []


def test_misleading_base_url_is_not_called(backend: FaultServer) -> None:
    client = ApiClient(f"{backend.url}/apio/../other", DeadlineAdapter(), LIMITS)
    with pytest.raises(ApiMisaddressed):
        client.get(["a"], dict)
    assert backend.requests == []


def test_log_and_errors_hold_no_secrets(
    backend: FaultServer, client: ApiClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client.authentication.cookies["sessionid"] = "5e551on"
    echo = '{"errors": [{"message": "password h/un\\"ter2", "details": {"errors": [{"detail": "not h/un\\"ter2"}]}}]}'
    backend.script("PUT", "/", answers(400, echo))
    with pytest.raises(ApiInvalid) as caught:
        client.put(["d"], {"password": 'h/un"ter2', "user_name": "ann"})
    output = caplog.text + str(caught.value) + repr(vars(caught.value))
    assert "not •••" in output
    assert "PUT /api/v1/d/: 400" in caplog.text
    for secret in ("ter2", "5e551on"):
        assert secret not in output


def test_refused_file_is_not_quoted(backend: FaultServer, client: ApiClient) -> None:
    content = "YWRtaW5fcGFzc3dvcmQgPSBodW50ZXIy"
    backend.script("PUT", "/", answers(400, f'{{"error": "not {content}"}}'))
    with pytest.raises(ApiInvalid) as caught:
        client.put(["f"], {"fileSource": "Custom", "fileContent": content})
    assert str(caught.value) == "not •••"


def test_cookies_are_kept_and_deleted(backend: FaultServer, client: ApiClient) -> None:
    signs_in = [
        ("Set-Cookie", "sessionid=abc; HttpOnly; Path=/api; Secure; Partitioned; SameSite=Lax"),
        ("Set-Cookie", 'BIGip<x>="a=b/c,d"; Domain=elsewhere.example'),
    ]
    backend.script("POST", "/login/", answers(200, "{}", *signs_in))
    client.post(["login"], {})
    client.get(["a"], dict)
    assert backend.requests[-1].headers["Cookie"] == 'sessionid=abc; BIGip<x>="a=b/c,d"'
    backend.script("*", "/", answers(401, "{}", ("Set-Cookie", "sessionid=; Max-Age=0")))
    with pytest.raises(ApiUnauthenticated):
        client.get(["a"], dict)
    assert client.authentication.cookies == {"BIGip<x>": '"a=b/c,d"'}


def test_clients_share_no_cookies(backend: FaultServer) -> None:
    adapter = DeadlineAdapter()
    ann, bob = (
        ApiClient(backend.url, adapter, LIMITS, authentication=CookieAuthentication({"sessionid": name}))
        for name in ("ann", "bob")
    )
    backend.script("GET", "/a/", answers(200, "{}", ("Set-Cookie", "sticky=ann")))
    ann.get(["a"], dict)
    bob.get(["b"], dict)
    assert backend.requests[-1].headers["Cookie"] == "sessionid=bob"
