"""URLs of pages are kept, and still are those that Flask would build."""

from typing import Any

import pytest
from flask import Flask, url_for
from werkzeug.routing import BuildError

from tests.support.world import World

ONE: dict[str, Any] = {"tenant": "acme", "group": "headquarters", "device": "Desk 01"}
OTHER = {**ONE, "device": "100 % + 1?"}
PATH = "/tenants/acme/groups/headquarters/devices/Desk%2001/"


@pytest.fixture
def portal(world: World) -> Flask:
    return world.portal


def build(portal: Flask, path: str, endpoint: str, **values: Any) -> str:
    """Return a URL as Flask builds it, after that of the portal was found to be the same, twice."""
    with portal.test_request_context(path):
        url = Flask.url_for(portal, endpoint, **values)
        assert [url_for(endpoint, **values), url_for(endpoint, **values)] == [url, url]
        return url


def test_urls_are_those_of_flask(portal: Flask) -> None:
    for values in ({}, {"n": 1}, {"n": True}, {"n": "1"}, {"n": None}, {"_anchor": "main"}, {"q": "a&b"}):
        build(portal, "/", "jobs.index", **values)
    assert build(portal, "/", "devices.show", **ONE) == PATH
    assert build(portal, "/", "devices.show", **OTHER) != PATH
    assert build(portal, "/", "history.everything", _external=True) == "http://localhost/history/"


def test_urls_depend_on_page_and_prefix(portal: Flask) -> None:
    for path in (PATH, f"{PATH}?list=q%3Ddesk", f"{PATH}?list=status%3DOffline", PATH):
        is_carried = "list=" in path
        assert ("list=" in build(portal, path, "devices.show", **OTHER)) == is_carried
    pages = [build(portal, f"{PATH}{part}", ".index", **ONE) for part in ("lines/", "tags/", "lines/")]
    assert len(set(pages)) == 2
    with portal.test_request_context(PATH, base_url="http://localhost/portal"):
        assert url_for("devices.show", **ONE) == f"/portal{PATH}"


def test_unknown_page_has_no_url(portal: Flask) -> None:
    with portal.test_request_context("/"), pytest.raises(BuildError):
        url_for("devices.nowhere")
