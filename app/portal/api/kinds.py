"""Kinds of calls: what takes about as long, and fails together."""

from collections.abc import Sequence


def kind_of(path: Sequence[str]) -> str:
    """Return the path without the names in it, such as `tenants/groups/access_devices/connected_users`.

    That of one device ends in `/…`, that of all devices of a group does not.
    """
    return "/".join(path[::2]) + ("" if len(path) % 2 else "/…")
