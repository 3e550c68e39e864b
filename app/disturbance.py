"""The values of REFERENCE_DELAY and REFERENCE_FAIL, by which the reference API is slow and fails."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Kinds of calls, by what they read; "write" is every change, and "login" both signing in and signing out.
KINDS = (
    "login",
    "tenants",
    "groups",
    "device_end_points",
    "list",
    "detail",
    "config_files",
    "connected_users",
    "available_tags",
    "phone_types",
    "search",
    "write",
)
FAULTS = ("429", "500", "502", "503", "html", "truncated", "cut", "slow-body", "reset", "lost")

# In a request's environment: what to wait with instead of time.sleep. A caller in this process cannot hang up.
SLEEP = "app.sleep"

_MAX_SECONDS = 3600


@dataclass(frozen=True)
class Disturbance:
    """Seconds before a call is answered, by kind; and the share of calls that fail, each with one of these faults."""

    delays: Mapping[str, float] = field(default_factory=dict)
    share: float = 0.0
    faults: tuple[str, ...] = ()


def parse_delays(text: str) -> Mapping[str, float]:
    """Read `2`, `list=8,detail=2` or, for all other calls too, `0.5,list=8`. Raises ValueError."""
    delays: dict[str, float] = {}
    for item in filter(None, text.split(",")):
        kind, separator, number = item.strip().rpartition("=")
        seconds = _number(number, _MAX_SECONDS)
        if seconds is None or (kind not in KINDS if separator else kind):
            raise ValueError(f"it must be like 2 or list=8,detail=2: seconds, or kinds of {', '.join(KINDS)}")
        delays |= {kind: seconds} if kind else {other: delays.get(other, seconds) for other in KINDS}
    return delays


def parse_failures(text: str) -> tuple[float, tuple[str, ...]]:
    """Read `0.1` or `0.1:500,reset` into the share of calls and the kinds of fault. Raises ValueError."""
    number, separator, names = text.partition(":")
    share = _number(number, 1) if text else 0.0
    faults = tuple(name.strip() for name in names.split(",")) if separator else FAULTS
    if share is None or not set(faults) <= set(FAULTS):
        raise ValueError(
            f"it must be like 0.1 or 0.1:500,reset: a share from 0 to 1, and faults of {', '.join(FAULTS)}"
        )
    return share, faults


def _number(text: str, maximum: float) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number <= maximum else None
