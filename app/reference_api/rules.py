"""Rules for names, hosts, MACs and line orders, as pure functions.

Each raises ValueError with words for the caller, except those on line orders: their Refused carries the documented
codes and texts.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Collection, Mapping
from enum import StrEnum

from app.reference_api.errors import Code, Refused

# Documented to the letter, misspellings included.
FIXED = "This type of device does not support users reordering"
DUPLICATE_ORDER = "Each port (order) can only be present once"
MISSING_LINE = "All connected users must he provided in the PUT, no partial update allowed"
UNKNOWN_LINE = "All linePorts in the new values mmust be present in the old values"
ABOVE_MAXIMUM = "A port (order) can not be bigger than the maximum number of ports of the device"
GAP = "Gaps between ports are not allowed for this type of device"


class Ordering(StrEnum):
    FIXED = "fixed"  # lines cannot be re-ordered
    DYNAMIC = "dynamic"  # without gaps
    STATIC = "static"  # to any port


_HEX = "[0-9A-Fa-f]"
_MAC = (
    rf"{_HEX}{{12}}"
    rf"|{_HEX}{{2}}([-:. ])(?:{_HEX}{{2}}\1){{4}}{_HEX}{{2}}"
    rf"|{_HEX}{{4}}([-:.]){_HEX}{{4}}\2{_HEX}{{4}}"
    rf"|{_HEX}{{6}}[-:]{_HEX}{{6}}"
)
_HOST_LABEL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = rf"(?:{_OCTET}\.){{3}}{_OCTET}"
_GROUP = f"{_HEX}{{1,4}}"
_TAIL = f"(?:{_GROUP}:{_GROUP}|{_IPV4})"
# All eight groups, or fewer around "::", which stands for one at least.
_IPV6 = (
    f"(?:{_GROUP}:){{6}}{_TAIL}"
    rf"|(?!:*(?:{_GROUP}:+){{7}}{_HEX})(?!:*(?:{_GROUP}:+){{6}}[0-9]+\.)"
    f"(?:{_GROUP}(?::{_GROUP})*)?::(?:(?:{_GROUP}:)*(?:{_GROUP}|{_IPV4}))?"
)
_CONTROL = r"\x00-\x1f\x7f-\x9f"
_SPACE = r" \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"

# The checks below as patterns of JSON Schema. A name must not be one of UNADDRESSABLE either.
MAC_PATTERN = f"^(?:{_MAC})$"
NAME_PATTERN = f"^[^/{_CONTROL}{_SPACE}](?:[^/{_CONTROL}]*[^/{_CONTROL}{_SPACE}])?$"
HOST_PATTERN = rf"^(?:{_IPV4}|{_IPV6}|(?:{_HOST_LABEL}\.)*(?![0-9]+\.?$){_HOST_LABEL}\.?)$"
UNADDRESSABLE = (".", "..")


def normalize_mac(text: str) -> str:
    """Return twelve upper-case hex digits from bare hex, pairs, dotted or dashed fours, or two halves."""
    if not re.fullmatch(_MAC, text.strip()):
        raise ValueError("must be a MAC address: 12 hexadecimal digits, such as 00:15:65:1A:2B:3C")
    return re.sub(r"[-:. \s]", "", text).upper()


def check_name(name: str) -> None:
    """Refuse what no client can send as one part of a path: `.`, `..`, a slash."""
    if name != name.strip():
        raise ValueError("must not begin or end with a space")
    if any(unicodedata.category(character) == "Cc" for character in name):
        raise ValueError("must not hold control characters")
    if name in UNADDRESSABLE or "/" in name:
        raise ValueError("must not be . or .. and must not hold a slash: no address could lead to it")


def check_host(address: str) -> None:
    if not (_is_ip(address) or _is_host_name(address)):
        raise ValueError("must be an IP address or a host name")


def _is_ip(address: str) -> bool:
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return False
    return "%" not in address  # an IPv6 zone is local, and Python accepts any text as one, line ends too


def _is_host_name(address: str) -> bool:
    labels = address.removesuffix(".").split(".")
    return all(re.fullmatch(_HOST_LABEL, label) for label in labels) and not labels[-1].isdigit()


def check_ordering(ordering: Ordering) -> None:
    if ordering is Ordering.FIXED:
        raise Refused(FIXED, code=Code.UNSUPPORTED_OPERATION)


def check_order(wanted: Mapping[str, int], current: Collection[str], ordering: Ordering, ports: int | None) -> None:
    """Refuse a new order (1.. by linePort) at the first rule that it breaks, in the documented sequence.

    `current` holds the linePorts on the device; `ports` is None where the type has no limit.
    """
    orders = wanted.values()
    if wanted.keys() - set(current):
        raise Refused(UNKNOWN_LINE)
    if set(current) - wanted.keys():
        raise Refused(MISSING_LINE)
    if len(set(orders)) < len(orders):
        raise Refused(DUPLICATE_ORDER)
    if ports is not None and max(orders, default=0) > ports:
        raise Refused(ABOVE_MAXIMUM)
    if ordering is Ordering.DYNAMIC and max(orders, default=0) > len(orders):
        raise Refused(GAP)
