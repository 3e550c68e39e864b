"""Firmware versions as devices report them, compared among devices of one type."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from app.portal.domain.natural_order import natural_key

OLDER = "older"

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)+")


@lru_cache(1 << 12)
def split_version(version: str) -> tuple[str, str] | None:
    """Return the product and the sort key of its number; None where there is no number.

    Of "Yealink SIP-T46G 28.83.0.120" the product is "yealink sip-t46g". Numbers of different products, as softphones
    are under one device type, cannot be compared.
    """
    numbers = list(_NUMBER.finditer(version))
    if not numbers:
        return None
    return version[: numbers[-1].start()].strip().casefold(), natural_key(numbers[-1][0])


class NewestFirmware:
    """The newest version of each device type and product among some devices; no maker is asked for its latest one."""

    def __init__(self, devices: Iterable[tuple[str, str]]) -> None:
        """Take device types with versions."""
        self._newest: dict[tuple[str, str], tuple[str, str]] = {}
        for device_type, version in set(devices):
            firmware = split_version(version)
            if firmware:
                product, number = firmware
                candidate = number, version
                self._newest[device_type, product] = max(self._newest.get((device_type, product), candidate), candidate)

    def of_type(self, device_type: str) -> Mapping[str, str]:
        """Return the newest version by product."""
        return {product: newest[1] for (name, product), newest in self._newest.items() if name == device_type}

    def is_older(self, device_type: str, version: str) -> bool:
        """Return True if a device of this type and product has a newer version than this one of them."""
        firmware = split_version(version)
        return firmware is not None and firmware[1] < self._newest[device_type, firmware[0]][0]


def count_older(devices: Mapping[tuple[str, str], int]) -> int:
    """Take numbers of devices by type and version; return how many have a version older than the newest among them."""
    newest = NewestFirmware(devices)
    return sum(count for (device_type, version), count in devices.items() if newest.is_older(device_type, version))
