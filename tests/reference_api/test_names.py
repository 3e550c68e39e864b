"""Names in addresses: decoded once, and exactly."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.reference_api.rules import check_name
from tests.support.api_world import HEADQUARTERS, Api, World

NAMES = [
    "APIO Test Device",
    "%BWMACADDRESS%.cfg",
    "100%",
    "100%25",
    "a+b",
    "a;b=c&d?e#f",
    "new",
    "Zürich 😀",
    "\ufffd",
    "~._-",
]


def exists(api: Api, name: str) -> bool:
    answer = api.get(*HEADQUARTERS, name)
    return answer.status_code == 200 and bool(answer.get_json()["deviceName"] == name)


@pytest.mark.parametrize("name", NAMES)
def test_a_device_is_found_under_its_exact_name(owner: Api, name: str) -> None:
    assert owner.post(*HEADQUARTERS, body={"deviceName": name, "deviceType": "Generic SIP Phone"}).status_code == 201
    assert exists(owner, name)
    assert owner.delete(*HEADQUARTERS, name).status_code == 200


def _is_allowed(name: str) -> bool:
    try:
        check_name(name)
    except ValueError:
        return False
    return True


characters = st.characters(exclude_categories=["Cs"])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(characters, min_size=1, max_size=40).filter(_is_allowed))
def test_every_name_that_is_taken_leads_to_its_device(owner: Api, name: str) -> None:
    assert owner.post(*HEADQUARTERS, body={"deviceName": name, "deviceType": "Generic SIP Phone"}).status_code == 201
    assert exists(owner, name)
    owner.delete(*HEADQUARTERS, name)


@pytest.mark.parametrize("name", [" desk", "desk ", "a\nb", "a/b", ".", "..", "a\x00"])
def test_a_name_that_no_address_can_carry_is_refused_at_creation(owner: Api, name: str) -> None:
    assert owner.post(*HEADQUARTERS, body={"deviceName": name, "deviceType": "Generic SIP Phone"}).status_code == 400


@pytest.mark.parametrize("part", ["%00", "desk%2Fstatus", "Desk", "desk%20"])
def test_an_address_that_names_no_device_is_404(world: World, owner: Api, part: str) -> None:
    world.device("desk")
    assert owner.client.get(f"/api/v1/{'/'.join(HEADQUARTERS)}/{part}/").status_code == 404


@pytest.mark.parametrize("step", ["reboot_phone/", "connected_users/", ""])
def test_a_slash_within_a_name_leads_nowhere(world: World, owner: Api, step: str) -> None:
    world.device("desk")
    path = f"/api/v1/{'/'.join(HEADQUARTERS)}/desk"
    ask = owner.client.put if step == "reboot_phone/" else owner.client.get
    assert ask(f"{path}/{step}").status_code == 200
    assert {ask(f"{path}{slash}{step}").status_code for slash in ("%2F", "%2f")} == {404}
    assert ask(f"{path}/{step}?why=%2F").status_code == 200


def test_an_address_that_is_not_utf8_is_not_taken_for_the_replacement_character(world: World, owner: Api) -> None:
    world.device("\ufffd")
    as_a_server_says_it = {"PATH_INFO": f"/api/v1/{'/'.join(HEADQUARTERS)}/\xff/"}
    assert owner.client.get("/", environ_overrides=as_a_server_says_it).status_code == 404
    assert exists(owner, "\ufffd")


@pytest.mark.parametrize("path", ["", "/desk", "//desk/", "/desk/reboot_phone", "/desk//"])
def test_an_address_without_its_closing_slash_is_404_and_no_redirect(world: World, owner: Api, path: str) -> None:
    world.device("desk")
    answer = owner.client.get(f"/api/v1/{'/'.join(HEADQUARTERS)}{path}")
    assert answer.status_code == 404
    assert answer.get_json()["errors"][0]["message"] == "NOT_FOUND"
