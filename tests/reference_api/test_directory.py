import pytest

from tests.support.api_world import Api, World


def test_tenant_is_its_row_in_list(owner: Api) -> None:
    assert owner.get("tenants", "acme").get_json() == {"tenantId": "acme", "name": "Acme"}


@pytest.mark.parametrize("group", ["headquarters", "warehouse"])
def test_group_is_its_row_in_list(world: World, group: str) -> None:
    shown = world.signed_in("colleague").get("tenants", "acme", "groups", group).get_json()
    assert shown == {"tenantId": "acme", "groupId": group, "groupName": group.title()}
