from functools import partial

from tests.support.api_world import AMSTERDAM, HEADQUARTERS, Api, World, problems
from tests.support.rounds import Rounds, at_once

MAC = "001565AABBCC"
UNSEEN = "macAddress: another device already has this MAC address"
SEEN = f"{UNSEEN}: theirs in globex / amsterdam"
TAKEN = "deviceName: the group already has a device of this name"


def generic(name: str, mac: str = "") -> dict[str, str]:
    return {"deviceName": name, "deviceType": "Generic SIP Phone", "macAddress": mac}


def test_a_name_is_taken_once_in_a_group(world: World, owner: Api) -> None:
    world.device("desk")
    assert problems(owner.post(*HEADQUARTERS, body=generic("desk"))) == [(5, TAKEN)]


def test_names_differ_by_case_and_by_normalisation(owner: Api) -> None:
    for name in ("desk", "Desk", "é", "e\u0301"):
        assert owner.post(*HEADQUARTERS, body=generic(name)).status_code == 201


def test_another_group_may_use_the_name(world: World, owner: Api) -> None:
    world.device("desk", group="amsterdam")
    assert owner.post(*HEADQUARTERS, body=generic("desk")).status_code == 201


def test_many_devices_may_have_no_mac(owner: Api) -> None:
    for name in ("one", "two"):
        assert owner.post(*HEADQUARTERS, body=generic(name)).status_code == 201


def test_who_holds_a_mac_is_told_only_to_those_who_may_see_it(world: World) -> None:
    world.device("theirs", group="amsterdam", mac_address=MAC)
    for who, words in (("owner", UNSEEN), ("colleague", UNSEEN), ("admin", SEEN)):
        api = world.signed_in(who)
        answer = api.post(*HEADQUARTERS, body=generic("mine", "00:15:65:aa:bb:cc"))
        assert answer.status_code == 400
        assert problems(answer) == [(5, words)]


def test_an_update_to_a_mac_that_is_taken_changes_nothing(world: World, owner: Api) -> None:
    world.device("theirs", group="amsterdam", mac_address=MAC)
    world.device("desk", description="before")
    answer = owner.put(*HEADQUARTERS, "desk", body={"description": "after", "macAddress": MAC})
    assert problems(answer) == [(5, UNSEEN)]
    assert owner.get(*HEADQUARTERS, "desk").get_json()["description"] == "before"


def test_a_device_may_be_given_the_mac_that_it_has(world: World, owner: Api) -> None:
    world.device("desk", mac_address=MAC)
    assert owner.put(*HEADQUARTERS, "desk", body={"macAddress": MAC}).status_code == 200


def test_a_name_and_a_mac_that_are_both_taken_are_both_told(world: World, owner: Api) -> None:
    world.device("desk", mac_address=MAC)
    answer = owner.post(*HEADQUARTERS, body=generic("desk", MAC))
    assert problems(answer) == [(5, TAKEN), (5, f"{UNSEEN}: desk in acme / headquarters")]


def test_of_many_who_take_one_mac_at_once_exactly_one_gets_it(world: World, rounds: Rounds) -> None:
    cast = [(world.signed_in("owner"), HEADQUARTERS), (world.signed_in("stranger"), AMSTERDAM)]
    for turn, chance in enumerate(rounds):
        body = generic(f"phone {turn}", f"001565{turn:06X}")
        answers = at_once(chance, *(partial(api.post, *place, body=body) for api, place in cast))
        assert sorted(answer.status_code for answer in answers) == [201, 400]
        (refused,) = (answer for answer in answers if answer.status_code == 400)
        assert problems(refused) == [(5, UNSEEN)]


def test_of_many_who_take_one_name_at_once_exactly_one_gets_it(world: World, rounds: Rounds) -> None:
    clients = [world.signed_in("owner") for _ in range(4)]
    for turn, chance in enumerate(rounds):
        body = generic(f"desk {turn}")
        answers = at_once(chance, *(partial(api.post, *HEADQUARTERS, body=body) for api in clients))
        assert sorted(answer.status_code for answer in answers) == [201, 400, 400, 400]
