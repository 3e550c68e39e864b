"""A portal that is killed in the middle of its writes, once for each way to die. A program of its own: it forks before
there is a thread or a connection, so that nothing but the two databases outlives a death.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter

from tests.support.client import Browser
from tests.support.devices import NEW_T46, create_device, edit_device
from tests.support.population import HQ
from tests.support.world import OWNER, World, settings_in

BEFORE, AFTER = "before the backend heard of it", "after the backend had acted"
_BOARD = f"{HQ}Reception/lines/"
_SWAPPED = {"port:ada@acme.example": "2", "port:grace@acme.example": "1"}
WRITES: dict[str, Callable[[Browser], object]] = {
    "edit": lambda owner: edit_device(owner, "Desk 01", stun_server_net_address="stun.acme.example"),
    "create": lambda owner: create_device(owner, **NEW_T46),
    "delete": lambda owner: owner.submit(owner.get(f"{HQ}Desk 02/delete")),
    "lines": lambda owner: owner.submit(owner.get(_BOARD), f"{_BOARD}order", **_SWAPPED, do="save"),
    "reboot": lambda owner: owner.submit(owner.get(f"{HQ}Fax/reboot")),
}
WAYS = [(write, moment) for write in WRITES for moment in (BEFORE, AFTER)]


class Deadly(HTTPAdapter):
    """Dies at the first write to the backend, and leaves a mark for each that went out."""

    def __init__(self, behind: BaseAdapter, moment: str, marks: Path) -> None:
        super().__init__()
        self._behind = behind
        self._moment = moment
        self._marks = marks

    def send(self, request: PreparedRequest, *args: object, **kwargs: object) -> Response:
        if request.method == "GET" or "/log" in (request.url or ""):
            return self._behind.send(request)
        if self._moment == AFTER:
            with self._marks.open("a") as marks:
                marks.write("sent\n")
            assert self._behind.send(request).content  # all of the answer: it has acted
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


def die(folder: Path, templates: Path, write: str, moment: str) -> None:
    world = World(settings_in(folder), templates)
    app = world.another_portal(lambda behind: Deadly(behind, moment, folder / "marks"))
    WRITES[write](world.browser(OWNER, app))
    os._exit(1)  # it lived


if __name__ == "__main__":
    for at, way in enumerate(WAYS):
        child = os.fork()
        if child == 0:
            die(Path(sys.argv[1]) / str(at), Path(sys.argv[2]), *way)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL, way
