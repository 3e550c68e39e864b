"""The portal and the API in one server, as `make run` starts them."""

import dataclasses
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app, demo, prepare, serving
from app.config import Settings
from tests.support.client import Browser
from tests.support.population import HQ
from tests.support.world import OWNER, PASSWORD, SUPPORT, World, settings_in


@pytest.fixture
def app(world: World) -> Flask:
    """The application of a worker, over the databases of the test world."""
    app = create_app(world.settings)
    world.portals.append(app)
    return app


def test_one_server_serves_portal_and_api(app: Flask) -> None:
    client: FlaskClient = app.test_client()
    assert client.get("/api/v1/tenants/").status_code == 401
    assert client.get("/api/v1/tenants/").get_json()["errors"]
    assert client.get("/login").mimetype == "text/html"


def test_portal_and_api_share_no_cookie(app: Flask) -> None:
    browser = Browser(app)
    assert browser.sign_in(OWNER.username, PASSWORD).status == 303
    assert browser.get(HQ).status == 200
    assert browser.client.get_cookie("sessionid") is None
    assert browser.client.get("/api/v1/tenants/").status_code == 401
    browser.client.post("/api/v1/login/", json={"username": SUPPORT.username, "password": PASSWORD})
    assert OWNER.username in browser.get("/account").words


def test_prepare_is_idempotent(world: World) -> None:
    before = world.contents()
    prepare(world.settings)
    assert world.contents() == before


def test_demo_accounts_have_descriptions() -> None:
    assert len(demo.accounts()) == 8
    assert all(description for _, description in demo.accounts())


def test_wrong_demo_password_is_not_printed(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    later = dataclasses.replace(world.settings, demo_password="set too late")
    serving.print_accounts(demo.accounts(), demo.password(later))
    output = capsys.readouterr().out
    assert "set too late" not in output
    assert "Password: the one they were created with (not the one that is set now)" in output


def test_remote_backend_prepares_portal_only(tmp_path: Path) -> None:
    settings: Settings = settings_in(tmp_path, backend_url="http://127.0.0.1:1")
    prepare(settings)
    assert [file.name for file in tmp_path.glob("*.db")] == ["portal.db"]
    app = create_app(settings)
    assert app.test_client().get("/api/v1/tenants/").status_code == 404
    assert app.test_client().get("/readyz").json == {"backend": False, "database": True}
    app.extensions["portal"].engine.dispose()
