from functools import partial

from tests.support.api_world import AMSTERDAM, HEADQUARTERS, Api, World, problems
from tests.support.rounds import Rounds, at_once

MAC = "001565AABBCC"
MAC_TAKEN = "macAddress: another device already has this MAC address"
MAC_TAKEN_BY = f"{MAC_TAKEN}: theirs in globex / amsterdam"
NAME_TAKEN = "deviceName: the group already has a device of this name"


def generic(name: str, mac: str = "") -> dict[str, str]:
    return {"deviceName": name, "deviceType": "Generic SIP Phone", "macAddress": mac}


def test_name_is_unique_in_group(world: World, owner: Api) -> None:
    world.device("desk")
    assert problems(owner.post(*HEADQUARTERS, body=generic("desk"))) == [(5, NAME_TAKEN)]


def test_names_are_compared_exactly(owner: Api) -> None:
    for name in ("desk", "Desk", "é", "e\u0301"):
        assert owner.post(*HEADQUARTERS, body=generic(name)).status_code == 201


def test_other_group_may_use_name(world: World, owner: Api) -> None:
    world.device("desk", group="amsterdam")
    assert owner.post(*HEADQUARTERS, body=generic("desk")).status_code == 201


def test_devices_may_share_empty_mac(owner: Api) -> None:
    for name in ("one", "two"):
        assert owner.post(*HEADQUARTERS, body=generic(name)).status_code == 201


def test_mac_holder_is_named_in_scope_only(world: World) -> None:
    world.device("theirs", group="amsterdam", mac_address=MAC)
    for who, details in (("owner", MAC_TAKEN), ("colleague", MAC_TAKEN), ("admin", MAC_TAKEN_BY)):
        api = world.signed_in(who)
        answer = api.post(*HEADQUARTERS, body=generic("mine", "00:15:65:aa:bb:cc"))
        assert answer.status_code == 400
        assert problems(answer) == [(5, details)]


def test_update_refuses_taken_mac(world: World, owner: Api) -> None:
    world.device("theirs", group="amsterdam", mac_address=MAC)
    world.device("desk", description="before")
    answer = owner.put(*HEADQUARTERS, "desk", body={"description": "after", "macAddress": MAC})
    assert problems(answer) == [(5, MAC_TAKEN)]
    assert owner.get(*HEADQUARTERS, "desk").get_json()["description"] == "before"


def test_update_accepts_own_mac(world: World, owner: Api) -> None:
    world.device("desk", mac_address=MAC)
    assert owner.put(*HEADQUARTERS, "desk", body={"macAddress": MAC}).status_code == 200


def test_taken_name_and_mac_are_both_reported(world: World, owner: Api) -> None:
    world.device("desk", mac_address=MAC)
    answer = owner.post(*HEADQUARTERS, body=generic("desk", MAC))
    assert problems(answer) == [(5, NAME_TAKEN), (5, f"{MAC_TAKEN}: desk in acme / headquarters")]


def test_concurrent_creates_share_no_mac(world: World, rounds: Rounds) -> None:
    cast = [(world.signed_in("owner"), HEADQUARTERS), (world.signed_in("stranger"), AMSTERDAM)]
    for turn, chance in enumerate(rounds):
        body = generic(f"phone {turn}", f"001565{turn:06X}")
        answers = at_once(chance, *(partial(api.post, *path, body=body) for api, path in cast))
        assert sorted(answer.status_code for answer in answers) == [201, 400]
        (refused,) = (answer for answer in answers if answer.status_code == 400)
        assert problems(refused) == [(5, MAC_TAKEN)]


def test_concurrent_creates_share_no_name(world: World, rounds: Rounds) -> None:
    clients = [world.signed_in("owner") for _ in range(4)]
    for turn, chance in enumerate(rounds):
        body = generic(f"desk {turn}")
        answers = at_once(chance, *(partial(api.post, *HEADQUARTERS, body=body) for api in clients))
        assert sorted(answer.status_code for answer in answers) == [201, 400, 400, 400]
