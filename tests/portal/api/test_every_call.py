"""Every call of the portal under every answer of a real platform: its status, the shape of its words, odd fields."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from app.portal.api.client import ApiClient, Limits
from app.portal.api.deadline import DeadlineAdapter
from app.portal.api.errors import (
    ApiBroken,
    ApiBusy,
    ApiError,
    ApiFailed,
    ApiForbidden,
    ApiInvalid,
    ApiNotFound,
    ApiPageAnswer,
    ApiRefused,
    ApiTurnedOff,
    ApiUnauthenticated,
    ApiUnsupported,
)
from app.portal.models.base import ListItem
from tests.support.calls import CALLS, READS, WRITES
from tests.support.faults.server import Exchange, FaultServer, message

LIMITS = Limits(connect=5, read_total=10, write_total=10, max_bytes=100_000)

WORDS = "License exceeded"
BROADWORKS = {"error_code": 4008, "level": "Error", "summary": "[Error 4008]", "detail": WORDS}
SHAPES: list[Any] = [
    {"errors": [{"code": 2, "message": "INVALID_PARAMETERS", "details": WORDS}]},
    {"errors": [{"code": 2, "message": "BWKS_ERROR", "details": BROADWORKS}]},
    {"errors": [{"code": 2, "message": "BWKS_ERROR", "details": {"errors": [BROADWORKS]}}]},
    {"errors": [{"code": 2, "message": "BWKS_ERROR", "details": {"errors": {"0": BROADWORKS}}}]},
    {"errors": [{"code": 2, "message": "BWKS_ERROR"}], "details": WORDS},
    {"errors": {"0": {"code": 2, "message": WORDS}}},
    {"details": WORDS},
    {"details": BROADWORKS},
    {"message": "BWKS_ERROR", "details": {"errors": [None, BROADWORKS]}},
    {"error": WORDS},
    {"error": {"message": WORDS}},
    {"detail": WORDS},
    [{"message": WORDS}],
]
ERRORS: dict[int, type[ApiError]] = {
    304: ApiBroken,
    400: ApiInvalid,
    401: ApiUnauthenticated,
    403: ApiForbidden,
    404: ApiNotFound,
    410: ApiTurnedOff,
    422: ApiInvalid,
    429: ApiBusy,
    500: ApiFailed,
    501: ApiUnsupported,
    503: ApiFailed,
}
REFUSALS = {400, 403, 404, 410, 422, 501}
UNKNOWN = {304, 500, 503}  # what became of a write
SUCCESSES = (200, 201, 204, 207)
ODD: list[Any] = [None, "", "odd", 99, True, [], {}, [None]]
NO_DOCUMENT = ["", "null", "[]", "{}", "true", '"saved"', "saved", '{"x": 1}']


class Script:
    """What the platform answers from now on."""

    def __init__(self, server: FaultServer) -> None:
        self.status, self.body = 200, b""
        server.script("*", "/", self._answer)

    def set(self, status: int, body: object) -> None:
        self.status, self.body = status, (body if isinstance(body, str) else json.dumps(body)).encode()

    def _answer(self, exchange: Exchange) -> None:
        exchange.send(message(self.status, self.body))


@pytest.fixture(scope="module")
def backend() -> Iterator[FaultServer]:
    with FaultServer() as server:
        yield server


@pytest.fixture
def script(backend: FaultServer) -> Script:
    return Script(backend)


@pytest.fixture
def client(backend: FaultServer) -> ApiClient:
    return ApiClient(backend.url, DeadlineAdapter(), LIMITS)


@pytest.mark.parametrize("name", CALLS)
def test_refusal_of_any_call_keeps_its_words(name: str, client: ApiClient, script: Script) -> None:
    for status, error_type in ERRORS.items():
        for shape in SHAPES if status != 304 else [""]:  # which has no body
            script.set(status, shape)
            with pytest.raises(ApiError) as caught:
                CALLS[name](client)
            error = caught.value
            assert type(error) is error_type, (status, shape)
            assert error.status == status
            assert status == 304 or WORDS in str(error), shape
            assert "BWKS_ERROR" not in str(error)
            assert isinstance(error, ApiRefused) == (status in REFUSALS)
            assert error.maybe_acted == (name in WRITES and status in UNKNOWN)


@pytest.mark.parametrize("name", READS)
def test_read_takes_any_success(name: str, client: ApiClient, script: Script) -> None:
    read = READS[name]
    script.set(200, read.body)
    documented = read(client)
    for status in SUCCESSES:
        if status != 204:  # which has no body
            script.set(status, read.body | {"unheardOf": [{"x": 1}], "problems": {"": "forged"}})
            assert read(client) == documented
        for body in NO_DOCUMENT:
            script.set(status, "" if status == 204 else body)
            with pytest.raises(ApiBroken, match="unreadable response"):
                read(client)


@pytest.mark.parametrize("name", WRITES)
def test_write_is_saved_whatever_a_success_holds(name: str, client: ApiClient, script: Script) -> None:
    for status in SUCCESSES:
        for body in NO_DOCUMENT:
            script.set(status, "" if status == 204 else body)
            WRITES[name](client)


@pytest.mark.parametrize("name", CALLS)
def test_page_in_place_of_an_answer_is_told_apart(name: str, client: ApiClient, script: Script) -> None:
    for status in (*SUCCESSES[:2], 302):
        script.set(status, "<!DOCTYPE html><title>Sign in</title>")
        with pytest.raises(ApiPageAnswer):
            CALLS[name](client)


def odd_bodies(body: Any) -> Iterator[Any]:
    """Yield the body with each of its fields, at any depth, missing, null, empty, of another type."""
    if isinstance(body, list):
        yield from ([item] for part in body for item in odd_bodies(part))
    elif isinstance(body, dict):
        for key, value in body.items():
            yield {other: body[other] for other in body if other != key}
            yield from (body | {key: odd} for odd in ODD)
            yield from (body | {key: inner} for inner in odd_bodies(value))


@pytest.mark.parametrize("name", sorted(READS.keys() - {"content"}))  # whose one field is all there is
def test_odd_field_leaves_the_others_readable(name: str, client: ApiClient, script: Script) -> None:
    read = READS[name]
    lists = [key for key, value in read.body.items() if isinstance(value, list)]
    tried = flagged = 0
    for body in odd_bodies(read.body):
        script.set(200, body)
        if any(not isinstance(body.get(key), list) for key in lists):
            with pytest.raises(ApiBroken):  # without its list there is nothing to show
                read(client)
            continue
        answer = read(client)
        tried += 1
        flagged += bool(problems(answer))
        for key in body.keys() - lists:
            field = next((info for info in answer.__struct_fields__ if info.replace("_", "") == key.lower()), "")
            if field and body[key] == read.body.get(key) and read.body[key] != "":
                assert field not in getattr(answer, "problems", {}), body
    assert tried > 8
    assert flagged > 2


def problems(answer: Any) -> bool:
    items = [answer, *(item for name in answer.__struct_fields__ for item in as_items(getattr(answer, name)))]
    return any(item.problems for item in items if isinstance(item, ListItem))


def as_items(value: Any) -> Any:
    return value if isinstance(value, tuple) else ()
