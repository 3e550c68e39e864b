"""The demo's tags at all four levels, with overrides, regions, an empty winner and a malformed name."""

from collections.abc import Iterator, Sequence

from app.reference_api.tables import AccessDevice, Tag
from app.reference_api.tags import DEVICE, GROUP_TYPE, SYSTEM_DEFAULT, SYSTEM_DEFAULT_LABEL, SYSTEM_TYPE

_SYSTEM = {
    "%SIP_SERVER%": "sip.provider.example",
    "%SIP_PORT%": "5060",
    "%SIP_TRANSPORT%": "0",
    "%NTP_SERVER%": "ntp.provider.example",
    "%TIME_ZONE%": "+0",
    "%LANGUAGE%": "English",
    "%VLAN_ID%": "",
    "%DIAL_PLAN%": "[2-9]xxx|0x.T",
    "%RINGTONE%": "Ring1.wav",
    "%LEGACY_PROXY": "proxy.old.provider.example",  # the missing sign is part of the demo
}
_TYPE_SETS = {
    "Yealink-T4x_Tags": {"%SIP_TRANSPORT%": "2", "%BACKLIGHT_SECONDS%": "120", "%RINGTONE%": "Ring5.wav"},
    "Yealink-W60_Tags": {"%SIP_TRANSPORT%": "1", "%HANDSET_LANGUAGE%": "0"},
    "Polycom-VVX_Tags": {"%SIP_TRANSPORT%": "TLS", "%BACKLIGHT_SECONDS%": "60", "%RINGTONE%": "2"},
    "Gigaset-N720_Tags": {"%SIP_TRANSPORT%": "1", "%LANGUAGE%": "2"},
    "Cisco-ATA_Tags": {"%SIP_TRANSPORT%": "UDP", "%FAX_MODE%": "T38"},
}
_REGIONS = {"Benelux": "ntp.benelux.provider.example", "British Isles": "ntp.uk.provider.example"}

_GROUPS = {
    "headquarters": {
        "Yealink-T48G": {
            "%RINGTONE%": "Acme.wav",
            "%VLAN_ID%": "110",
            "%WALLPAPER%": "http://acme.example/wall.png",
            "%BACKLIGHT_SECONDS%": "300",
        },
        "Yealink-T46G": {"%RINGTONE%": "Acme.wav", "%VLAN_ID%": "110", "%DIAL_PLAN%": ""},
        "Yealink-W60B": {"%VLAN_ID%": "112"},
    },
    "amsterdam": {
        "Yealink-T48G": {"%LANGUAGE%": "Dutch", "%TIME_ZONE%": "+1", "%RINGTONE%": "Globex.wav"},
        "Yealink-T46G": {"%LANGUAGE%": "Dutch", "%TIME_ZONE%": "+1", "%VLAN_ID%": "120"},
        "Polycom-VVX450": {"%LANGUAGE%": "Dutch_Netherlands", "%RINGTONE%": "7"},
    },
    "brussels": {"Yealink-T46G": {"%LANGUAGE%": "French", "%TIME_ZONE%": "+1"}},
}
_DEVICES = {
    "Yealink-T48G": {"%RINGTONE%": "Silent.wav", "%LANGUAGE%": "German"},
    "Yealink-T46G": {"%RINGTONE%": "Common.wav", "%DIAL_PLAN%": "[2-9]xxx"},
    "Yealink-W60B": {"%SIP_TRANSPORT%": "0"},
}
_OWN_TAGS_PER_TYPE = 3


def system_tags() -> Iterator[Tag]:
    for name, value in _SYSTEM.items():
        yield Tag(level=SYSTEM_DEFAULT, name=name, value=value, tag_set=SYSTEM_DEFAULT_LABEL)
    for tag_set, tags in _TYPE_SETS.items():
        for name, value in tags.items():
            yield Tag(level=SYSTEM_TYPE, name=name, value=value, tag_set=tag_set)
    for region, server in _REGIONS.items():
        yield Tag(level=SYSTEM_TYPE, name="%NTP_SERVER%", value=server, tag_set="Yealink-T4x_Tags", region_name=region)


def group_tags(group_id: str, group_key: int) -> Iterator[Tag]:
    for device_type, tags in _GROUPS.get(group_id, {}).items():
        for name, value in tags.items():
            yield Tag(level=GROUP_TYPE, name=name, value=value, group_key=group_key, device_type=device_type)


def device_tags(group_id: str, devices: Sequence[AccessDevice]) -> Iterator[Tag]:
    """Yield own tags of the first phones with a MAC of each type, in groups that override anything at all."""
    if group_id not in _GROUPS:
        return
    for device_type, tags in _DEVICES.items():
        own = [device for device in devices if device.device_type == device_type and device.mac_address]
        for device in own[:_OWN_TAGS_PER_TYPE]:
            for name, value in tags.items():
                yield Tag(level=DEVICE, name=name, value=value, device_key=device.id)
