"""Put another phone in the place of a device's phone: the change, a spare for the old phone, and the reboot."""

from collections.abc import Callable
from dataclasses import dataclass

from app.portal.api.errors import ApiError
from app.portal.domain import mac
from app.portal.domain.refs import GroupRef
from app.portal.models.access_device import AccessDevice
from app.portal.services.changes.executor import ChangeError, Done
from app.portal.services.devices.service import Devices, Fields

StepError = ApiError | ChangeError


@dataclass(frozen=True)
class Replacement:
    """`opened` and `wanted` hold the MAC and the serial number, as the form was opened and of the new phone.

    `spare`: the fields of a new device for the old phone; None where none is added.
    """

    opened: Fields
    wanted: Fields
    spare: Fields | None = None
    reboots: bool = False


@dataclass(frozen=True)
class Replaced:
    """`done` is None where the device had these values already. A later step that failed has its error."""

    done: Done[AccessDevice] | None
    spare_error: StepError | None = None
    reboot_error: StepError | None = None


def replace_phone(devices: Devices, group: GroupRef, name: str, replacement: Replacement) -> Replaced:
    """Change the device, then add the spare, then reboot. Raises as `Devices.update`; then no later step was made.

    The spare comes second, because the platform has each MAC once: the device must give up the old one first.
    """
    done = devices.update(group, name, replacement.opened, replacement.wanted)
    spare = replacement.spare
    spare_error = _try(lambda: devices.create(group, spare)) if spare else None
    reboot_error = _try(lambda: devices.reboot(group, name)) if replacement.reboots else None
    return Replaced(done, spare_error, reboot_error)


def spare_fields(device_type: str, old: Fields) -> Fields:
    """Return the fields of a device for a phone that is no longer in use, named by its MAC."""
    return {"device_name": f"Spare {mac.with_colons(old['mac_address'])}", "device_type": device_type, **old}


def _try(step: Callable[[], object]) -> StepError | None:
    try:
        step()
    except (ApiError, ChangeError) as error:
        return error
    return None
