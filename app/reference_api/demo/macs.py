"""The MAC addresses (IEEE OUIs) and User-Agents of real makers."""

import json
from importlib.resources import files
from random import Random

_YEALINK = ("001565", "805EC0", "805E0C", "249AD8")
OUIS = {
    "Polycom-VVX450": ("0004F2", "64167F"),
    "Gigaset-N720": ("7C2F80", "589EC6"),
    "Cisco-ATA191": ("001BD4", "00260B"),
}
VERSIONS = json.loads(files(__package__).joinpath("user_agents.json").read_text("utf-8"))


class MacFactory:
    """Makes each address once."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._given: set[str] = set()

    def next(self, device_type: str) -> str:
        while True:
            oui = self._random.choice(OUIS.get(device_type, _YEALINK))
            mac = f"{oui}{self._random.randrange(1 << 24):06X}"
            if mac not in self._given:
                self._given.add(mac)
                return mac
