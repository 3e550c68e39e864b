"""Kinds of calls: what takes about as long, and fails together."""

from collections.abc import Sequence
from enum import Enum
from http import HTTPMethod

_SIGN_IN = {"login", "logout"}


class CallGroup(Enum):
    """Calls that share the places at a backend."""

    LIST = "list"
    DETAIL = "detail"
    WRITE = "write"
    SIGN_IN = "sign-in"


def kind_of(path: Sequence[str], method: str = HTTPMethod.GET) -> str:
    """Return the method and the path without the names in it: `GET tenants/groups/access_devices/connected_users`.

    That of one device ends in `/…`, that of all devices of a group does not.
    """
    return f"{method} {'/'.join(path[::2])}{'' if len(path) % 2 else '/…'}"


def group_of(path: Sequence[str], method: str, *, is_list: bool) -> CallGroup:
    if method != HTTPMethod.GET:
        return CallGroup.SIGN_IN if path[0] in _SIGN_IN else CallGroup.WRITE
    return CallGroup.LIST if is_list else CallGroup.DETAIL
