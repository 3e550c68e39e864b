import pytest

from tests.support.api_world import HEADQUARTERS, Api, World

SET = "Yealink-T4x_Tags"


@pytest.fixture
def tagged(world: World, owner: Api) -> Api:
    key = world.device("desk", "Yealink-T46G")
    other = world.device("other", "Yealink-T46G")
    world.device("soft", "Generic SIP Phone")
    world.tag("DeviceProfile", "%RING%", "own", device_key=key)
    world.tag("DeviceProfile", "%RING%", "of the other", device_key=other)
    world.tag("Group_DeviceType", "%RING%", "group", group_key=1, device_type="Yealink-T46G")
    world.tag("Group_DeviceType", "%RING%", "other type", group_key=1, device_type="Yealink-T48G")
    world.tag("Group_DeviceType", "%RING%", "other group", group_key=3, device_type="Yealink-T46G")
    world.tag("System_DeviceType", "%RING%", "UK", tag_set=SET, region_name="UK")
    world.tag("System_DeviceType", "%RING%", "", tag_set=SET)
    world.tag("System_DeviceType", "%RING%", "of DECT", tag_set="Yealink-W60_Tags")
    world.tag("System_Default", "%RING%", "all", tag_set="System Default")
    world.tag("System_Default", "%A", "malformed", tag_set="System Default")
    return owner


def rows(api: Api, device: str = "desk", **query: str) -> list[tuple[str, ...]]:
    tags = api.get(*HEADQUARTERS, device, "available_tags", **query).get_json()["availableTags"]
    return [tuple(tag.values()) for tag in tags]


def test_list_has_every_definition(tagged: Api) -> None:
    assert rows(tagged) == [
        ("%A", "malformed", "System_Default", "System Default", ""),
        ("%RING%", "all", "System_Default", "System Default", ""),
        ("%RING%", "", "System_DeviceType", SET, ""),
        ("%RING%", "UK", "System_DeviceType", SET, "UK"),
        ("%RING%", "group", "Group_DeviceType", "", ""),
        ("%RING%", "own", "DeviceProfile", "", ""),
    ]


def test_row_has_documented_keys(tagged: Api) -> None:
    tags = tagged.get(*HEADQUARTERS, "desk", "available_tags").get_json()["availableTags"]
    assert list(tags[0]) == ["name", "value", "level", "tagSetName", "regionName"]


def test_type_without_tag_set_has_system_tags(tagged: Api) -> None:
    assert {row[2] for row in rows(tagged, "soft")} == {"System_Default"}


def test_tag_set_filter_in_query_or_body(tagged: Api) -> None:
    expected = [("%RING%", "", "System_DeviceType", SET, ""), ("%RING%", "UK", "System_DeviceType", SET, "UK")]
    assert rows(tagged, tagSetName=SET) == expected
    path = f"/api/v1/{'/'.join(HEADQUARTERS)}/desk/available_tags/"
    by_body = tagged.client.get(path, data=f'{{"tagSetName": "{SET}"}}').get_json()["availableTags"]
    assert [tuple(tag.values()) for tag in by_body] == expected


@pytest.mark.parametrize("name", ["System Default", "Yealink-W60_Tags", "yealink-t4x_tags", "nothing", "x" * 2000])
def test_tag_set_of_other_type_is_404(tagged: Api, name: str) -> None:
    assert tagged.get(*HEADQUARTERS, "desk", "available_tags", tagSetName=name).status_code == 404


def test_type_without_tag_set_is_404(tagged: Api) -> None:
    assert tagged.get(*HEADQUARTERS, "soft", "available_tags", tagSetName=SET).status_code == 404


def test_empty_tag_set_filter_lists_all(tagged: Api) -> None:
    assert rows(tagged, tagSetName="") == rows(tagged)


def test_unknown_criterion_is_refused(tagged: Api) -> None:
    answer = tagged.get(*HEADQUARTERS, "desk", "available_tags", tagset="x")
    assert answer.status_code == 400
