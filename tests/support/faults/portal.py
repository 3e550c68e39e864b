"""A portal whose backend is the fault server, with the real reference API behind that."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from app.portal import create_portal
from app.portal.api.deadline import DeadlineAdapter
from app.portal.web.context import Portal, build_guard
from tests.support.client import Browser
from tests.support.faults.server import FaultServer
from tests.support.world import SYSTEM_ADMIN, Member, World

PATIENT = {"connect_timeout": 10.0, "read_timeout": 20.0, "list_timeout": 20.0, "write_timeout": 20.0}


@dataclass
class Faulty:
    """The world as seen through a wire that can fail."""

    world: World
    server: FaultServer
    browser: Browser

    def hurry(self) -> None:
        """From now on the portal waits a fraction of a second for what it reads; only for what would never come."""
        self.change(read_timeout=0.8, list_timeout=0.8)

    def hurry_writes(self) -> None:
        """The same for what it writes; time enough for a busy machine to take it in."""
        self.change(write_timeout=1.0)

    def calm_writes(self) -> None:
        """From now on the portal is as patient with its writes as it was at first."""
        self.change(write_timeout=PATIENT["write_timeout"])

    @property
    def longest_write(self) -> timedelta:
        return self._held.settings.longest_write

    def move_backend(self, url: str) -> None:
        """From now on the portal looks for its backend there, and soon gives up."""
        self.change(connect_timeout=0.3)
        self._hold(replace(self._held, backend_url=url))

    def change(self, **seconds: float) -> None:
        """Change settings of the portal."""
        settings = replace(self._held.settings, **seconds)  # type: ignore[arg-type] # nothing else is changed
        self._hold(replace(self._held, settings=settings))

    def forget_waits(self) -> None:
        """Let the portal call at once again what the backend failed, or asked to wait for."""
        self._hold(replace(self._held, guard=build_guard(self._held.settings)))

    @property
    def _held(self) -> Portal:
        return self.world.held_by(self.browser.app)

    def _hold(self, portal: Portal) -> None:
        self.browser.app.extensions["portal"] = portal

    def outcomes(self) -> list[str]:
        """What the portal noted of its latest change."""
        return self.world.changes()[-1][1]

    def ports(self, name: str) -> dict[str, int]:
        """Who is on which port of a device, whatever the portal believes."""
        path = f"tenants/acme/groups/headquarters/access_devices/{name}/connected_users/"
        users = self.world.tell_api("GET", path, None)["connected_users"]
        return {user["linePort"]: user["order"] for user in users}

    def has_device(self, name: str, **fields: object) -> bool:
        """Whether the backend holds such a device, whatever the portal believes."""
        listed = self.world.tell_api("GET", "tenants/acme/groups/headquarters/access_devices/", None)["access_devices"]
        if name not in {each["deviceName"] for each in listed}:
            return False
        device = self.world.tell_api("GET", f"tenants/acme/groups/headquarters/access_devices/{name}/", None)
        return all(device[key] == value for key, value in fields.items())


@contextmanager
def faulty_world(world: World, member: Member = SYSTEM_ADMIN) -> Iterator[Faulty]:
    """A browser in which the member has signed in while all was well."""
    with FaultServer(world.api) as server:
        adapter = DeadlineAdapter()
        settings = replace(world.settings, **PATIENT)  # type: ignore[arg-type] # all of them are seconds
        portal = world.keep(create_portal(settings, adapter, server.url, now=world.clock, hasher=world.hasher))
        yield Faulty(world, server, world.browser(member, portal))
        adapter.close()
