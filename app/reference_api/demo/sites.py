"""The demo's tenants and groups: names, numbers and devices."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

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


SITES = [Site(**site) for site in json.loads(files(__package__).joinpath("sites.json").read_text("utf-8"))]
