"""Late answers and faults, within the process and over a socket."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from time import monotonic
from typing import Any
from wsgiref.types import WSGIApplication

import pytest
import requests
from urllib3 import Timeout
from urllib3.exceptions import ReadTimeoutError

from app.disturbance import FAULTS, KINDS, Disturbance
from app.embedded import WsgiAdapter
from app.reference_api import ReferenceSettings, create_reference_api, disturbing
from app.reference_api.disturbing import DisturbedApi, call_kind
from tests.support.api_world import HEADQUARTERS, PASSWORD, World, address
from tests.support.serving import serve

DESK = address(*HEADQUARTERS, "desk")
BROKEN = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)

Served = Callable[[WSGIApplication], AbstractContextManager[requests.Session]]


@contextmanager
def within_process(app: WSGIApplication) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.mount("http://api.invalid", WsgiAdapter(app))
        session.params = {}
        yield _based(session, "http://api.invalid")


@contextmanager
def over_socket(app: WSGIApplication) -> Iterator[requests.Session]:
    with serve(app) as url, requests.Session() as session:
        yield _based(session, url)


def _based(session: requests.Session, url: str) -> requests.Session:
    send = session.request
    session.request = lambda method, path, **more: send(method, url + path, **more)  # type: ignore[method-assign]
    return session


@pytest.fixture(params=[within_process, over_socket])
def served(request: pytest.FixtureRequest) -> Served:
    chosen: Served = request.param
    return chosen


def sign_in(session: requests.Session) -> None:
    answer = session.post(address("login"), json={"username": "owner", "password": PASSWORD})
    session.cookies.set("sessionid", answer.cookies["sessionid"])


@pytest.fixture
def broken(world: World, served: Served) -> Iterator[Callable[[str], requests.Session]]:
    """Return a session of an API that answers every call except the sign-in with this fault."""
    world.device("desk")
    faults: list[str] = []

    def app(environ: Any, start_response: Any) -> Any:
        is_sign_in = environ["PATH_INFO"].endswith("/login/")
        disturbance = Disturbance(share=0 if is_sign_in else 1, faults=tuple(faults))
        return DisturbedApi(world.app, disturbance)(environ, start_response)

    with served(app) as session:
        sign_in(session)

        def breaking(fault: str) -> requests.Session:
            faults.append(fault)
            return session

        yield breaking


def description(world: World) -> str:
    """Return the description that the device really has."""
    text: str = world.signed_in("owner").get(*HEADQUARTERS, "desk").get_json()["description"]
    return text


@pytest.mark.parametrize(
    ("fault", "status", "retry_after"),
    [("429", 429, "5"), ("503", 503, "5"), ("500", 500, None), ("502", 502, None), ("html", 200, None)],
)
def test_refusal_does_nothing(
    world: World, broken: Callable[[str], requests.Session], fault: str, status: int, retry_after: str | None
) -> None:
    answer = broken(fault).put(DESK, json={"description": "new"})
    assert (answer.status_code, answer.headers.get("Retry-After")) == (status, retry_after)
    assert ("<html" in answer.text or "<!doctype html>" in answer.text) == (fault in {"502", "html"})
    assert description(world) == ""


@pytest.mark.parametrize(("fault", "is_done"), [("reset", False), ("lost", True), ("cut", True)])
def test_broken_connection_may_have_acted(
    world: World, broken: Callable[[str], requests.Session], fault: str, is_done: bool
) -> None:
    with pytest.raises(BROKEN):
        broken(fault).put(DESK, json={"description": "new"})
    assert (description(world) == "new") == is_done


def test_truncated_answer_is_half_of_json(world: World, broken: Callable[[str], requests.Session]) -> None:
    answer = broken("truncated").get(DESK)
    assert answer.status_code == 200
    assert len(answer.content) == int(answer.headers["Content-Length"])
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        answer.json()


def test_slow_body_arrives_in_pieces(
    broken: Callable[[str], requests.Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disturbing, "_DRIP_SECONDS", 0.01)
    started = monotonic()
    answer = broken("slow-body").get(DESK)
    assert answer.json()["deviceName"] == "desk"
    assert monotonic() - started >= 0.2


def test_slow_body_ends_with_callers_limit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disturbing, "_DRIP_SECONDS", 0.05)
    app = DisturbedApi(world.app, Disturbance(share=1, faults=("slow-body",)))
    started = monotonic()
    with within_process(app) as session, pytest.raises(requests.ConnectionError) as caught:
        session.get(address("tenants"), timeout=Timeout(read=9, total=0.12))  # type: ignore[arg-type]  # urllib3's
    assert isinstance(caught.value.args[0], ReadTimeoutError)
    assert monotonic() - started < 0.5


def test_every_fault_is_made() -> None:
    assert set(disturbing._FAULTS) == set(FAULTS)


def test_only_named_kind_is_delayed(world: World, served: Served) -> None:
    with served(DisturbedApi(world.app, Disturbance({"list": 0.3}))) as session:
        sign_in(session)
        started = monotonic()
        assert session.get(address("tenants")).status_code == 200
        assert monotonic() - started < 0.3
        assert session.get(address(*HEADQUARTERS)).status_code == 200
        assert monotonic() - started >= 0.3


@pytest.mark.parametrize("limit", [Timeout(read=0.05, total=9), Timeout(read=9, total=0.05)])
def test_caller_waits_no_longer_than_its_limit(world: World, served: Served, limit: Timeout) -> None:
    with served(DisturbedApi(world.app, Disturbance({"tenants": 0.5}))) as session:
        sign_in(session)
        started = monotonic()
        with pytest.raises(requests.Timeout):
            session.get(address("tenants"), timeout=limit)  # type: ignore[arg-type]  # urllib3's is accepted
        assert monotonic() - started < 0.5


def test_share_of_calls_fails(world: World) -> None:
    app = DisturbedApi(world.app, Disturbance(share=0.3, faults=("500", "503")))
    with within_process(app) as session:
        statuses = [session.get(address("tenants")).status_code for _ in range(200)]
    assert set(statuses) == {401, 500, 503}
    assert 30 <= len(statuses) - statuses.count(401) <= 90


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        ("POST login/", "login"),
        ("POST logout/", "login"),
        ("GET tenants/", "tenants"),
        ("GET tenants/acme/", "tenants"),
        ("GET tenants/acme/groups/", "groups"),
        ("GET tenants/acme/groups/hq/", "groups"),
        ("GET tenants/acme/groups/hq/device_end_points/", "device_end_points"),
        ("GET tenants/acme/groups/hq/access_devices/", "list"),
        ("POST tenants/acme/groups/hq/access_devices/", "write"),
        ("GET tenants/acme/groups/hq/access_devices/list/", "detail"),
        ("GET tenants/acme/groups/hq/access_devices/desk", "detail"),
        ("DELETE tenants/acme/groups/hq/access_devices/desk/", "write"),
        ("PUT tenants/acme/groups/hq/access_devices/desk/reboot_phone/", "write"),
        ("GET tenants/acme/groups/hq/access_devices/desk/config_files/", "config_files"),
        ("GET tenants/acme/groups/hq/access_devices/desk/config_files/a.cfg/content/", "config_files"),
        ("GET tenants/acme/groups/hq/access_devices/desk/connected_users/", "connected_users"),
        ("GET tenants/acme/groups/hq/access_devices/desk/available_tags/", "available_tags"),
        ("GET configs/phone_types/", "phone_types"),
        ("GET configs/phone_types/T48/", "phone_types"),
        ("GET search/device/", "search"),
        ("GET openapi.json", None),
        ("GET docs/page.css", None),
        ("GET nothing/", None),
    ],
)
def test_kind_follows_from_address(call: str, kind: str | None) -> None:
    method, path = call.split()
    assert call_kind(method, f"/api/v1/{path}") == kind
    assert kind is None or kind in KINDS


def test_settings_disturb_api() -> None:
    settings = ReferenceSettings(database_url="sqlite://", disturbance=Disturbance(share=1, faults=("502",)))
    assert create_reference_api(settings).test_client().get(address("tenants")).status_code == 502


@pytest.mark.parametrize(("requires_slash", "status"), [(True, 404), (False, 416)])
def test_lenient_slashes_accept_path_without(requires_slash: bool, status: int) -> None:
    settings = ReferenceSettings(database_url="sqlite://", requires_slash=requires_slash)
    client = create_reference_api(settings).test_client()
    assert client.post("/api/v1/login", data="[]").status_code == status
