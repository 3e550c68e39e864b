"""The demo's tenants and groups: names, numbers and devices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

TENANTS = {"acme": "Acme Manufacturing", "globex": "Globex Logistics", "initech": "Initech University"}


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


SITES = (
    Site(
        tenant_id="acme",
        group_id="headquarters",
        name="Headquarters",
        prefix="HQ",
        numbers="02079460",
        extensions=2000,
        network="10.10",
        devices={
            "Yealink-T48G": 30,
            "Yealink-T46G": 45,
            "Yealink-T42G": 30,
            "Polycom-VVX450": 20,
            "Yealink-W60B": 8,
            "Gigaset-N720": 2,
            "Cisco-ATA191": 7,
            "Generic SIP Phone": 18,
        },
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
        devices={
            "Yealink-T42G": 14,
            "Yealink-W60B": 12,
            "Gigaset-N720": 4,
            "Cisco-ATA191": 6,
            "Generic SIP Phone": 12,
        },
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
        devices={
            "Yealink-T48G": 22,
            "Yealink-T46G": 35,
            "Polycom-VVX450": 24,
            "Yealink-W60B": 6,
            "Gigaset-N720": 1,
            "Cisco-ATA191": 5,
            "Generic SIP Phone": 19,
        },
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
        devices={
            "Yealink-T46G": 22,
            "Yealink-T42G": 10,
            "Polycom-VVX450": 8,
            "Yealink-W60B": 4,
            "Cisco-ATA191": 3,
            "Generic SIP Phone": 7,
        },
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
        devices={"Yealink-T46G": 1},
    ),
    Site(
        tenant_id="initech",
        group_id="campus",
        name="Campus",
        prefix="C",
        numbers="01144960",
        extensions=10000,
        network="10.64",
        devices={
            "Yealink-T42G": 4200,
            "Yealink-T46G": 2300,
            "Yealink-T48G": 600,
            "Polycom-VVX450": 1500,
            "Yealink-W60B": 350,
            "Gigaset-N720": 50,
            "Cisco-ATA191": 400,
            "Generic SIP Phone": 600,
        },
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
        devices={
            "Yealink-T48G": 4,
            "Yealink-T46G": 4,
            "Yealink-T42G": 4,
            "Polycom-VVX450": 4,
            "Yealink-W60B": 2,
            "Gigaset-N720": 1,
            "Cisco-ATA191": 3,
            "Generic SIP Phone": 4,
        },
        departments=("Telephony",),
        odd_names=("new", "100%25", "R&D; <bench> 3"),
    ),
)
