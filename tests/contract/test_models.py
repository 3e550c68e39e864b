"""The portal's models of files, lines, tags and search results."""

import base64

import pytest

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiBroken, ApiForbidden, ApiInvalid, ApiNotFound, ApiTooLarge, ApiUnsupported
from app.portal.domain.refs import GroupRef
from app.portal.models.access_device import AccessDeviceList, FoundDeviceList
from app.portal.models.config_file import ConfigFile, ConfigFileContent, ConfigFileList
from app.portal.models.connected_user import ConnectedUserList
from app.portal.models.tag import TagList
from app.portal.services.devices.mac_lookup import MacConflict
from tests.support.contract import Backend
from tests.support.world import OWNER, SUPPORT, SYSTEM_ADMIN, TENANT_ADMIN

HQ = ("tenants", "acme", "groups", "headquarters", "access_devices")
FILES = (*HQ, "Reception", "config_files")
OWN = "%BWMACADDRESS%.cfg"


@pytest.fixture
def client(backend: Backend) -> ApiClient:
    return backend.client(OWNER)


def test_files_are_decoded(client: ApiClient) -> None:
    files = client.get(FILES, ConfigFileList).config_files
    assert [device.file_format for device in files] == [OWN, "y000000000028.cfg"]
    for file in files:
        assert file.problems == {}
        assert file.is_authenticated
        assert "@" not in file.template_url or "•••@" in file.template_url
        assert client.get((*FILES, file.file_format), ConfigFile).file_source == "Default"


@pytest.mark.parametrize(
    "content", [bytes(range(256)), b"\xef\xbb\xbfa\r\n", "é".encode("utf-16"), b"", b"x" * (1 << 20)]
)
def test_file_content_round_trips(client: ApiClient, content: bytes) -> None:
    body = {"fileSource": "Custom", "fileContent": base64.b64encode(content).decode(), "extendedCaptureEnabled": False}
    answer = client.put((*FILES, OWN), body, type=ConfigFile)
    assert answer is not None
    assert answer.file_source == "Custom"
    assert client.get((*FILES, OWN, "content"), ConfigFileContent).file_content == content


def test_too_large_file_is_refused(client: ApiClient) -> None:
    content = base64.b64encode(b"x" * ((1 << 20) + 1)).decode()
    with pytest.raises((ApiTooLarge, ApiInvalid)) as caught:
        client.put((*FILES, OWN), {"fileSource": "Custom", "fileContent": content})
    assert not caught.value.maybe_acted


def test_lines_are_reordered(client: ApiClient) -> None:
    path = (*HQ, "Reception", "connected_users")
    before = client.get(path, ConnectedUserList)
    ports = [user.line_port for user in reversed(before.users)]
    after = client.put(path, {"connected_users": ports}, type=ConnectedUserList)
    assert after is not None
    assert [(user.order, user.line_port) for user in after.users] == list(enumerate(ports, 1))
    with pytest.raises(ApiInvalid, match="no partial update allowed"):
        client.put(path, {"connected_users": ports[:1]})
    with pytest.raises(ApiUnsupported, match="does not support users reordering"):
        client.put((*HQ, "Softphone", "connected_users"), {"connected_users": []})


def test_tags_are_decoded(client: ApiClient) -> None:
    path = (*HQ, "Reception", "available_tags")
    assert all(tag.problems == {} for tag in client.get(path, TagList).available_tags)
    with pytest.raises(ApiNotFound):
        client.get(path, TagList, query={"tagSetName": "None such & more"})


def test_search_finds_devices_of_all_groups(backend: Backend) -> None:
    client = backend.client(SYSTEM_ADMIN)
    devices = client.get(("search", "device"), FoundDeviceList, {"insensitiveDeviceNameContains": "RECEPT"}).devices
    assert all(device.problems == {} for device in devices)
    assert {(device.tenant_id, device.group_id, device.device_name, device.mac_address) for device in devices} == {
        ("acme", "headquarters", "Reception", "001565A12B3C"),
        ("globex", "amsterdam", "Reception", "0015650000F1"),
    }
    # The same rows under another key, which the list of a group does not have.
    with pytest.raises(ApiBroken):
        client.get(("search", "device"), AccessDeviceList, {"insensitiveDeviceNameContains": "RECEPT"})


def test_search_needs_system_admin(backend: Backend) -> None:
    for member in (OWNER, TENANT_ADMIN):
        with pytest.raises(ApiForbidden):
            backend.client(member).get(("search", "device"), FoundDeviceList, {"insensitiveDeviceNameContains": "x"})


def test_mac_lookup_finds_holder(backend: Backend) -> None:
    hq, amsterdam = GroupRef("acme", "headquarters"), GroupRef("globex", "amsterdam")
    lookup, fresh = backend.services(SUPPORT).mac_lookup, MacConflict("Fresh", hq)
    assert lookup.find_by_search("0015650000F2", fresh) == MacConflict("Foreign", amsterdam)
    assert lookup.find_by_search("0015650000F2", MacConflict("Foreign", amsterdam)) is None
    for absent in ("0015650000", "FFFFFFFFFFFF"):  # the first is a part of two
        assert lookup.find_by_search(absent, fresh) is None
    lookup = backend.services(TENANT_ADMIN).mac_lookup
    assert lookup.find_by_search("001565000005", fresh) is None
    assert lookup.find_in_lists("001565000005", hq, "") == MacConflict("Dock", GroupRef("acme", "warehouse"))
    for out_of_reach in ("0015650000F2", "001565A12B3C"):  # of another tenant, and of the group itself
        assert lookup.find_in_lists(out_of_reach, hq, "") is None


def test_unknown_address_is_not_found(client: ApiClient) -> None:
    with pytest.raises(ApiNotFound):
        client.get(("none", "such"), dict)
    with pytest.raises(ApiInvalid) as caught:
        client.put(("tenants",), {})
    assert caught.value.status == 405
