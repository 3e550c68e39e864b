"""Tags that the platform fills in by itself, from the device and its lines.

The API does not list them; the device and the people on its lines tell their values.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.portal.models.access_device import AccessDevice
from app.portal.models.connected_user import ConnectedUser, ConnectedUserList

_KINDS_OF_LINES = (
    "BWLINEPORT", "BWAUTHUSER", "BWAUTHPASSWORD", "BWFIRSTNAME", "BWLASTNAME", "BWEXTENSION",
)  # fmt: skip
_SECRET = "bwauthpassword"  # noqa: S105 - how its name begins
PLATFORM_ONLY = "Filled in by the platform. The value is not available"
LINES_UNREADABLE = "The lines could not be read"
HIDDEN = "Hidden (secret)"


@dataclass(frozen=True)
class NativeTag:
    """`value` is None where the API does not tell it; `reason` says why, in words."""

    name: str
    value: str | None
    source: str
    reason: str = ""


@dataclass(frozen=True)
class NativeTags:
    """The native tags of a device. `lines_read` is False where who is on its lines could not be read."""

    tags: tuple[NativeTag, ...] = ()
    lines_read: bool = True

    def describe_missing(self, name: str) -> NativeTag | None:
        """Return a native tag that is not among these, as far as its name tells; None for any other name."""
        if not name.startswith("%BW"):
            return None
        kind, _, line = name.strip("%").rpartition("-")
        if kind not in _KINDS_OF_LINES or not line.isdecimal():
            return NativeTag(name, None, "The platform", PLATFORM_ONLY)
        reason = f"No one is assigned to line {line}" if self.lines_read else LINES_UNREADABLE
        return NativeTag(name, None, f"Line {line}", reason)


def native_tags(device: AccessDevice, lines: ConnectedUserList | None) -> NativeTags:
    """`lines` is None where they could not be read."""
    tags = {tag.name: tag for tag in _tags_of_device(device)}
    for user in lines.users if lines else ():
        for tag in _tags_of_line(user):
            is_shared = tag.name in tags
            tags[tag.name] = (
                NativeTag(tag.name, None, tag.source, "Several people are assigned to this line") if is_shared else tag
            )
    return NativeTags(tuple(tags.values()), lines is not None)


def is_secret(name: str) -> bool:
    """However it is spelt: what is set under such a name is never shown either."""
    return _SECRET in name.casefold()


def _tags_of_device(device: AccessDevice) -> Iterator[NativeTag]:
    mac = device.mac_address or None
    yield NativeTag("%BWMACADDRESS%", mac, "This device", "" if mac else "The device has no MAC address")
    yield NativeTag("%BWDEVICEID%", device.device_name, "This device")
    yield NativeTag("%BWTIMESTAMP%", None, "The platform", PLATFORM_ONLY)


def _tags_of_line(user: ConnectedUser) -> Iterator[NativeTag]:
    if user.order is None:
        return
    values = (user.line_port, None, None, user.first_name, user.last_name, user.extension)
    for kind, value in zip(_KINDS_OF_LINES, values, strict=True):
        name = f"%{kind}-{user.order}%"
        reason = "" if value is not None else HIDDEN if is_secret(name) else PLATFORM_ONLY
        yield NativeTag(name, value, f"Line {user.order}", reason)
