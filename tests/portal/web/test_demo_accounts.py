"""The accounts of the demo, offered where one signs in."""

import pytest
from flask import Flask

from app.embedded import WsgiAdapter
from app.portal import create_portal
from tests.support.html import text
from tests.support.world import API, PASSWORD, World

ACCOUNTS = [
    ("owner@acme.example", "Group admin of acme / headquarters"),
    ("nobody@acme.example", "no account <at all>"),
]


@pytest.fixture
def demo(world: World) -> Flask:
    app = create_portal(world.settings, WsgiAdapter(world.api), API, demo_accounts=ACCOUNTS)
    world.portals.append(app)
    return app


def test_demo_account_link_fills_name_and_keeps_next(world: World, demo: Flask) -> None:
    nobody = world.nobody(demo)
    page = nobody.get("/login?next=/account")
    [link] = [link for link in page.links() if "owner" in link]
    filled = nobody.get(link)
    assert filled.form().fields["username"] == "owner@acme.example"
    assert filled.form().fields["next"] == "/account"
    assert nobody.submit(filled, password=PASSWORD).location == "/account"


def test_no_other_name_is_filled_in_and_no_password_is_shown(world: World, demo: Flask) -> None:
    page = world.nobody(demo).get("/login?username=somebody@acme.example")
    assert "somebody" not in page.text
    assert PASSWORD not in page.text
    assert world.settings.demo_password not in page.text


def test_portal_over_another_backend_names_no_account(world: World) -> None:
    page = world.nobody().get("/login?username=owner@acme.example")
    assert "demo" not in page.words
    assert [text(link) for link in page.document.iter("a")] == ["Skip to content"]
    assert page.form().fields["username"] == ""
