"""Config files that jobs send to many devices, over the reference API."""

import base64
from urllib.parse import quote

import pytest

from app.portal.domain.jobs import ItemState
from tests.support.client import Browser
from tests.support.config_files import FILE
from tests.support.jobs import create, item_details, items, plan_file, state_on, work
from tests.support.population import API_HQ, HQ
from tests.support.world import OWNER, World

TEXT = b"#!version:1.0.0.1\nring = %NOWHERE%\n"


@pytest.fixture
def owner(world: World) -> Browser:
    return world.browser(OWNER)


def api_file(device: str) -> str:
    return f"{API_HQ}{device}/config_files/{quote(FILE, safe='')}/"


def put(world: World, device: str, content: bytes) -> None:
    body = {"fileSource": "Custom", "fileContent": base64.b64encode(content).decode()}
    world.tell_api("PUT", api_file(device), body)


def remove_mac(world: World, device: str) -> None:
    world.tell_api("PUT", f"{API_HQ}{device}/", {"macAddress": None})


def content(world: World, device: str) -> bytes:
    return base64.b64decode(world.tell_api("GET", f"{api_file(device)}content/", None)["fileContent"])


def test_one_file_is_sent_to_many_devices(world: World, owner: Browser) -> None:
    put(world, "Desk 01", TEXT)
    put(world, "Desk 02", b"before\n")
    remove_mac(world, "Desk 05")
    devices = ("Reception", "Desk 01", "Desk 02", "Desk 03", "Fax", "Desk 05", "Desk 06")
    names = [f"acme/headquarters/{name}" for name in devices]
    url = create(owner, "file", *names)
    assert plan_file(owner, url, FILE, TEXT).status == 303
    work(world)
    reception, same, custom, _, fax, without_mac, _ = item_details(world)
    assert reception.seen["changes"][0][:2] == [FILE, "Type template"]
    assert custom.seen["changes"][0][1] == "Custom (7 bytes)"
    assert (same.state, fax.state, without_mac.state) == (ItemState.UNCHANGED, ItemState.REFUSED, ItemState.REFUSED)
    draft = owner.get(url)
    assert "Tags without a value: %NOWHERE%." in draft.words
    assert f"The device has no file {FILE}." in draft.words
    shown = owner.get(f"{url}difference/3")
    assert (shown.status, shown.h1) == (200, "Desk 02")
    assert "ring = %NOWHERE%" in shown.words
    assert "Difference 2 of 2" in shown.words
    template = owner.get(f"{url}difference/1")
    assert "The same difference on 3 devices Difference 1 of 2" in template.words
    assert f"{url}difference/3" in template.links()
    assert owner.get(f"{url}difference/8").status == 404
    remove_mac(world, "Desk 06")
    put(world, "Desk 03", b"somebody else\n")
    owner.submit(draft, f"{url}start")
    work(world)
    assert [item[1] for item in items(world)] == [
        ItemState.DONE,
        ItemState.UNCHANGED,
        ItemState.DONE,
        ItemState.SKIPPED,
        ItemState.REFUSED,
        ItemState.REFUSED,
        ItemState.REFUSED,
    ]
    assert owner.get(url).words.count(f"The device has no MAC address, so no phone could load {FILE}.") == 2
    assert [content(world, name) for name in ("Reception", "Desk 02")] == [TEXT, TEXT]
    versions = owner.get(f"{HQ}Reception/files/{quote(FILE, safe='')}/versions/").words
    assert "my.cfg (job 1)" in versions
    back_to_the_template(world, owner)


def back_to_the_template(world: World, owner: Browser) -> None:
    names = [f"acme/headquarters/{name}" for name in ("Reception", "Desk 02", "Desk 04")]
    url = create(owner, "default", *names)
    work(world)
    draft = owner.get(url)
    assert [(item.subject, item.verdict) for item in item_details(world)[7:]] == [
        (FILE, "change"),
        (FILE, "change"),
        ("", "unchanged"),
    ]
    owner.submit(draft, f"{url}start")
    work(world)
    sources = [world.tell_api("GET", api_file(name), None)["fileSource"] for name in ("Reception", "Desk 02")]
    assert sources == ["Default", "Default"]
    undo(world, owner, url)


def undo(world: World, owner: Browser, url: str) -> None:
    again = owner.post(f"{url}undo").location or ""
    work(world)
    owner.submit(owner.get(again), f"{again}start")
    work(world)
    assert [item[1] for item in items(world)[-2:]] == [ItemState.DONE, ItemState.DONE]
    assert [content(world, name) for name in ("Reception", "Desk 02")] == [TEXT, TEXT]


def test_unusable_file_leaves_the_draft(owner: Browser) -> None:
    url = create(owner, "file", "acme/headquarters/Reception")
    for file_format, content, words in [
        ("", TEXT, "Enter the name of the config file."),
        ("x" * 256, TEXT, "1 character too many."),
        (FILE, b"x" * ((1 << 20) + 1), "too large"),
    ]:
        refused = plan_file(owner, url, file_format, content)
        assert (refused.status, state_on(refused)) == (422, "draft"), words
        assert words in refused.words
    refused = owner.post(f"{url}plan", file_format=FILE)
    assert "Choose a file first." in refused.words
    assert refused.form(f"{url}plan").fields["file_format"] == FILE
