"""Every write of the portal, with the form that sends it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.support import config_files
from tests.support.devices import edit_device
from tests.support.faults.portal import Faulty
from tests.support.population import HQ
from tests.support.world import SYSTEM_ADMIN

NEW_NAME = "Brand new"


@dataclass(frozen=True)
class Write:
    """`form` shows the form that sends it, or makes it first; `pressed` is one of its buttons, if it has several.

    `happened` asks the backend, past the portal. `told` is said of a write that was seen to be done; None where no
    reading can show it.
    """

    method: str
    path_end: str
    form: str | Callable[[Faulty], str]
    typed: dict[str, str]
    happened: Callable[[Faulty], bool]
    told: str | None
    pressed: dict[str, str] = field(default_factory=dict)


def open_checked_upload(faulty: Faulty) -> str:
    return config_files.upload(faulty.browser, config_files.TEXT).url


def open_undo(faulty: Faulty) -> str:
    """Make the change that is undone past the wire, so that only the undo is seen there."""
    edit_device(faulty.world.browser(SYSTEM_ADMIN), "Reception", physical_location="Hall")
    return f"{HQ}Reception/undo/{faulty.world.changes()[-1][0].id}"


WRITES = {
    "create": Write(
        "POST",
        "/access_devices/",
        f"{HQ}new?type=Generic%20SIP%20Phone",
        {"device_name": NEW_NAME, "description": "x"},
        lambda faulty: faulty.has_device(NEW_NAME, description="x"),
        "The platform did not confirm it, but the device shows the change",
    ),
    "edit": Write(
        "PUT",
        "/Reception/",
        f"{HQ}Reception/edit",
        {"description": "x"},
        lambda faulty: faulty.has_device("Reception", description="x"),
        "The platform did not confirm it, but the device shows the change",
    ),
    "undo": Write(
        "PUT",
        "/Reception/",
        open_undo,
        {},
        lambda faulty: not faulty.has_device("Reception", physicalLocation="Hall"),
        "The platform did not confirm it, but the device shows the change",
    ),
    "delete": Write(
        "DELETE",
        "/lobby/",
        f"{HQ}lobby/delete",
        {},
        lambda faulty: not faulty.has_device("lobby"),
        "lobby deleted",
    ),
    "reboot": Write(
        "PUT",
        "/reboot_phone/",
        f"{HQ}Reception/reboot",
        {},
        lambda faulty: faulty.has_device("Reception", status="Offline"),
        None,
    ),
    "lines": Write(
        "PUT",
        "/Reception/connected_users/",
        f"{HQ}Reception/lines/",
        {"port:ada@acme.example": "2", "port:grace@acme.example": "1"},
        lambda faulty: faulty.ports("Reception") == {"grace@acme.example": 1, "ada@acme.example": 2},
        "Line order of Reception updated. The platform did not confirm it, but the device shows the change",
        {"do": "save"},
    ),
    "file": Write(
        "PUT",
        "/config_files/%25BWMACADDRESS%25.cfg/",
        open_checked_upload,
        {},
        lambda faulty: config_files.content(faulty.world) == config_files.TEXT,
        "The platform did not confirm it, but the file shows the change",
    ),
}
