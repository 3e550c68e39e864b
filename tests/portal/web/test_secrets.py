"""Secrets of every kind are planted, and then looked for wherever the portal shows, tells or keeps anything."""

import logging

import pytest

from app.database import connect, writing
from app.reference_api.tables import Tag
from tests.support import config_files
from tests.support.config_files import CHANGE, FILES
from tests.support.faults.pages import DevicePages
from tests.support.population import HQ
from tests.support.sessions import read_cookie, read_session_token
from tests.support.world import OWNER, PASSWORD, World

SPELT = ("%BWAUTHPASSWORD-1%", "%bwAuthPassword-2%")
CUSTOM = {"use_custom_user_name_password": "true", "user_name": "phone"}


def test_secrets_appear_nowhere_in_clear(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with writing(world.api_engine) as db:
        db.add_all(Tag(level="DeviceProfile", device_key=1, name=name, value="pl4nted-tag") for name in SPELT)
    pages = DevicePages(world)
    _plant_passwords(world)
    config_files.apply(pages.browser, config_files.upload(pages.browser, f"pw = {' '.join(SPELT)}".encode()))
    token = read_session_token(pages.browser.app, read_cookie(pages.browser))
    row = world.held_by().sessions.find(token)
    assert row is not None
    backend_cookie = (row.backend_cookies or {})["sessionid"]

    addresses = [url for _, url in pages.addresses() if "/static/" not in url]
    addresses += [f"{HQ}Softphone/", f"{HQ}Softphone/edit", f"{HQ}Softphone/history/", f"{FILES}?as=phone"]
    shown = "".join(pages.browser.client.open(url, buffered=True).text for url in addresses)
    assert all(name in shown for name in SPELT)
    everything = {"pages": shown, "log": caplog.text, "database": world.database_bytes().decode("latin-1")}
    for secret in (PASSWORD, "pl4nted", "ment@", token, backend_cookie):
        assert [where for where, text in everything.items() if secret in text] == [], secret


@pytest.mark.parametrize("url", ["sqlite://", "postgresql://portal@nowhere.invalid/portal"])
def test_database_error_repeats_no_secret(url: str) -> None:
    assert connect(url).hide_parameters


def _plant_passwords(world: World) -> None:
    """In a sign-in that fails, in an edit, in a form that is refused, and in one whose session is over."""
    world.nobody().sign_in(OWNER.username, "pl4nted-guess")
    world.nobody().sign_in("pl4nted-as-a-name", "x")
    owner = world.browser(OWNER)
    edit = owner.get(f"{HQ}Softphone/edit")
    assert owner.submit(edit, **CUSTOM, password="pl4nted-device").status == 303
    assert owner.submit(owner.get(f"{HQ}Softphone/edit"), net_port="1", password="pl4nted-refused").status == 422
    late = owner.get(f"{HQ}Softphone/edit")
    text = owner.get(CHANGE)
    owner.post("/logout")
    assert owner.submit(late, description="kept", password="pl4nted-late").status == 303
    assert config_files.edited(owner, "password = pl4nted-in-a-file\n", text).status == 303
