"""Values of built-in tags, as far as the device and the people on its lines tell them."""

from collections.abc import Collection, Container, Iterator
from dataclasses import dataclass

from app.portal.domain.config_dialects import values_like_tags
from app.portal.models.access_device import AccessDevice
from app.portal.models.connected_user import ConnectedUser, ConnectedUserList
from app.portal.services.tags.builtin import is_built_in, is_secret, line_of

_KINDS_OF_LINES = (
    "BWLINEPORT", "BWAUTHUSER", "BWAUTHPASSWORD", "BWFIRSTNAME", "BWLASTNAME", "BWEXTENSION",
)  # fmt: skip
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
    """The native tags of a device, the lines that have a person, and values of its type that look like tags.

    `lines_read` is False where who is on its lines could not be read.
    """

    tags: tuple[NativeTag, ...] = ()
    lines_read: bool = True
    assigned: Collection[int] = ()
    values: Container[str] = frozenset()

    def describe_missing(self, name: str) -> NativeTag | None:
        """Return a built-in tag that is not among these; None for any other name."""
        if not is_built_in(name):
            return None
        line = line_of(name)
        if line is None:
            return NativeTag(name, None, "The platform", PLATFORM_ONLY)
        if not self.lines_read:
            reason = LINES_UNREADABLE
        elif line in self.assigned:
            reason = HIDDEN if is_secret(name) else PLATFORM_ONLY
        else:
            reason = f"No one is assigned to line {line}"
        return NativeTag(name, None, f"Line {line}", reason)


def native_tags(device: AccessDevice, lines: ConnectedUserList | None) -> NativeTags:
    """`lines` is None where they could not be read."""
    tags = {tag.name: tag for tag in _tags_of_device(device)}
    users = lines.users if lines else ()
    for user in users:
        for tag in _tags_of_line(user):
            is_shared = tag.name in tags
            tags[tag.name] = (
                NativeTag(tag.name, None, tag.source, "Several people are assigned to this line") if is_shared else tag
            )
    assigned = frozenset(user.order for user in users if user.order is not None)
    return NativeTags(tuple(tags.values()), lines is not None, assigned, values_like_tags(device.device_type))


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
