"""The fault server is the witness of other tests, so it is examined first."""

import pytest
import requests

from tests.support.faults.faults import acts_then_resets, answers, resets
from tests.support.faults.server import FaultServer, full_server, refused_address


def test_audit_log_tells_what_came_and_what_was_carried_out(backend: FaultServer) -> None:
    backend.script("PUT", "/b/", resets)
    backend.script("PUT", "/c/", acts_then_resets)
    requests.put(f"{backend.url}/a/?x=1", data=b"body", timeout=2)
    for path in ("/b/", "/c/"):
        with pytest.raises(requests.ConnectionError):
            requests.put(f"{backend.url}{path}", timeout=2)
    assert [(each.method, each.target, each.body, each.acted) for each in backend.requests] == [
        ("PUT", "/a/?x=1", b"body", True),
        ("PUT", "/b/", b"", False),
        ("PUT", "/c/", b"", True),
    ]


def test_latest_script_rules_until_it_heals(backend: FaultServer) -> None:
    backend.script("*", "/a/", answers(500))
    backend.script("GET", "/a/", answers(503))
    assert requests.get(f"{backend.url}/a/", timeout=2).status_code == 503
    assert requests.put(f"{backend.url}/a/", timeout=2).status_code == 500
    backend.heal()
    assert requests.get(f"{backend.url}/a/", timeout=2).status_code == 200


def test_full_server_takes_no_connection_in_time() -> None:
    with full_server() as url, pytest.raises(requests.ConnectTimeout):
        requests.get(url, timeout=0.2)


def test_nobody_listens_at_a_refused_address(backend: FaultServer) -> None:
    backend.refuse()
    for url in (refused_address(), backend.url):
        with pytest.raises(requests.ConnectionError, match="refused"):
            requests.get(url, timeout=1)
