"""What happens to a whole device, and the page before it that names who is hit."""

import pytest
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter

from tests.support.client import Browser
from tests.support.devices import list_device_names, read_device
from tests.support.population import API_HQ, HQ
from tests.support.world import OWNER, SUPPORT, World

PROGRESS = f"{HQ}Reception/reboot/progress"


class WithoutUsers(HTTPAdapter):
    """Everything answers but the question who is connected."""

    def __init__(self, behind: BaseAdapter) -> None:
        super().__init__()
        self._behind = behind

    def send(self, request: PreparedRequest, *args: object, **kwargs: object) -> Response:
        if "connected_users" in (request.url or ""):
            raise ConnectionRefusedError
        return self._behind.send(request)


def test_delete_lists_users_and_asks_for_the_name(world: World) -> None:
    owner = world.browser(OWNER)
    page = owner.get(f"{HQ}Reception/delete")
    assert page.h1 == "Delete Reception?"
    assert "2 people assigned to this device" in page.words
    assert "Ada Example" in page.words
    wrong = owner.submit(page, confirm_name="reception")
    assert wrong.status == 422
    assert "Nothing was deleted" in wrong.words
    assert world.changes() == []


def test_delete_of_device_in_use_shows_refusal(world: World) -> None:
    owner = world.browser(OWNER)
    answer = owner.submit(owner.get(f"{HQ}Reception/delete"), confirm_name="Reception")
    assert answer.status == 422
    assert "in use: 2 connected users" in answer.words
    assert "Reception" in list_device_names(world)
    assert [outcomes for _, outcomes in world.changes()] == [["refused"]]


@pytest.mark.both_databases
def test_unused_device_is_deleted_at_once(world: World) -> None:
    owner = world.browser(OWNER)
    page = owner.get(f"{HQ}Fax/delete")
    assert "confirm_name" not in page.form().names
    assert owner.submit(page).location == HQ
    assert "Fax deleted" in owner.get(HQ).words
    assert owner.get(f"{HQ}Fax/").status == 404
    assert "Fax" not in list_device_names(world)


def test_second_form_to_delete_says_that_it_is_gone(world: World) -> None:
    owner = world.browser(OWNER)
    pages = [owner.get(f"{HQ}Fax/delete") for _ in range(2)]
    assert [owner.submit(page).status for page in pages] == [303, 404]
    assert len(world.changes()) == 1


@pytest.mark.parametrize("what", ["delete", "reboot"])
def test_unreadable_users_do_not_prevent_acting(world: World, what: str) -> None:
    owner = world.browser(OWNER, world.another_portal(WithoutUsers))
    page = owner.get(f"{HQ}Fax/{what}")
    assert page.status == 200
    assert "could not be read" in page.words
    assert owner.submit(page).status == 303


def test_rebooting_names_who_loses_service(world: World) -> None:
    page = world.browser(OWNER).get(f"{HQ}Reception/reboot")
    assert "lose service for about a minute" in page.words
    assert "Grace Example" in page.words
    assert world.changes() == []


def test_support_may_reboot_and_it_is_recorded_as_theirs(world: World) -> None:
    support = world.browser(SUPPORT)
    assert support.submit(support.get(f"{HQ}Reception/reboot")).location == PROGRESS
    [(change, outcomes)] = world.changes()
    assert (change.username, change.role, change.action) == (SUPPORT.username, "Support", "device:reboot")
    assert outcomes == ["applied"]


def test_type_that_cannot_be_reset_says_so(world: World) -> None:
    owner = world.browser(OWNER)
    answer = owner.submit(owner.get(f"{HQ}Softphone/reboot"))
    assert answer.status == 422
    assert "The platform did not accept the reboot: This type of device does not support a reset. " in answer.words
    assert [outcomes for _, outcomes in world.changes()] == [["refused"]]


def test_reboot_is_followed_until_the_device_is_back(world: World) -> None:
    owner = world.browser(OWNER)
    owner.submit(owner.get(f"{HQ}Reception/reboot"))
    away = owner.get(PROGRESS)
    assert "Waiting for it to come online" in away.words
    look = poll(away)
    assert away.headers["Refresh"] == f"5; url={look}"
    world.clock.advance(seconds=5)
    assert "Waiting for it to come online" in owner.get(look).words
    world.clock.advance(seconds=20)
    back = owner.get(look)
    assert "The platform reports the device Online again" in back.words
    assert "every 5s" not in back.text
    assert "Refresh" not in back.headers


def poll(page: object) -> str:
    """The address that the page asks by itself."""
    [found] = [each for each in page.document.iter("section") if each.get("id") == "progress"]  # type: ignore[attr-defined]
    return str(found.get("data-hx-get"))


def test_following_stops_by_itself_and_says_what_is_known(world: World) -> None:
    owner = world.browser(OWNER)
    for name in ("Reception", "Fax"):
        owner.submit(owner.get(f"{HQ}{name}/reboot"))
    world.clock.advance(seconds=10)
    assert "Waiting for it to come online" in owner.get(f"{HQ}Fax/reboot/progress").words
    world.clock.advance(seconds=15)
    page = owner.get(PROGRESS)
    assert "every 5s" in page.text
    offline_before = owner.get(f"{HQ}Fax/reboot/progress")
    assert "The platform reports the device Online" in offline_before.words
    assert "every 5s" not in offline_before.text
    world.clock.advance(minutes=2)
    page = owner.get(PROGRESS)
    assert "Reboot requested at 09:30:00 UTC. The platform reports no change" in page.words
    assert "every 5s" not in page.text


def test_there_is_no_progress_of_a_reboot_nobody_asked_for(world: World) -> None:
    assert world.browser(OWNER).get(PROGRESS).location == f"{HQ}Reception/reboot"


@pytest.mark.parametrize("away_at", ["nonsense", "2026-03-02T09:30:00", "9999-99-99", ""])
def test_made_up_moment_in_the_address_is_forgotten(world: World, away_at: str) -> None:
    owner = world.browser(OWNER)
    owner.submit(owner.get(f"{HQ}Reception/reboot"))
    assert owner.get(f"{PROGRESS}?away_at={away_at}").status == 200


def test_device_page_shows_users_or_stands_without(world: World) -> None:
    page = world.browser(OWNER).get(f"{HQ}Reception/")
    assert "Ada Example" in page.words
    partly: Browser = world.browser(OWNER, world.another_portal(WithoutUsers))
    page = partly.get(f"{HQ}Reception/")
    assert page.status == 200
    assert "The lines could not be read" in page.words
    assert "By the door" in page.words


def test_no_control_is_drawn_that_the_person_may_not_use(world: World) -> None:
    owner, support = world.browser(OWNER), world.browser(SUPPORT)
    assert {f"{HQ}Reception/{what}" for what in ("edit", "delete", "reboot")} <= set(
        owner.get(f"{HQ}Reception/").links()
    )
    assert f"{HQ}Reception/delete" not in support.get(f"{HQ}Reception/").links()
    assert f"{HQ}new" in owner.get(HQ).links()
    assert f"{HQ}new" not in support.get(HQ).links()


def test_reboot_does_not_change_the_device(world: World) -> None:
    before = read_device(world, "Fax")
    owner = world.browser(OWNER)
    owner.submit(owner.get(f"{HQ}Fax/reboot"))
    world.clock.advance(minutes=1)
    assert read_device(world, "Fax") == {**before, "status": "Online"}
    assert world.tell_api("GET", API_HQ, None)["access_devices"]
