"""The domain's rules as pure functions. Each raises ValueError with the words for the person who asked,
except the line order, whose refusals carry the codes and the texts that clients know."""

import ipaddress
import re
import unicodedata
from collections.abc import Collection, Mapping
from enum import StrEnum

from app.reference_api.errors import Code, Problem, Refused, invalid

# Documented to the letter, misspellings included.
FIXED = "This type of device does not support users reordering"
DUPLICATE_ORDER = "Each port (order) can only be present once"
MISSING_LINE = "All connected users must he provided in the PUT, no partial update allowed"
UNKNOWN_LINE = "All linePorts in the new values mmust be present in the old values"
ABOVE_MAXIMUM = "A port (order) can not be bigger than the maximum number of ports of the device"
GAP = "Gaps between ports are not allowed for this type of device"


class Ordering(StrEnum):
    """How the lines of a type may be re-ordered: not at all, without gaps, or to any port."""

    FIXED = "fixed"
    DYNAMIC = "dynamic"
    STATIC = "static"


_HEX = "[0-9A-Fa-f]"
_MAC = (
    rf"{_HEX}{{12}}"
    rf"|{_HEX}{{2}}([-:. ])(?:{_HEX}{{2}}\1){{4}}{_HEX}{{2}}"
    rf"|{_HEX}{{4}}([-:.]){_HEX}{{4}}\2{_HEX}{{4}}"
    rf"|{_HEX}{{6}}[-:]{_HEX}{{6}}"
)
_HOST_LABEL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_CONTROL = r"\x00-\x1f\x7f-\x9f"
_SPACE = r" \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"

# The checks below as patterns of JSON Schema, for the API's description. A name is none of UNADDRESSABLE either.
MAC_PATTERN = f"^(?:{_MAC})$"
NAME_PATTERN = f"^[^/{_CONTROL}{_SPACE}](?:[^/{_CONTROL}]*[^/{_CONTROL}{_SPACE}])?$"
HOST_PATTERN = rf"^(?:{_HOST_LABEL}\.)*(?![0-9]+\.?$){_HOST_LABEL}\.?$"
UNADDRESSABLE = (".", "..")


def normal_mac(written: str) -> str:
    """Twelve upper-case hex digits from bare hex, pairs, dotted or dashed fours, or two halves."""
    if not re.fullmatch(_MAC, written.strip()):
        raise ValueError("must be a MAC address: 12 hexadecimal digits, such as 00:15:65:1A:2B:3C")
    return re.sub(r"[-:. \s]", "", written).upper()


def check_name(name: str) -> None:
    """A device's name is a part of its address, and no client can carry `.`, `..` or a slash there."""
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
    return "%" not in address  # a zone means nothing to others, and Python takes any text for one, line ends too


def _is_host_name(address: str) -> bool:
    labels = address.removesuffix(".").split(".")
    return all(re.fullmatch(_HOST_LABEL, label) for label in labels) and not labels[-1].isdigit()


def check_ordering(ordering: Ordering) -> None:
    if ordering is Ordering.FIXED:
        raise Refused(Problem(Code.UNSUPPORTED_OPERATION, FIXED))


def check_order(wanted: Mapping[str, int], present: Collection[str], ordering: Ordering, ports: int | None) -> None:
    """Refuses new orders (1.. by linePort) at the first rule that they break, in the documented sequence.

    `present` holds the linePorts on the device; `ports` is None where the type has no limit.
    """
    orders = wanted.values()
    if wanted.keys() - set(present):
        raise invalid(UNKNOWN_LINE)
    if set(present) - wanted.keys():
        raise invalid(MISSING_LINE)
    if len(set(orders)) < len(orders):
        raise invalid(DUPLICATE_ORDER)
    if ports is not None and max(orders, default=0) > ports:
        raise invalid(ABOVE_MAXIMUM)
    if ordering is Ordering.DYNAMIC and max(orders, default=0) > len(orders):
        raise invalid(GAP)
