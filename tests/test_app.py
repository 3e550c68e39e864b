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
    """As a worker makes it, over the databases of the small world."""
    app = create_app(world.settings)
    world.portals.append(app)
    return app


def test_one_server_is_portal_and_api(app: Flask) -> None:
    client: FlaskClient = app.test_client()
    assert client.get("/api/v1/tenants/").status_code == 401
    assert client.get("/api/v1/tenants/").get_json()["errors"]
    assert client.get("/login").mimetype == "text/html"


def test_a_person_and_the_api_do_not_share_a_cookie(app: Flask) -> None:
    browser = Browser(app)
    assert browser.sign_in(OWNER.username, PASSWORD).status == 303
    assert browser.get(HQ).status == 200
    assert browser.client.get_cookie("sessionid") is None
    assert browser.client.get("/api/v1/tenants/").status_code == 401
    browser.client.post("/api/v1/login/", json={"username": SUPPORT.username, "password": PASSWORD})
    assert OWNER.username in browser.get("/account").words


def test_preparing_again_changes_no_data(world: World) -> None:
    before = world.contents()
    prepare(world.settings)
    assert world.contents() == before


def test_every_demo_account_is_told_with_a_few_words() -> None:
    assert len(demo.accounts()) == 8
    assert all(words for _, words in demo.accounts())


def test_no_password_is_told_that_would_not_do(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    later = dataclasses.replace(world.settings, demo_password="set too late")
    serving.show_accounts(demo.accounts(), demo.password(later))
    told = capsys.readouterr().out
    assert "set too late" not in told
    assert "the password they were made with; the one that is set now is another" in told


def test_over_a_backend_elsewhere_only_the_portal_is_prepared(tmp_path: Path) -> None:
    settings: Settings = settings_in(tmp_path, backend_url="http://127.0.0.1:1")
    prepare(settings)
    assert [file.name for file in tmp_path.glob("*.db")] == ["portal.db"]
    app = create_app(settings)
    assert app.test_client().get("/api/v1/tenants/").status_code == 404
    assert app.test_client().get("/readyz").status_code == 503
    app.extensions["portal"].engine.dispose()
