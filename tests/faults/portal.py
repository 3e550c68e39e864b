"""A portal whose backend is the fault server, with the real reference API behind that."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from app.portal import create_portal
from app.portal.api.deadline import DeadlineAdapter
from tests.client import Browser
from tests.faults.server import FaultServer
from tests.world import SYSTEM_ADMIN, Member, World

QUICK = {"connect_timeout": 0.5, "first_byte_timeout": 0.3, "read_timeout": 0.4, "write_timeout": 0.4}


@dataclass
class Faulty:
    """The world as seen through a wire that can fail."""

    world: World
    server: FaultServer
    browser: Browser

    def outcomes(self) -> list[str]:
        """What the portal noted of its latest change."""
        return self.world.changes()[-1][1]

    def has_device(self, name: str, **fields: object) -> bool:
        """Whether the backend holds such a device, whatever the portal believes."""
        listed = self.world.tell_api("GET", "tenants/acme/groups/headquarters/access_devices/", None)["access_devices"]
        if name not in {each["deviceName"] for each in listed}:
            return False
        device = self.world.tell_api("GET", f"tenants/acme/groups/headquarters/access_devices/{name}/", None)
        return fields.items() <= device.items()


@contextmanager
def faulty_world(world: World, member: Member = SYSTEM_ADMIN) -> Iterator[Faulty]:
    """A browser in which the member has signed in while all was well."""
    with FaultServer(world.api) as server:
        adapter = DeadlineAdapter()
        settings = replace(world.settings, **QUICK)  # type: ignore[arg-type] # all of them are seconds
        portal = create_portal(settings, adapter, server.url, now=world.clock, hasher=world.hasher)
        portal.jinja_env.bytecode_cache = world.portal.jinja_env.bytecode_cache
        world.portals.append(portal)
        yield Faulty(world, server, world.browser(member, portal))
        adapter.close()
