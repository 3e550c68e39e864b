"""Names in addresses are decoded exactly once."""

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.reference_api.rules import check_name
from tests.support.api_world import HEADQUARTERS, Api, World
from tests.support.cases import record_case, requires_cases

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
def test_device_has_exact_address(owner: Api, name: str) -> None:
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


@requires_cases("quoted in an address", "more than ASCII")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(characters, min_size=1, max_size=40).filter(_is_allowed))
def test_accepted_name_is_addressable(owner: Api, name: str) -> None:
    record_case("quoted in an address", quote(name, safe="") != name)
    record_case("more than ASCII", not name.isascii())
    assert owner.post(*HEADQUARTERS, body={"deviceName": name, "deviceType": "Generic SIP Phone"}).status_code == 201
    assert exists(owner, name)
    owner.delete(*HEADQUARTERS, name)


@pytest.mark.parametrize("name", [" desk", "desk ", "a\nb", "a/b", ".", "..", "a\x00"])
def test_unaddressable_name_is_refused(owner: Api, name: str) -> None:
    assert owner.post(*HEADQUARTERS, body={"deviceName": name, "deviceType": "Generic SIP Phone"}).status_code == 400


@pytest.mark.parametrize("part", ["%00", "desk%2Fstatus", "Desk", "desk%20"])
def test_unknown_address_is_404(world: World, owner: Api, part: str) -> None:
    world.device("desk")
    assert owner.client.get(f"/api/v1/{'/'.join(HEADQUARTERS)}/{part}/").status_code == 404


@pytest.mark.parametrize("step", ["reboot_phone/", "connected_users/", ""])
def test_encoded_slash_is_404(world: World, owner: Api, step: str) -> None:
    world.device("desk")
    path = f"/api/v1/{'/'.join(HEADQUARTERS)}/desk"
    ask = owner.client.put if step == "reboot_phone/" else owner.client.get
    assert ask(f"{path}/{step}").status_code == 200
    assert {ask(f"{path}{slash}{step}").status_code for slash in ("%2F", "%2f")} == {404}
    assert ask(f"{path}/{step}?why=%2F").status_code == 200


def test_invalid_utf8_is_not_replacement_character(world: World, owner: Api) -> None:
    world.device("\ufffd")
    environ = {"PATH_INFO": f"/api/v1/{'/'.join(HEADQUARTERS)}/\xff/"}
    assert owner.client.get("/", environ_overrides=environ).status_code == 404
    assert exists(owner, "\ufffd")


@pytest.mark.parametrize("path", ["", "/desk", "//desk/", "/desk/reboot_phone", "/desk//"])
def test_missing_closing_slash_is_404(world: World, owner: Api, path: str) -> None:
    world.device("desk")
    answer = owner.client.get(f"/api/v1/{'/'.join(HEADQUARTERS)}{path}")
    assert answer.status_code == 404
    assert answer.get_json()["errors"][0]["message"] == "NOT_FOUND"
