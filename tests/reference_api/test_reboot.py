import pytest

from tests.support.api_world import HEADQUARTERS, Api, World, problems


def status(api: Api) -> tuple[str, str]:
    """In the list and on the device's own page."""
    (row,) = api.get(*HEADQUARTERS).get_json()["access_devices"]
    return row["status"], api.get(*HEADQUARTERS, "desk").get_json()["status"]


@pytest.mark.parametrize("before", ["Online", "Unavailable", "Unknown"])
def test_reboot_goes_offline_then_online(world: World, owner: Api, before: str) -> None:
    world.device("desk", status=before)
    assert status(owner) == (before, before)
    answer = owner.client.put(f"/api/v1/{'/'.join(HEADQUARTERS)}/desk/reboot_phone/")
    assert (answer.status_code, answer.get_json()) == (200, {})
    assert status(owner) == ("Offline", "Offline")
    world.clock.advance(19.9)
    assert status(owner) == ("Offline", "Offline")
    world.clock.advance(0.1)
    assert status(owner) == ("Online", "Online")


def test_empty_body_may_have_any_type(world: World, owner: Api) -> None:
    world.device("desk")
    path = f"/api/v1/{'/'.join(HEADQUARTERS)}/desk/reboot_phone/"
    assert owner.client.put(path, data=b"", content_type="text/plain").status_code == 200
    assert owner.client.put(path, data=b"{}", content_type="text/plain").status_code == 415


def test_second_reboot_restarts_timer(world: World, owner: Api) -> None:
    world.device("desk")
    for _ in range(2):
        assert owner.put(*HEADQUARTERS, "desk", "reboot_phone", body={}).status_code == 200
        world.clock.advance(15)
    assert status(owner) == ("Offline", "Offline")
    world.clock.advance(5)
    assert status(owner) == ("Online", "Online")


def test_reboot_refuses_unsupported_type(world: World, owner: Api) -> None:
    world.device("desk", "Generic SIP Phone")
    answer = owner.put(*HEADQUARTERS, "desk", "reboot_phone", body={})
    assert answer.status_code == 400
    assert problems(answer) == [(56, "This type of device does not support a reset")]
    assert status(owner) == ("Online", "Online")


def test_reboot_takes_no_parameters(world: World, owner: Api) -> None:
    world.device("desk")
    answer = owner.put(*HEADQUARTERS, "desk", "reboot_phone", body={"now": True})
    assert problems(answer) == [(2, "now: there is no such key")]
    assert owner.put(*HEADQUARTERS, "desk", "reboot_phone", body=[]).status_code == 416
    assert status(owner) == ("Online", "Online")
