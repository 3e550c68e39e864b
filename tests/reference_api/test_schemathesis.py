"""Requests generated from the API's description, and every answer checked against it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
import schemathesis
from schemathesis import AuthContext, BaseSchema, Case, Config, HookContext, Response
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.engine import events, from_schema
from schemathesis.openapi.checks import RejectedPositiveData
from sqlalchemy import delete

from app.database import writing
from app.reference_api.access_check import COOKIE
from app.reference_api.phone_types import CATALOGUE
from app.reference_api.rules import DUPLICATE_ORDER, GAP, MISSING_LINE, UNKNOWN_LINE
from app.reference_api.tables import AccessDevice, ConfigFile, Line
from tests.support.api_world import World
from tests.support.serving import serve

pytestmark = pytest.mark.xdist_group("schemathesis")  # groups are started first, and these take long

PHASES = ("examples", "coverage", "fuzzing", "stateful")
NAMES = {
    "tenant": "acme",
    "group": "headquarters",
    "device": "desk",
    "file": "y000000000028.cfg",
    "phone_type": "Yealink-T46G",
}
CONFIG = {
    # A generated name finds nothing; names have tests of their own.
    "parameters": {f"path.{part}": name for part, name in NAMES.items()},
    # 413, 415 and 416 are refusals here as well. All other checks have their defaults.
    "checks": {"negative_data_rejection": {"expected-statuses": ["4xx"]}},
}
_DEVICES = "/tenants/{tenant}/groups/{group}/access_devices/"
_SAME_AS_PUT = f"{_DEVICES}{{device}}/config_files/{{file}}/"
_DEVICE = f"{_DEVICES}{{device}}/"
LIFE_CYCLE = (f"POST {_DEVICES}", f"GET {_DEVICE}", f"PUT {_DEVICE}")
OF_A_DEVICE = (f"GET {_DEVICE}", f"PUT {_DEVICE}", f"DELETE {_DEVICE}")
HOSTS = ("netAddress", "outboundProxyServerNetAddress", "stunServerNetAddress")
# Refusals that a schema cannot express: relations between keys, stored data, or 1.0 for a whole number.
BEYOND_SCHEMA = (
    DUPLICATE_ORDER,
    GAP,
    MISSING_LINE,
    UNKNOWN_LINE,
    "each linePort can only be present once",
    "a userName and a password go together",
    "fileContent: is required",
    "fileSource: is required",
    "must hold either linePorts or objects, not both",
    "fileContent: goes with the sources Custom and Manual only",
    "must be a whole number",
    "the group already has a device of this name",
    "another device already has this MAC address",
    "The device is in use",
)


@dataclass(frozen=True)
class ResettingApi:
    """The API, with its one device restored before each request that could change it."""

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

    def record(self, event: events.EngineEvent) -> None:
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


def load_schema(address: str, world: World, who: str, phases: Iterable[str], part: Iterable[str]) -> BaseSchema:
    """Load the API's description, with the session of `who`; only the paths of `part`, or all if that is empty."""
    enabled = {phase: {"enabled": phase in phases} for phase in PHASES}
    # Generated sessions are never valid; the check of sign-ins removes or damages the real one.
    generation = {"deterministic": True, "with-security-parameters": False}
    # Enough to reach every step of LIFE_CYCLE; what an owner may do, an admin has tried more often.
    enough = {"max-examples": 40 if "stateful" in phases else 20 if who == "admin" else 5}
    config = Config.from_dict({**CONFIG, "generation": generation | enough, "phases": enabled})
    schema: BaseSchema = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json", config=config)
    document = schema.raw_schema
    # Too slow: a megabyte of generated base64, a name longer than a request line, and dozens of criteria of one kind.
    del document["paths"][f"{_DEVICES}{{device}}/available_tags/"]["get"]["parameters"][0]["schema"]["maxLength"]
    for path in ("/search/device/", "/tenants/{tenant}/groups/{group}/device_end_points/"):
        del document["paths"][path]["get"]["parameters"][1:-1]
    if "coverage" in phases:  # a second for each host name of just this length, of which test_limits.py has some
        for schemas in ("DeviceCreation", "DeviceUpdate"):
            for host in HOSTS:
                del document["components"]["schemas"][schemas]["properties"][host]["maxLength"]
    # An open string in the description; generated ones would all be refused.
    document["components"]["schemas"]["DeviceCreation"]["properties"]["deviceType"]["enum"] = list(CATALOGUE)
    if paths := {operation.split(" ", 1)[1] for operation in part}:
        schema = schema.include(path=sorted(paths))
    else:
        schema = schema.exclude(path=_SAME_AS_PUT, method="POST")

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
        if isinstance(failure, AcceptedNegativeData):
            # "" is taken for null, as the description says in words.
            return not (isinstance(case.body, dict) and case.body.get("netPort") == "")
        return not (isinstance(failure, RejectedPositiveData) and is_beyond_schema(response))

    return schema


def is_beyond_schema(answer: Response) -> bool:
    details = [error["details"] for error in answer.json()["errors"]]
    return all(any(part in detail for part in BEYOND_SCHEMA) for detail in details)


@pytest.mark.parametrize(
    ("who", "phases", "part"),
    [
        pytest.param("admin", "coverage", (), marks=pytest.mark.long),
        ("admin", "coverage", OF_A_DEVICE),
        ("admin", "examples fuzzing", ()),
        pytest.param("owner", "examples fuzzing", (), marks=pytest.mark.long),
        ("owner", "stateful", LIFE_CYCLE),
    ],
)
def test_api_matches_its_description(world: World, who: str, phases: str, part: Sequence[str]) -> None:
    app, findings = ResettingApi(world), Findings()
    app.restore()
    with serve(world.app if phases == "stateful" else app) as address:
        schema = load_schema(address, world, who, phases.split(), part)
        for event in from_schema(schema).execute():
            findings.record(event)
    assert findings.failures == []
    if part:
        assert set(part) <= findings.succeeded
    else:
        out_of_reach = {"POST /login/", f"POST {_SAME_AS_PUT}"} | ({"GET /search/device/"} if who == "owner" else set())
        assert operations(schema) - findings.succeeded == out_of_reach


def operations(schema: BaseSchema) -> set[str]:
    paths = schema.raw_schema["paths"].items()
    return {f"{method.upper()} {path}" for path, item in paths for method in item if method != "parameters"}
