"""The MAC addresses (IEEE OUIs) and User-Agents of real makers."""

from random import Random

_YEALINK = ("001565", "805EC0", "805E0C", "249AD8")
OUIS = {
    "Polycom-VVX450": ("0004F2", "64167F"),
    "Gigaset-N720": ("7C2F80", "589EC6"),
    "Cisco-ATA191": ("001BD4", "00260B"),
}
VERSIONS = {
    "Generic SIP Phone": (
        "pjsip python",
        "Zoiper rv2.10.19.6",
        "MicroSIP/3.21.3",
        "LinphoneDesktop/5.1.2",
        "Bria 6.6.1 stamp 110022",
    ),
    "Yealink-T42G": ("Yealink SIP-T42G 29.83.0.120", "Yealink SIP-T42G 29.83.0.50", "Yealink SIP-T42G 29.82.0.20"),
    "Yealink-T46G": ("Yealink SIP-T46G 28.83.0.120", "Yealink SIP-T46G 28.83.0.50"),
    "Yealink-T48G": ("Yealink SIP-T48G 35.83.0.120", "Yealink SIP-T48G 35.83.0.50", "Yealink SIP-T48G 35.81.0.110"),
    "Yealink-W60B": ("Yealink W60B 77.85.0.25", "Yealink W60B 77.83.0.85"),
    "Polycom-VVX450": ("PolycomVVX-VVX_450-UA/6.4.3.5814", "PolycomVVX-VVX_450-UA/5.9.6.2327"),
    "Gigaset-N720": ("N720-DM-PRO/70.108.00.000000.000", "N720-DM-PRO/70.114.00.000000.000"),
    "Cisco-ATA191": ("Cisco/ATA191-12.0.1", "Cisco/ATA191-11.2.4"),
}


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
