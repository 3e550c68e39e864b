"""How often a page asks the backend, and that looking leaves no trace of its own."""

from typing import Any

import pytest
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter

from tests.config_files import TEXT, apply, upload
from tests.population import HQ
from tests.world import OWNER, World

ACME = "/tenants/acme/"
DEVICES = "/api/v1/tenants/acme/groups/headquarters/access_devices/"
RECEPTION = f"{DEVICES}Reception/"
FILE = "%25BWMACADDRESS%25.cfg"
READ_FILE = [f"GET {RECEPTION}config_files/{FILE}/", f"GET {RECEPTION}config_files/{FILE}/content/"]


class Counted(HTTPAdapter):
    """Notes what passes on the way to the backend."""

    def __init__(self, wire: BaseAdapter) -> None:
        super().__init__()
        self.calls: list[str] = []
        self._wire = wire

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        self.calls.append(f"{request.method} {request.path_url}")
        return self._wire.send(request, *args, **kwargs)


@pytest.fixture
def counted(world: World) -> Counted:
    app = world.another_portal(Counted)
    adapter = world.held_by(app).adapter
    assert isinstance(adapter, Counted)
    return adapter


def test_a_list_is_read_with_one_call_and_read_again_with_none(world: World, counted: Counted) -> None:
    owner = world.browser(OWNER, world.portals[-1])
    counted.calls.clear()
    assert owner.get(HQ).status == 200
    assert counted.calls == [f"GET {DEVICES}"]
    for url in (HQ, f"{HQ}?q=desk&status=Online&sort=-address", f"{HQ}?page=2&size=25", f"{HQ}export.csv"):
        assert owner.get(url).status == 200
    assert counted.calls == [f"GET {DEVICES}"]


@pytest.mark.parametrize(
    ("url", "calls"),
    [
        (f"{HQ}Reception/", [f"GET {RECEPTION}", f"GET {RECEPTION}connected_users/"]),
        (f"{HQ}Reception/edit", [f"GET {RECEPTION}", "GET /api/v1/configs/phone_types/"]),
        (f"{HQ}Reception/delete", [f"GET {RECEPTION}", f"GET {RECEPTION}connected_users/"]),
        (f"{HQ}Reception/reboot", [f"GET {RECEPTION}", f"GET {RECEPTION}connected_users/"]),
        (f"{HQ}Reception/lines/", [f"GET {RECEPTION}", f"GET {RECEPTION}connected_users/"]),
        (
            f"{HQ}Reception/tags/",
            [
                f"GET {RECEPTION}",
                *(f"GET {RECEPTION}{noun}/" for noun in ("available_tags", "connected_users", "config_files")),
                f"GET {RECEPTION}config_files/%25BWMACADDRESS%25.cfg/content/",
                f"GET {RECEPTION}config_files/y000000000028.cfg/content/",
            ],
        ),
        *((f"{HQ}Reception/files/{FILE}/{page}", [f"GET {RECEPTION}", *READ_FILE]) for page in ("change", "versions/")),
        (
            f"{HQ}Reception/files/",
            [
                f"GET {RECEPTION}",
                f"GET {RECEPTION}config_files/",
                f"GET {RECEPTION}config_files/{FILE}/",
                f"GET {RECEPTION}config_files/y000000000028.cfg/",
            ],
        ),
        (
            f"{HQ}Reception/files/{FILE}/",
            [
                f"GET {RECEPTION}",
                f"GET {RECEPTION}config_files/{FILE}/",
                f"GET {RECEPTION}config_files/{FILE}/content/",
                f"GET {RECEPTION}available_tags/",
                f"GET {RECEPTION}connected_users/",
                f"GET {RECEPTION}config_files/",
            ],
        ),
        (
            f"{HQ}Reception/files/{FILE}/download",
            [f"GET {RECEPTION}config_files/{FILE}/", f"GET {RECEPTION}config_files/{FILE}/content/"],
        ),
        ("/account", []),
        *(
            (f"{place}history/", ["GET /api/v1/tenants/acme/groups/"])
            for place in ("/", ACME, f"{ACME}groups/headquarters/")
        ),
        (f"{HQ}Reception/history/", [f"GET {RECEPTION}"]),
    ],
)
def test_a_page_asks_for_what_it_shows_and_no_more(world: World, counted: Counted, url: str, calls: list[str]) -> None:
    owner = world.browser(OWNER, world.portals[-1])
    counted.calls.clear()
    assert owner.get(url).status == 200
    assert counted.calls == calls


def test_saving_an_edit_looks_once_more_before_its_one_write(world: World, counted: Counted) -> None:
    owner = world.browser(OWNER, world.portals[-1])
    page = owner.get(f"{HQ}Reception/edit")
    counted.calls.clear()
    assert owner.submit(page, description="By the stairs").status == 303
    phone_types = "GET /api/v1/configs/phone_types/"
    assert counted.calls == [f"GET {RECEPTION}", phone_types, f"GET {RECEPTION}", f"PUT {RECEPTION}"]


def test_applying_a_file_reads_it_before_its_intent_and_behind_it(world: World, counted: Counted) -> None:
    owner = world.browser(OWNER, world.portals[-1])
    check = upload(owner, TEXT)
    counted.calls.clear()
    assert apply(owner, check).status == 303
    assert counted.calls == [f"GET {RECEPTION}", *READ_FILE, *READ_FILE, f"PUT {RECEPTION}config_files/{FILE}/"]


def test_looking_again_sets_no_cookie_and_writes_nothing(world: World) -> None:
    owner = world.browser(OWNER)
    owner.get(HQ)
    before = world.contents()
    for url in (HQ, f"{HQ}?q=desk", f"{HQ}Reception/", f"{HQ}Reception/edit", "/account"):
        assert "Set-Cookie" not in owner.get(url).headers, url
    assert world.contents() == before
