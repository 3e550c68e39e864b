"""Example requests and answers."""

from typing import Any, NamedTuple


class Example(NamedTuple):
    answer: Any
    request: Any = None


PATH = {"tenant": "acme", "group": "headquarters", "device": "APIO Test Device", "file": "%BWMACADDRESS%.cfg"}

_DEVICE = {
    "deviceName": "APIO Test Device",
    "deviceType": "Generic SIP Phone",
    "protocol": "SIP 2.0",
    "macAddress": "221100CCBBAA",
    "netAddress": "",
    "outboundProxyServerNetAddress": "",
    "stunServerNetAddress": "",
    "serialNumber": "",
    "description": "APIO Test Device",
    "physicalLocation": "",
    "transportProtocol": "Unspecified",
    "useCustomUserNamePassword": False,
    "userName": "",
    "numberOfPorts": -1,
    "numberOfAssignedPorts": 0,
    "version": "",
    "configurationFileName": "",
    "status": "Online",
}
_CREATED_KEYS = (
    *("deviceName", "deviceType", "protocol", "macAddress", "description", "transportProtocol"),
    "useCustomUserNamePassword",
)
_MODIFIED = {"macAddress": "110022BBAACC", "description": "APIO Test Device Modified"}
_ROW = {
    "deviceName": "DP_ApioUserTest",
    "deviceType": "Generic SIP Phone",
    "macAddress": "",
    "netAddress": "",
    "status": "Online",
    "version": "pjsip python",
    "freePorts": 99999,
}
_PHONES = "http://dms.provider.example/dms/Yealink-T48G"
_TEMPLATES = "/var/broadworks/IpDeviceConfig/type/CTYealink-T48G"
_TEMPLATE_URL = f"http://device_management:secret@files.provider.example{_TEMPLATES}"
_FILE = {
    "fileSource": "Custom",
    "configurationFileName": "/var/broadworks/IpDeviceConfig/custom/acme/headquarters/desk/y000000000035.cfg",
    "accessUrl": f"{_PHONES}/y000000000035.cfg",
    "repositoryUrl": "http://files.provider.example/var/broadworks/IpDeviceConfig/custom/acme/headquarters/desk/"
    "y000000000035.cfg",
    "templateUrl": f"{_TEMPLATE_URL}/y000000000035.cfg.template",
    "extendedCaptureEnabled": False,
}
_CONTENT = "IyBUZXN0IGNvbmZpZyBmaWxlIGZvciBhY2Nlc3MgZGV2aWNlCg=="


def _user(line_port: str, first_name: str, order: int) -> dict[str, object]:
    return {
        "linePort": line_port,
        "userId": line_port,
        "lastName": "Example",
        "firstName": first_name,
        "phoneNumber": "",
        "extension": f"200{order}",
        "emailAddress": "",
        "userType": "Normal",
        "endpointType": "Primary",
        "order": order,
        "primary": order == 1,
    }


_FIRST, _SECOND = "desk-1@acme.example", "desk-2@acme.example"


def _users(*users: dict[str, object]) -> dict[str, object]:
    return {"connected_users": list(users), "noLineReOrdering": False, "staticLineReOrdering": False}


_PHONE_TYPE = {
    "technicalName": "Yealink-T46G",
    "displayName": "Yealink T46G",
    "capabilities": {
        "phoneDefinition": {
            "needMac": 2,
            "needLogin": 0,
            "needHost": 0,
            "needPort": 0,
            "needSerialNumber": 1,
            "ports": 16,
            "isDECT": False,
        }
    },
}
_TAG = {
    "name": "%NTP_SERVER%",
    "value": "ntp.acme.example",
    "level": "Group_DeviceType",
    "tagSetName": "",
    "regionName": "",
}
_ROOT_FILE = {
    "fileFormat": "%BWMACADDRESS%.cfg",
    "isAuthenticated": "true",
    "accessUrl": f"{_PHONES}/0015651A2B3C.cfg",
    "repositoryUrl": "",
    "templateUrl": f"{_TEMPLATE_URL}/%25BWMACADDRESS%25.cfg.template",
}

EXAMPLES = {
    "sessions.login": Example(
        {
            "ids": {"tenant_id": "acme", "group_id": "headquarters"},
            "profile": {"user_level": 8, "is_first_login": False},
        },
        {"username": "owner@acme.example", "password": "correct horse battery"},
    ),
    "places.tenants": Example({"tenants": [{"tenantId": "acme", "name": "Acme"}]}),
    "places.groups": Example(
        {"groups": [{"tenantId": "acme", "groupId": "headquarters", "groupName": "Headquarters"}]}
    ),
    "phone_types.phone_types": Example({"phoneTypes": [_PHONE_TYPE]}),
    "search.devices": Example({"devices": [{**_ROW, "tenantId": "acme", "groupId": "headquarters"}]}),
    "access_devices.index": Example({"access_devices": [_ROW]}),
    "access_devices.create": Example(_DEVICE, {key: _DEVICE[key] for key in _CREATED_KEYS}),
    "access_devices.show": Example(_DEVICE),
    "access_devices.update": Example({**_DEVICE, **_MODIFIED}, _MODIFIED),
    "access_devices.delete": Example({}),
    "access_devices.reboot_phone": Example({}, {}),
    "config_files.index": Example({"access_devices": [_ROOT_FILE]}),
    "config_files.show": Example({**_FILE, "fileSource": "Default"}),
    "config_files.update": Example(_FILE, {"fileSource": "Custom", "fileContent": _CONTENT}),
    "config_files.content": Example({"fileContent": _CONTENT}),
    "connected_users.show": Example(_users(_user(_FIRST, "Ada", 1), _user(_SECOND, "Grace", 2))),
    "connected_users.reorder": Example(
        _users(_user(_SECOND, "Grace", 1), _user(_FIRST, "Ada", 2)),
        {"connected_users": [{"linePort": _FIRST, "order": 2}, {"linePort": _SECOND, "order": 1}]},
    ),
    "available_tags.index": Example({"availableTags": [_TAG]}),
}
