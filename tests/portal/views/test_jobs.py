"""Jobs through their pages, carried out by the background process over the reference API."""

from urllib.parse import quote

import pytest

from app.portal.domain.jobs import ItemReason, ItemState
from tests.support.boards import add_device
from tests.support.client import Browser
from tests.support.jobs import create, items, state_on, work
from tests.support.population import HQ
from tests.support.world import OWNER, SUPPORT, World


@pytest.fixture
def owner(world: World) -> Browser:
    return world.browser(OWNER)


def test_selected_devices_are_rebooted_after_the_preview(world: World, owner: Browser) -> None:
    names = ["acme/headquarters/Reception", "acme/headquarters/Gone", "globex/amsterdam/Reception"]
    url = create(owner, "reboot", *names)
    assert state_on(owner.get(url)) == "checking"
    work(world)
    draft = owner.get(url)
    assert state_on(draft) == "draft"
    assert not world.changes()
    assert owner.submit(draft, f"{url}start", canary="0", pace="60").status == 303
    work(world)
    assert items(world) == [
        ("Reception", ItemState.DONE, ItemReason.BACK_ONLINE),
        ("Gone", ItemState.REFUSED, ItemReason.NOT_FOUND),
        ("Reception", ItemState.REFUSED, ItemReason.NOT_FOUND),
    ]
    assert state_on(owner.get(url)) == "done"
    assert len(world.changes()) == 1


def test_all_that_match_are_those_of_the_moment(world: World, owner: Browser) -> None:
    page = owner.post(f"{HQ}bulk?q=desk", action="reboot", all="1")
    add_device(world, "Desk 77", "Yealink-T46G", {})
    work(world)
    assert owner.get(page.location or "").status == 200
    names = [name for name, _, _ in items(world)]
    assert names[:2] == ["Desk 01", "Desk 02"]
    assert "Desk 77" not in names
    assert "Reception" not in names


def test_support_may_not_delete_many(world: World) -> None:
    support = world.browser(SUPPORT)
    assert support.post(f"{HQ}bulk", action="delete", device="Reception").status == 403
    assert not items(world)


def test_odd_names_become_refused_items_and_break_no_page(world: World, owner: Browser) -> None:
    names = ["a\0b", "..", "x" * 5000, "<script>", "\ud7ff", "%2F", "a/b", "\u202eabc", " "]
    url = create(owner, "reboot", *(f"acme/headquarters/{quote(name, safe='')}" for name in names))
    work(world)
    assert {(state, reason) for _, state, reason in items(world)} <= {
        (ItemState.REFUSED, ItemReason.NOT_FOUND),
        (ItemState.REFUSED, ItemReason.NOT_SENT),
    }
    page = owner.get(url)  # its links have words, its markup is whole
    assert "<script> Refused" in page.words
    assert (state_on(page), owner.get(f"{url}items.csv").status) == ("draft", 200)


@pytest.mark.parametrize("device", ["Reception", "acme/Reception", "acme//Reception", "a/b/c/d"])
def test_device_without_its_place_makes_no_job(world: World, owner: Browser, device: str) -> None:
    page = owner.post("/jobs/", action="reboot", device=device)
    assert (page.status, "Name each one as tenant/group/device" in page.words) == (422, True)
    page = owner.post("/jobs/", action="reboot", device="")
    assert (page.status, "Select at least one device" in page.words) == (422, True)
    assert not items(world)
