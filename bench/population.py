"""Devices of an invented platform, and the people on them."""

import random
from typing import Any

from app.paths import ROOT
from app.portal.store.index.records import PersonOnLine

_NAMES = ROOT / "app" / "reference_api" / "demo"
FIRST, LAST = ((_NAMES / f"{kind}_names.txt").read_text().split("\n") for kind in ("first", "last"))
VENDORS = ("001565", "805EC0", "805E0C", "249AD8", "0004F2")
_TYPES = ("Yealink-T46G", "Yealink-T48G", "Yealink-T42G", "Polycom-VVX450", "Yealink-W60B", "Cisco-ATA191")
_VERSIONS = ("28.83.0.120", "28.83.0.50", "35.81.0.110", "6.4.3.5814", "77.85.0.25", "12.0.1")
_PLACES = ("Reception", "Kitchen", "Meeting room", "Print room", "Workshop", "Lobby")
_STATUS = ("Online",) * 8 + ("Offline", "Unavailable")


def make_device(rng: random.Random, number: int, tenant: int) -> tuple[dict[str, Any], PersonOnLine]:
    """Return the fields of a device, and who is on its first line."""
    first, last = rng.choice(FIRST), rng.choice(LAST)
    kind = rng.randrange(len(_TYPES))
    values = {
        "device_name": f"{number % 9}.{number} {rng.choice(_PLACES) if number % 5 == 0 else f'{first} {last}'}",
        "device_type": _TYPES[kind],
        "mac": f"{rng.choice(VENDORS)}{number:06X}",
        "net_address": f"10.{tenant % 256}.{number % 256}.{rng.randrange(256)}",
        "status": rng.choice(_STATUS),
        "version": f"{_TYPES[kind]} {_VERSIONS[kind]}",
        "serial_number": f"SN{number:08}",
        "description": f"{first} {last}, floor {number % 9}",
        "physical_location": f"Building {number % 40}",
    }
    return values, make_person(values["device_name"], number, tenant, first, last)


def make_person(device_name: str, number: int, tenant: int, first: str, last: str, port: int = 1) -> PersonOnLine:
    login = f"{number}" if port == 1 else f"{number}-{port}"
    return PersonOnLine(
        device_name=device_name,
        port=port,
        line_port=f"line{login}@t{tenant}.example",
        user_id=f"user{login}@t{tenant}.example",
        first_name=first,
        last_name=last,
        phone_number=f"+44-20{number:08}",
        extension=str(2000 + number // max(tenant, 1) % 900),
    )
