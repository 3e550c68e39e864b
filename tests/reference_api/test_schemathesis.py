"""Requests made up from the API's own description, and every answer held against it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
import schemathesis
from schemathesis import AuthContext, BaseSchema, Case, Config, HookContext, Response
from schemathesis.core.failures import Failure
from schemathesis.engine import events, from_schema
from schemathesis.openapi.checks import RejectedPositiveData
from sqlalchemy import delete
from werkzeug.serving import WSGIRequestHandler, make_server

from app.database import writing
from app.reference_api.gate import COOKIE
from app.reference_api.rules import DUPLICATE_ORDER, GAP, MISSING_LINE, UNKNOWN_LINE
from app.reference_api.tables import AccessDevice, ConfigFile, Line
from tests.support.api_world import World

pytestmark = pytest.mark.xdist_group("made up")  # groups are begun first, and these take long

PHASES = ("examples", "coverage", "fuzzing", "stateful")
NAMES = {"tenant": "acme", "group": "headquarters", "device": "desk", "file": "y000000000028.cfg"}
CONFIG = {
    # A name that is made up finds nothing; names have tests of their own.
    "parameters": {f"path.{part}": name for part, name in NAMES.items()},
    # 413 and 416 are refusals here as well. All other checks are as they come, and all are on.
    "checks": {"negative_data_rejection": {"expected-statuses": ["4xx"]}},
}
_DEVICES = "/tenants/{tenant}/groups/{group}/access_devices/"
LIFE = (f"POST {_DEVICES}", f"GET {_DEVICES}{{device}}/", f"PUT {_DEVICES}{{device}}/")
# Why a body can be refused that fits its schema: another key, what is stored, or 1.0 for a whole number.
BEYOND_A_SCHEMA = (
    DUPLICATE_ORDER,
    GAP,
    MISSING_LINE,
    UNKNOWN_LINE,
    "each linePort can only be present once",
    "a userName and a password go together",
    "fileContent: is required",
    "fileContent: goes with the sources Custom and Manual only",
    "must be a whole number",
    "the group already has a device of this name",
    "another device already has this MAC address",
    "The device is in use",
)


@dataclass(frozen=True)
class Steady:
    """The API, with the same device in it for each request that could change one."""

    world: World

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "GET":
            self.restore(lines=() if environ["REQUEST_METHOD"] == "DELETE" else (1, 2))
        return self.world.app(environ, start_response)

    def restore(self, lines: tuple[int, ...] = (1, 2)) -> None:
        with writing(self.world.engine) as session:
            for table in (Line, ConfigFile, AccessDevice):
                session.execute(delete(table))
        self.world.device(NAMES["device"], lines=lines)


@dataclass
class Findings:
    failures: list[str] = field(default_factory=list)
    succeeded: set[str] = field(default_factory=set)

    def note(self, event: events.EngineEvent) -> None:
        match event:
            case events.FatalError():
                raise event.exception
            case events.NonFatalError():
                self.failures.append(f"{event.label}: {event.info.format()}")
            case events.ScenarioFinished() | events.FuzzScenarioFinished():
                for checks in event.recorder.checks.values():
                    self.failures += [
                        f"{check.failure_info.failure}\n{check.failure_info.code_sample}"
                        for check in checks
                        if check.failure_info
                    ]
                for case_id, exchange in event.recorder.interactions.items():
                    if exchange.response and exchange.response.status_code < 300:
                        self.succeeded.add(event.recorder.cases[case_id].value.operation.label)


class Silent(WSGIRequestHandler):
    def log_request(self, *_args: object) -> None: ...


@contextmanager
def served(app: WSGIApplication) -> Iterator[str]:
    """The address of `app` while it is served by a thread: the checks of sign-ins fail without a socket."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def described(address: str, world: World, who: str, phases: Iterable[str]) -> BaseSchema:
    """The API as it describes itself, for somebody who has signed in."""
    enabled = {phase: {"enabled": phase in phases} for phase in PHASES}
    # A session that is made up is none; the check of sign-ins takes the real one away, or spoils it.
    made_up = {"deterministic": True, "with-security-parameters": False}
    enough = {"max-examples": 40 if "stateful" in phases else 20}  # sequences are to come by every step of a life
    config = Config.from_dict({**CONFIG, "generation": made_up | enough, "phases": enabled})
    schema = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json", config=config)
    document = schema.raw_schema
    # Limits that take long and teach nothing: a megabyte of made-up base64, a name longer than any address that a
    # server reads, and 42 criteria of one kind.
    del document["components"]["schemas"]["ConfigFileUpdate"]["properties"]["fileContent"]["maxLength"]
    del document["paths"][f"{_DEVICES}{{device}}/available_tags/"]["get"]["parameters"][0]["schema"]["maxLength"]
    del document["paths"]["/search/device/"]["get"]["parameters"][4:]

    @schema.auth()
    class Session:
        def get(self, _case: Case[Any], _context: AuthContext) -> str:
            cookie = world.signed_in(who).client.get_cookie(COOKIE)
            assert cookie
            return cookie.value

        def set(self, case: Case[Any], data: str, _context: AuthContext) -> None:
            case.cookies[COOKIE] = data

    @schema.hook
    def filter_failure(context: HookContext, failure: Failure, case: Case[Any], response: Response) -> bool:
        return not (isinstance(failure, RejectedPositiveData) and is_beyond_a_schema(response))

    return schema


def is_beyond_a_schema(answer: Response) -> bool:
    details = [error["details"] for error in answer.json()["errors"]]
    return all(any(words in each for words in BEYOND_A_SCHEMA) for each in details)


@pytest.mark.no_cover  # thousands of requests, most of them refused at the same lines
@pytest.mark.parametrize(
    ("who", "phases"),
    [
        ("admin", "coverage"),
        ("admin", "examples fuzzing"),
        ("owner", "examples fuzzing"),
        ("owner", "stateful"),
    ],
)
def test_the_api_does_what_it_says_of_itself(world: World, who: str, phases: str) -> None:
    app, findings = Steady(world), Findings()
    app.restore()
    with served(world.app if phases == "stateful" else app) as address:
        schema = described(address, world, who, phases.split())
        for event in from_schema(schema).execute():
            findings.note(event)
    assert findings.failures == []
    if phases == "stateful":
        assert set(LIFE) <= findings.succeeded
    else:
        out_of_reach = {"POST /login/"} | ({"GET /search/device/"} if who == "owner" else set())
        assert operations(schema) - findings.succeeded == out_of_reach


def operations(schema: BaseSchema) -> set[str]:
    paths = schema.raw_schema["paths"].items()
    return {f"{method.upper()} {path}" for path, item in paths for method in item if method != "parameters"}
