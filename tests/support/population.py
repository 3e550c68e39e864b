"""What there is in the small world: places, accounts and devices, written once and copied for each test."""

from typing import Any

from app.config import Settings
from app.database import connect, upgrade, writing
from app.portal import prepare
from app.portal.domain.refs import GroupRef
from app.reference_api import MIGRATIONS, VERSION_TABLE
from app.reference_api.tables import AccessDevice, Group, Line, Tag, Tenant, UserAccount
from tests.support.world import CAST, PASSWORD, SUPPORT, CountingHasher

HQ = "/tenants/acme/groups/headquarters/devices/"
ANNEX = "/tenants/acme/groups/annex/devices/"  # holds no device
AMSTERDAM = "/tenants/globex/groups/amsterdam/devices/"
API_HQ = "tenants/acme/groups/headquarters/access_devices/"
HEADQUARTERS = GroupRef("acme", "headquarters")

GROUPS = (("acme", "headquarters"), ("acme", "warehouse"), ("acme", "annex"), ("globex", "amsterdam"))

_T46, _T42, _ATA, _SOFT = "Yealink-T46G", "Yealink-T42G", "Cisco-ATA191", "Generic SIP Phone"

# Two people on Reception; nobody on any other.
_DEVICES: dict[tuple[str, str], list[dict[str, Any]]] = {
    ("acme", "headquarters"): [
        {
            "device_name": "Reception",
            "device_type": _T46,
            "mac_address": "001565A12B3C",
            "net_address": "10.0.0.1",
            "version": "Yealink SIP-T46G 28.83.0.120",
            "description": "By the door",
        },
        {"device_name": "lobby", "device_type": _T42, "mac_address": "001565000002", "net_address": "10.0.0.10"},
        {"device_name": "Lobby", "device_type": _T42, "mac_address": "001565000003", "net_address": "2001:db8::1"},
        {"device_name": "Fax", "device_type": _ATA, "mac_address": "001BD4000004", "status": "Offline"},
        {"device_name": "Softphone", "device_type": _SOFT, "net_address": "soft.acme.example", "status": "Unknown"},
        {"device_name": "=1+1", "device_type": _SOFT, "description": "a name that a spreadsheet would run"},
        *(
            {"device_name": f"Desk {n:02}", "device_type": _T46, "mac_address": f"0015651000{n:02}", "status": "Online"}
            for n in range(1, 25)
        ),
    ],
    ("acme", "warehouse"): [{"device_name": "Dock", "device_type": _T42, "mac_address": "001565000005"}],
    ("globex", "amsterdam"): [
        {"device_name": "Reception", "device_type": _T46, "mac_address": "0015650000F1"},
        {"device_name": "Foreign", "device_type": _T42, "mac_address": "0015650000F2"},
    ],
}

# What the files of Reception may use; the owners follow from the level.
_TAGS: dict[str, list[dict[str, str]]] = {
    "System_Default": [
        {"name": "%SIP_PORT%", "value": "5060", "tag_set": "System Default"},
        {"name": "%SIP_URL%", "value": "sip:%BWEXTENSION-1%@sip.example:%SIP_PORT%", "tag_set": "System Default"},
        {"name": "%VLAN_ID%", "value": "", "tag_set": "System Default"},
        {"name": "%LEGACY", "value": "old.example", "tag_set": "System Default"},
    ],
    "System_DeviceType": [
        {"name": "%SIP_PORT%", "value": "5061", "tag_set": "Yealink-T4x_Tags"},
        {"name": "%NTP%", "value": "ntp.be.example", "tag_set": "Yealink-T4x_Tags", "region_name": "BE"},
        {"name": "%NTP%", "value": "ntp.uk.example", "tag_set": "Yealink-T4x_Tags", "region_name": "UK"},
    ],
    "Group_DeviceType": [{"name": "%SIP_PORT%", "value": "5062"}],
    "DeviceProfile": [{"name": "%SIP_PORT%", "value": "5063"}, {"name": "%RING%", "value": "Silent.wav"}],
}


def populate(settings: Settings) -> None:
    """Make both databases, with all of the small world in them."""
    prepare(settings, support=SUPPORT.username)
    engine = connect(settings.reference_database_url)
    upgrade(engine, MIGRATIONS, VERSION_TABLE)
    with writing(engine) as db:
        password_hash = CountingHasher().hash(PASSWORD)
        db.add_all(Tenant(tenant_id=tenant, name=tenant.title()) for tenant in ("acme", "globex"))
        db.flush()
        groups = {(t, g): Group(tenant_id=t, group_id=g, group_name=g.title()) for t, g in GROUPS}
        db.add_all(groups.values())
        db.add_all(
            UserAccount(
                username=member.username,
                password_hash=password_hash,
                level=member.level,
                tenant_id=member.tenant,
                group_id=member.group,
                is_first_login=member.must_change_password,
            )
            for member in CAST
        )
        db.flush()
        for place, rows in _DEVICES.items():
            db.add_all(AccessDevice(group_key=groups[place].id, **row) for row in rows)
        db.flush()
        of_group = {"group_key": groups["acme", "headquarters"].id, "device_type": _T46}
        owners: dict[str, dict[str, Any]] = {"Group_DeviceType": of_group, "DeviceProfile": {"device_key": 1}}
        for level, tags in _TAGS.items():
            db.add_all(Tag(level=level, **tag, **owners.get(level, {})) for tag in tags)
        db.add_all(_line(1, order, name) for order, name in enumerate(("Ada", "Grace"), 1))
    engine.dispose()


def _line(device_key: int, order: int, name: str) -> Line:
    return Line(
        device_key=device_key,
        line_port=f"{name.lower()}@acme.example",
        order=order,
        user_id=f"{name.lower()}@acme.example",
        first_name=name,
        last_name="Example",
        extension=f"200{order}",
        phone_number=f"0207946000{order}",
    )
