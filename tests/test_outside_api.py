"""The API beside the portal, for callers from outside."""

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.test import Client

from app import create_app
from tests.support.client import Browser
from tests.support.metrics import count_of
from tests.support.population import HQ
from tests.support.world import COLLEAGUE, OWNER, PASSWORD, World

LOGIN = "/api/v1/login/"
REBOOT = f"/api/v1{HQ.replace('/devices/', '/access_devices/')}Reception/reboot_phone/"


@pytest.fixture
def app(world: World) -> Iterator[Flask]:
    app = create_app(world.settings)
    yield app
    app.extensions["portal"].engine.dispose()


def sign_in(app: Flask, username: str, password: str, address: str = "198.51.100.7") -> tuple[int, str]:
    at = {"REMOTE_ADDR": address}
    answer = Client(app).post(LOGIN, json={"username": username, "password": password}, environ_overrides=at)
    return answer.status_code, answer.headers.get("Retry-After", "")


def counts_by_outcome() -> list[float]:
    outcomes = "wrong", "locked", "signed in"
    return [count_of("portal_sign_in_attempts_total", kind="api", outcome=outcome) for outcome in outcomes]


def test_wrong_passwords_are_counted_for_account(app: Flask) -> None:
    before = counts_by_outcome()
    addresses = [f"198.51.100.{number}" for number in range(7)]
    statuses = [sign_in(app, OWNER.username, "wrong", address)[0] for address in addresses]
    assert statuses == [401] * 5 + [429] * 2
    assert sign_in(app, OWNER.username.upper(), PASSWORD) == (429, "300")
    assert sign_in(app, COLLEAGUE.username, PASSWORD)[0] == 200
    assert [now - then for now, then in zip(counts_by_outcome(), before, strict=True)] == [5, 3, 1]
    assert Browser(app).sign_in(OWNER.username, PASSWORD).status == 401  # locked there, too


def test_wrong_passwords_are_counted_for_address(app: Flask) -> None:
    statuses = [sign_in(app, f"nobody{number}", "x", f"2001:db8::{number}")[0] for number in range(21)]
    assert statuses == [401] * 20 + [429]
    assert sign_in(app, COLLEAGUE.username, PASSWORD, "2001:db8::ffff") == (429, "300")
    assert sign_in(app, COLLEAGUE.username, PASSWORD)[0] == 200


def test_right_passwords_and_own_calls_do_not_count(app: Flask) -> None:
    for _ in range(22):
        assert sign_in(app, OWNER.username, PASSWORD)[0] == 200
    browser = Browser(app)
    assert browser.sign_in(OWNER.username, PASSWORD).status == 303
    assert browser.post(f"{HQ}Reception/reboot").status == 303


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b'{"username": 7}', b'{"username', b"\xff", b" " * 300_000], ids=range(7)
)
def test_unreadable_sign_in_is_left_to_the_api(app: Flask, body: bytes) -> None:
    answer = Client(app).post(LOGIN, data=body, content_type="application/json")
    assert answer.status_code in {400, 401, 413, 416}
    assert answer.json
    assert answer.json["errors"]


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
@pytest.mark.parametrize(("method", "path"), [("PUT", REBOOT), ("DELETE", REBOOT), ("POST", LOGIN)])
def test_writes_have_to_be_json(app: Flask, method: str, path: str, content_type: str) -> None:
    answer = Client(app).open(path, method=method, data="{}", content_type=content_type)
    assert answer.status_code == 415


OTHER_SITES = (
    *({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}),
    *({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://localhost.evil.example"}),
)


@pytest.mark.parametrize("headers", OTHER_SITES)
def test_other_sites_cannot_write(app: Flask, headers: dict[str, str]) -> None:
    client = Client(app)
    assert client.post(LOGIN, json={"username": OWNER.username, "password": PASSWORD}).status_code == 200
    assert client.put(REBOOT, headers=headers).status_code == 403
    assert client.get("/api/v1/tenants/", headers=headers).status_code == 200
    own = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert client.put(REBOOT, headers=own).status_code == 200
