"""Every call of the portal to its backend, with the documented answer of each read."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.portal.api.client import ApiClient
from app.portal.models.access_device import AccessDevice, AccessDeviceList, FoundDeviceList
from app.portal.models.config_file import ConfigFile, ConfigFileContent, ConfigFileList
from app.portal.models.connected_user import ConnectedUserList
from app.portal.models.directory import GroupList, TenantList
from app.portal.models.phone_type import PhoneTypeList
from app.portal.models.tag import TagList

GROUP = ("tenants", "acme", "groups", "headquarters")
DEVICE = (*GROUP, "access_devices", "Reception")


@dataclass(frozen=True)
class Read:
    """`body` is an answer as documented."""

    path: tuple[str, ...]
    model: type[Any]
    body: dict[str, Any]

    def __call__(self, client: ApiClient) -> Any:
        return client.get(self.path, self.model)


_DEVICE = {
    "deviceName": "Reception",
    "deviceType": "Yealink-T46G",
    "macAddress": "001565A12B3C",
    "netAddress": "10.0.0.1",
    "status": "Online",
    "version": "28.83.0.120",
}
_ROW = _DEVICE | {"freePorts": 14}
_USER = {"linePort": "ada@acme.example", "order": 1, "primary": True, "department": {"departmentName": "Sales"}}
_URLS = {"accessUrl": "http://host/a.cfg", "repositoryUrl": "", "templateUrl": "http://u:p@host/a.cfg"}
_NEEDS = {"needMac": 2, "needLogin": 0, "ports": 16, "isDECT": False}
_TYPE = {"technicalName": "T", "displayName": "t", "capabilities": {"phoneDefinition": _NEEDS}}
_DETAIL = _DEVICE | {"netPort": 5060, "useCustomUserNamePassword": False, "numberOfPorts": 16, "protocol": "SIP 2.0"}
_FLAGS = {"noLineReOrdering": False, "staticLineReOrdering": False}
_TAG = {"name": "%A%", "value": "1", "level": "DeviceProfile", "tagSetName": "S", "regionName": ""}

READS = {
    "tenants": Read(("tenants",), TenantList, {"tenants": [{"tenantId": "acme", "name": "Acme"}]}),
    "groups": Read(GROUP[:3], GroupList, {"groups": [{"groupId": "headquarters", "groupName": "HQ"}]}),
    "devices": Read((*GROUP, "access_devices"), AccessDeviceList, {"access_devices": [_ROW]}),
    "device": Read(DEVICE, AccessDevice, _DETAIL),
    "lines": Read((*DEVICE, "connected_users"), ConnectedUserList, {"connected_users": [_USER], **_FLAGS}),
    "files": Read((*DEVICE, "config_files"), ConfigFileList, {"access_devices": [{"fileFormat": "a.cfg", **_URLS}]}),
    "file": Read((*DEVICE, "config_files", "a.cfg"), ConfigFile, {"fileSource": "Default", **_URLS}),
    "content": Read((*DEVICE, "config_files", "a.cfg", "content"), ConfigFileContent, {"fileContent": "YQ=="}),
    "tags": Read((*DEVICE, "available_tags"), TagList, {"availableTags": [_TAG]}),
    "types": Read(("configs", "phone_types"), PhoneTypeList, {"phoneTypes": [_TYPE]}),
    "search": Read(("search", "device"), FoundDeviceList, {"devices": [{**_ROW, "tenantId": "a", "groupId": "b"}]}),
}
WRITES: dict[str, Callable[[ApiClient], object]] = {
    "sign out": lambda client: client.post(("logout",), {}),
    "create": lambda client: client.post(DEVICE[:-1], {"deviceName": "x"}, type=AccessDevice),
    "edit": lambda client: client.put(DEVICE, {"description": "x"}, type=AccessDevice),
    "delete": lambda client: client.delete(DEVICE),
    "reboot": lambda client: client.put((*DEVICE, "reboot_phone"), {}),
    "order": lambda client: client.put((*DEVICE, "connected_users"), {"connected_users": []}, type=ConnectedUserList),
    "send file": lambda client: client.put(
        (*DEVICE, "config_files", "a.cfg"), {"fileSource": "Custom", "fileContent": base64.b64encode(b"a").decode()}
    ),
}
CALLS: dict[str, Callable[[ApiClient], object]] = {**READS, **WRITES}
