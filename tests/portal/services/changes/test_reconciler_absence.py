"""A device counts as gone only where its group can be read and lacks it."""

from io import BytesIO

import pytest
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPResponse

from app.portal.domain.audit import Action
from tests.support.changes import NEW_FIELDS, OLD_FIELDS, outcomes
from tests.support.client import Browser
from tests.support.history import record_change
from tests.support.population import HQ
from tests.support.world import OWNER, World


class Gateway(HTTPAdapter):
    """Says of a device, and where it is told to of its group, that there is no such page."""

    def __init__(self, behind: BaseAdapter) -> None:
        super().__init__()
        self._behind = behind
        self.calls: list[str] = []
        self.body, self.hides_group = b"<title>Not found</title>", False

    def send(self, request: PreparedRequest, *_args: object, **_kwargs: object) -> Response:
        path = request.path_url.partition("/headquarters/access_devices/")
        if not path[1] or (not path[2] and not self.hides_group):
            return self._behind.send(request)
        self.calls.append(path[2])
        raw = HTTPResponse(BytesIO(self.body), status=404, preload_content=False)
        return self.build_response(request, raw)


def through_gateway(world: World) -> tuple[Browser, Gateway]:
    app = world.another_portal(Gateway)
    wire = world.held_by(app).adapter
    assert isinstance(wire, Gateway)
    return world.browser(OWNER, app), wire


@pytest.mark.parametrize(
    ("body", "hides_group"),
    [(b"<title>Not found</title>", False), (b'{"error": "no such route"}', False), (b'{"error": "Not found"}', True)],
    ids=["a gateway", "a gateway that speaks JSON", "out of reach"],
)
def test_404_that_need_not_mean_the_device_settles_nothing(world: World, body: bytes, *, hides_group: bool) -> None:
    owner, wire = through_gateway(world)
    record_change(world, Action.DELETE, None, before={"device_name": "Fax"})
    record_change(world, Action.CREATE, None, device="Made", after={"device_name": "Made"})
    world.clock.advance(minutes=2)
    wire.body, wire.hides_group = body, hides_group
    for name in ("Fax", "Made" if hides_group else "Fax"):
        owner.get(f"{HQ}{name}/")
    assert outcomes(world) == [[], []]


def test_group_is_read_only_for_open_create_or_delete(world: World) -> None:
    owner, wire = through_gateway(world)
    wire.body, wire.hides_group = b'{"error": "Not found"}', True
    record_change(world, Action.EDIT, None, before=OLD_FIELDS, after=NEW_FIELDS)
    world.clock.advance(minutes=2)
    owner.get(f"{HQ}Fax/")
    assert "" not in wire.calls
    record_change(world, Action.DELETE, None, before={"device_name": "Fax"})
    world.clock.advance(minutes=2)
    owner.get(f"{HQ}Fax/")
    assert wire.calls.count("") == 1
