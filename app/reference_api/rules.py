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


_MAC = re.compile(
    r"[0-9a-f]{12}"
    r"|[0-9a-f]{2}([-:. ])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}"
    r"|[0-9a-f]{4}([-:.])[0-9a-f]{4}\2[0-9a-f]{4}"
    r"|[0-9a-f]{6}[-:][0-9a-f]{6}",
    re.ASCII | re.IGNORECASE,
)
_HOST_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII | re.IGNORECASE)


def normal_mac(written: str) -> str:
    """Twelve upper-case hex digits from bare hex, pairs, dotted or dashed fours, or two halves."""
    if not _MAC.fullmatch(written.strip()):
        raise ValueError("must be a MAC address: 12 hexadecimal digits, such as 00:15:65:1A:2B:3C")
    return re.sub(r"[-:. \s]", "", written).upper()


def check_name(name: str) -> None:
    """A device's name is a part of its address, and no client can carry `.`, `..` or a slash there."""
    if name != name.strip():
        raise ValueError("must not begin or end with a space")
    if any(unicodedata.category(character) == "Cc" for character in name):
        raise ValueError("must not hold control characters")
    if name in {".", ".."} or "/" in name:
        raise ValueError("must not be . or .. and must not hold a slash: no address could lead to it")


def check_host(address: str) -> None:
    if not (_is_ip(address) or _is_host_name(address)):
        raise ValueError("must be an IP address or a host name")


def _is_ip(address: str) -> bool:
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return False
    return True


def _is_host_name(address: str) -> bool:
    labels = address.removesuffix(".").split(".")
    return all(_HOST_LABEL.fullmatch(label) for label in labels) and not labels[-1].isdigit()


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
