from tests.support.api_world import Api


def test_tenant_is_its_row_in_list(owner: Api) -> None:
    assert owner.get("tenants", "acme").get_json() == {"tenantId": "acme", "name": "Acme"}


def test_group_is_its_row_in_list(owner: Api) -> None:
    group = {"tenantId": "acme", "groupId": "headquarters", "groupName": "Headquarters"}
    assert owner.get("tenants", "acme", "groups", "headquarters").get_json() == group
