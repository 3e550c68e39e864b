import pytest

from tests.support.api_world import Api, World, problems

END_POINTS = ("tenants", "acme", "groups", "headquarters", "device_end_points")


@pytest.fixture
def group(world: World) -> World:
    world.device("desk", lines=[2, 1])
    world.device("annex", lines=[3])
    world.device("empty")
    world.device("elsewhere", group="warehouse", lines=[1])
    return world


def line_ports(api: Api, **criteria: str) -> list[str]:
    return [row["linePort"] for row in api.get(*END_POINTS, **criteria).get_json()["endPoints"]]


def test_lines_are_sorted_by_device_and_order(group: World, owner: Api) -> None:
    assert line_ports(owner) == ["annex-3@acme.example", "desk-1@acme.example", "desk-2@acme.example"]


def test_row_says_who_is_on_which_device(group: World, owner: Api) -> None:
    assert owner.get(*END_POINTS).get_json()["endPoints"][0] == {
        "deviceName": "annex",
        "linePort": "annex-3@acme.example",
        "userId": "user3@acme.example",
        "lastName": "Last3",
        "firstName": "First3",
        "phoneNumber": "",
        "extension": "2003",
        "order": 3,
    }


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        ({"insensitiveUserLastNameContains": "LAST"}, ["annex-3", "desk-1", "desk-2"]),
        ({"sensitiveUserLastNameContains": "LAST"}, []),
        ({"insensitiveUserFirstNameStarts": "first3"}, ["annex-3"]),
        ({"sensitiveUserIdEquals": "user2@acme.example"}, ["desk-2"]),
        ({"sensitiveUserIdEquals": "user2@acme.example", "insensitiveUserLastNameContains": "3"}, []),
        ({"insensitiveUserLastNameContains": ""}, ["annex-3", "desk-1", "desk-2"]),
        ({"responseSizeLimit": "1"}, ["annex-3"]),
        ({"responseSizeLimit": "1", "insensitiveUserLastNameEquals": "last2"}, ["desk-2"]),
    ],
)
def test_criteria_are_combined(group: World, owner: Api, criteria: dict[str, str], found: list[str]) -> None:
    assert line_ports(owner, **criteria) == [f"{line}@acme.example" for line in found]


def test_criteria_in_body(group: World, owner: Api) -> None:
    answer = owner.client.get(f"/api/v1/{'/'.join(END_POINTS)}/", data='{"responseSizeLimit": 2}')
    assert len(answer.get_json()["endPoints"]) == 2


@pytest.mark.parametrize("limit", ["0", "-1", "many", "", "9" * 30])
def test_odd_size_limit_is_refused(group: World, owner: Api, limit: str) -> None:
    answer = owner.get(*END_POINTS, responseSizeLimit=limit)
    assert problems(answer) == [(2, "responseSizeLimit: must be a whole number from 1 to 2147483647")]
