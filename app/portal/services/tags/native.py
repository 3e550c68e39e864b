"""Tags that the platform fills in by itself, from the device and its lines.

The API does not list them; what they stand for is told by the device and by the people on its lines.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.portal.models.access_device import AccessDevice
from app.portal.models.connected_user import ConnectedUser, ConnectedUserList

_OF_LINES = (
    "BWLINEPORT", "BWAUTHUSER", "BWAUTHPASSWORD", "BWFIRSTNAME", "BWLASTNAME", "BWEXTENSION",
)  # fmt: skip
_SECRET = "bwauthpassword"  # noqa: S105 - how its name begins
NOT_TOLD = "The platform fills this in, and does not tell it"
LINES_UNREAD = "Who is on the lines could not be read"
HIDDEN = "Secret, never shown"


@dataclass(frozen=True)
class NativeTag:
    """`value` is None where the API does not tell it; `why` says why."""

    name: str
    value: str | None
    comes_from: str
    why: str = ""


@dataclass(frozen=True)
class Natives:
    """The native tags that stand for something. `lines_read` is False where who is on them could not be read."""

    tags: tuple[NativeTag, ...] = ()
    lines_read: bool = True

    def absent(self, name: str) -> NativeTag | None:
        """A tag of the platform's that is not among these, as far as its name tells; None where it is none."""
        if not name.startswith("%BW"):
            return None
        kind, _, line = name.strip("%").rpartition("-")
        if kind not in _OF_LINES or not line.isdecimal():
            return NativeTag(name, None, "The platform", NOT_TOLD)
        why = f"Nobody is on line {line}" if self.lines_read else LINES_UNREAD
        return NativeTag(name, None, f"Line {line}", why)

    def why_absent(self, name: str) -> str | None:
        found = self.absent(name)
        return found.why if found else None


def native_tags(device: AccessDevice, lines: ConnectedUserList | None) -> Natives:
    """`lines` is None where they could not be read."""
    found = {tag.name: tag for tag in _of_device(device)}
    for user in lines.users if lines else ():
        for tag in _of_line(user):
            twice = tag.name in found
            found[tag.name] = NativeTag(tag.name, None, tag.comes_from, "Several people are on it") if twice else tag
    return Natives(tuple(found.values()), lines is not None)


def is_secret(name: str) -> bool:
    """However it is spelt: what is set under such a name is never shown either."""
    return _SECRET in name.casefold()


def _of_device(device: AccessDevice) -> Iterator[NativeTag]:
    mac = device.mac_address or None
    yield NativeTag("%BWMACADDRESS%", mac, "This device", "" if mac else "The device has no MAC")
    yield NativeTag("%BWDEVICEID%", device.device_name, "This device")
    yield NativeTag("%BWTIMESTAMP%", None, "The platform", NOT_TOLD)


def _of_line(user: ConnectedUser) -> Iterator[NativeTag]:
    if user.order is None:
        return
    told = (user.line_port, None, None, user.first_name, user.last_name, user.extension)
    for kind, value in zip(_OF_LINES, told, strict=True):
        name = f"%{kind}-{user.order}%"
        why = "" if value is not None else HIDDEN if is_secret(name) else NOT_TOLD
        yield NativeTag(name, value, f"Line {user.order}", why)
