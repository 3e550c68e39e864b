"""The demo's tenants and groups: names, numbers and devices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

TENANTS = {"acme": "Acme Manufacturing", "globex": "Globex Logistics", "initech": "Initech University"}

_TYPES = {
    "t42": "Yealink-T42G",
    "t46": "Yealink-T46G",
    "t48": "Yealink-T48G",
    "w60": "Yealink-W60B",
    "polycom": "Polycom-VVX450",
    "gigaset": "Gigaset-N720",
    "cisco": "Cisco-ATA191",
    "generic": "Generic SIP Phone",
}


@dataclass(frozen=True, kw_only=True)
class Site:
    """A group. `numbers` begins a range of 1,000 telephone numbers that Ofcom reserves for fiction;
    `devices` is a count by phone type; `spares` are phones that have no MAC yet."""

    tenant_id: str
    group_id: str
    name: str
    prefix: str
    numbers: str
    extensions: int
    network: str
    devices: Mapping[str, int]
    departments: Sequence[str] = ()  # full paths, parts divided by " \\ "
    spares: int = 0
    custom_logins: int = 0
    odd_names: Sequence[str] = ()

    @property
    def domain(self) -> str:
        return f"{self.tenant_id}.example"


def _devices(**counts: int) -> Mapping[str, int]:
    return {_TYPES[name]: count for name, count in counts.items()}


SITES = (
    Site(
        tenant_id="acme",
        group_id="headquarters",
        name="Headquarters",
        prefix="HQ",
        numbers="02079460",
        extensions=2000,
        network="10.10",
        devices=_devices(t48=30, t46=45, t42=30, polycom=20, w60=8, gigaset=2, cisco=7, generic=18),
        departments=(
            "Sales",
            "Sales \\ Key accounts",
            "Finance",
            "Finance \\ Payroll",
            "Research",
            "Reception",
            "Legal",
        ),
        spares=1,
        custom_logins=3,
        odd_names=("Café & Bar", "Recycling 100%", "Büro #7"),
    ),
    Site(
        tenant_id="acme",
        group_id="warehouse",
        name="Warehouse",
        prefix="WH",
        numbers="01614960",
        extensions=3000,
        network="10.11",
        devices=_devices(t42=14, w60=12, gigaset=4, cisco=6, generic=12),
        departments=("Inbound", "Outbound", "Cold storage"),
    ),
    Site(
        tenant_id="acme",
        group_id="annex",
        name="Annex",
        prefix="AX",
        numbers="01914980",
        extensions=3500,
        network="10.12",
        devices={},
    ),
    Site(
        tenant_id="globex",
        group_id="amsterdam",
        name="Amsterdam",
        prefix="AMS",
        numbers="01632960",
        extensions=4000,
        network="10.20",
        devices=_devices(t48=22, t46=35, polycom=24, w60=6, gigaset=1, cisco=5, generic=19),
        departments=("Customs", "Planning", "Customer care", "Customer care \\ Complaints", "IT"),
        spares=1,
        custom_logins=2,
        odd_names=("Wat & hoe?", "50% balie"),
    ),
    Site(
        tenant_id="globex",
        group_id="brussels",
        name="Brussels",
        prefix="BRU",
        numbers="01174960",
        extensions=5000,
        network="10.21",
        devices=_devices(t46=22, t42=10, polycom=8, w60=4, cisco=3, generic=7),
        departments=("Public affairs", "Planning"),
    ),
    Site(
        tenant_id="globex",
        group_id="kiosk",
        name="Airport kiosk",
        prefix="KI",
        numbers="01314960",
        extensions=5900,
        network="10.22",
        devices=_devices(t46=1),
    ),
    Site(
        tenant_id="initech",
        group_id="campus",
        name="Campus",
        prefix="C",
        numbers="01144960",
        extensions=10000,
        network="10.64",
        devices=_devices(t42=4200, t46=2300, t48=600, polycom=1500, w60=350, gigaset=50, cisco=400, generic=600),
        departments=("Mathematics", "Physics", "Chemistry", "Library", "Registry", "Facilities", "Medicine"),
    ),
    Site(
        tenant_id="initech",
        group_id="lab",
        name="Telephony lab",
        prefix="LAB",
        numbers="01134960",
        extensions=9000,
        network="10.70",
        devices=_devices(t48=4, t46=4, t42=4, polycom=4, w60=2, gigaset=1, cisco=3, generic=4),
        departments=("Telephony",),
        odd_names=("new", "100%25", "R&D; <bench> 3"),
    ),
)
