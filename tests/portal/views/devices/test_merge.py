"""Two people edit the same device: the second sees what the first did, and nothing is lost or mixed."""

import pytest

from tests.support.client import Browser, Page
from tests.support.devices import edit_device, read_device
from tests.support.population import API_HQ, HQ
from tests.support.world import COLLEAGUE, OWNER, World

EDIT = f"{HQ}Reception/edit"


def conflict(world: World, theirs: dict[str, str], **mine: str) -> tuple[Browser, Page]:
    """I open the form, somebody else saves, I send mine."""
    owner = world.browser(OWNER)
    form = owner.get(EDIT)
    assert edit_device(world.browser(COLLEAGUE), "Reception", **theirs).status == 303
    return owner, owner.submit(form, **mine)


def test_edit_conflict_shows_merge_page(world: World) -> None:
    _, answer = conflict(world, {"description": "theirs"}, description="mine")
    assert answer.status == 409
    assert answer.h1 == "Someone else changed Reception"
    assert f"{COLLEAGUE.username} changed the device at 09:30:00 UTC." in answer.words
    for value in ("By the door", "theirs", "mine"):
        assert value in answer.words
    assert read_device(world, "Reception")["description"] == "theirs"
    assert [outcomes for _, outcomes in world.changes()] == [["applied"], ["refused"]]


def test_outside_change_names_no_author(world: World) -> None:
    owner = world.browser(OWNER)
    edit_device(owner, "Reception", description="mine, long before")
    world.clock.advance(minutes=1)
    form = owner.get(EDIT)
    world.tell_api("PUT", f"{API_HQ}Reception/", {"description": "theirs"})
    page = owner.submit(form, description="mine")
    assert "You opened the form at 09:31:00 UTC. The device was changed after that." in page.words


def test_i_keep_mine_where_both_changed(world: World) -> None:
    owner, page = conflict(world, {"description": "theirs"}, description="mine")
    assert owner.submit(page, **{"keep-description": "yours"}).location == f"{HQ}Reception/"
    assert read_device(world, "Reception")["description"] == "mine"


def test_i_keep_what_it_is_now_where_both_changed(world: World) -> None:
    owner, page = conflict(world, {"description": "theirs"}, description="mine", serial_number="S1")
    assert owner.submit(page, **{"keep-description": "now"}).location == f"{HQ}Reception/"
    assert read_device(world, "Reception")["description"] == "theirs"
    assert read_device(world, "Reception")["serialNumber"] == "S1"


@pytest.mark.both_databases
def test_changes_of_different_fields_both_stand(world: World) -> None:
    owner, page = conflict(world, {"physical_location": "Floor 2"}, description="mine")
    assert page.status == 409
    assert "both changes can be saved" in page.words
    assert owner.submit(page).location == f"{HQ}Reception/"
    merged = read_device(world, "Reception")
    assert (merged["physicalLocation"], merged["description"]) == ("Floor 2", "mine")
    assert [outcomes for _, outcomes in world.changes()][-1] == ["applied"]


def test_third_change_during_the_merge_is_seen_too(world: World) -> None:
    owner, colleague = world.browser(OWNER), world.browser(COLLEAGUE)
    form = owner.get(EDIT)
    edit_device(colleague, "Reception", description="second")
    page = owner.submit(form, description="first")
    edit_device(colleague, "Reception", description="third")
    again = owner.submit(page, **{"keep-description": "yours"})
    assert again.status == 409
    assert "third" in again.words
    assert read_device(world, "Reception")["description"] == "third"


def test_same_change_by_both_leaves_nothing_to_choose(world: World) -> None:
    owner, answer = conflict(world, {"description": "the same"}, description="the same")
    assert answer.location == f"{HQ}Reception/"
    assert "No changes to save" in owner.get(answer.location).words


def test_device_deleted_meanwhile_is_not_recreated(world: World) -> None:
    owner = world.browser(OWNER)
    form = owner.get(f"{HQ}Desk%2002/edit")
    world.tell_api("DELETE", f"{API_HQ}Desk%2002/", None)
    assert owner.submit(form, description="mine").status == 404
    assert world.changes() == []


def test_merge_page_asks_for_the_password_again(world: World) -> None:
    owner = world.browser(OWNER)
    form = owner.get(f"{HQ}Softphone/edit")
    edit_device(world.browser(COLLEAGUE), "Softphone", description="theirs")
    typed = {"use_custom_user_name_password": "true", "user_name": "me", "password": "s3cret-Needle"}
    page = owner.submit(form, **typed)
    assert page.status == 409
    assert "s3cret-Needle" not in page.text
    assert owner.submit(page, password="s3cret-Needle").location == f"{HQ}Softphone/"
    assert read_device(world, "Softphone")["userName"] == "me"
