"""Which devices set a tag or have a custom config file, and the check that reads the rest of a group."""

from urllib.parse import quote

import pytest
from flask import Flask
from requests import PreparedRequest, ReadTimeout, Response
from requests.adapters import BaseAdapter, HTTPAdapter

from tests.support.client import HTMX, Browser
from tests.support.config_files import FILE, TEXT, put_past_the_portal
from tests.support.population import HEADQUARTERS, HQ
from tests.support.world import OWNER, STRANGER, World

WHERE = f"{HQ.removesuffix('devices/')}where-used"
TAG, CONFIG_FILE = "?tag=%25SIP_PORT%25", f"?file={quote(FILE)}"


def open_page(world: World, app: Flask, query: str) -> Browser:
    """Open the page, and wait until the list of the group is in the index."""
    owner = world.browser(OWNER, app)
    assert owner.get(WHERE + query).status == 200
    world.held_by(app).index.feed.flush()
    return owner


def run_check(world: World, app: Flask, owner: Browser, query: str) -> None:
    assert owner.post(f"{WHERE}/check{query}").location == WHERE + query
    world.held_by(app).index.checks.wait(HEADQUARTERS, "tags" if "tag" in query else "files")


def test_check_reads_the_rest_of_a_group(world: World) -> None:
    app = world.another_portal(index_days=30)
    put_past_the_portal(world, TEXT)
    owner = open_page(world, app, TAG)
    assert "0 devices, of the 0 of 30 read so far" in owner.get(WHERE + TAG).words
    run_check(world, app, owner, TAG)
    page = owner.get(WHERE + TAG)
    assert "1 device, of the 30 of 30 read so far" in page.words
    assert f"{HQ}Reception/tags/?q=%25SIP_PORT%25" in page.links()
    assert not [link for link in page.links() if "Desk" in link]
    run_check(world, app, owner, CONFIG_FILE)
    page = owner.get(WHERE + CONFIG_FILE)
    assert f"Same content, {len(TEXT)} bytes 1 device · SHA-256" in page.words
    assert f"{HQ}Reception/files/{quote(FILE, safe='')}/" in page.links()


def test_links_lead_to_where_used(world: World) -> None:
    owner = world.browser(OWNER)
    assert WHERE + TAG in owner.get(f"{HQ}Reception/tags/").links()
    file_page = owner.get(f"{HQ}Reception/files/{quote(FILE, safe='')}/")
    assert [link for link in file_page.links() if link.startswith(f"{WHERE}?file=")]
    assert "The index of this portal is off" in owner.get(WHERE + TAG).words


class Silent(HTTPAdapter):
    """Gives no answer about tags."""

    def __init__(self, behind: BaseAdapter) -> None:
        super().__init__()
        self._behind = behind

    def send(self, request: PreparedRequest, *_args: object, **_kwargs: object) -> Response:
        if "available_tags" in request.path_url:
            raise ReadTimeout
        return self._behind.send(request)


def test_silent_platform_ends_a_check_in_words(world: World) -> None:
    app = world.another_portal(Silent, index_days=30)
    owner = open_page(world, app, TAG)
    run_check(world, app, owner, TAG)
    page = owner.get(WHERE + TAG)
    assert "The check stopped after 0 of 30 devices. The telephony platform" in page.words
    assert "Check now" in page.words


def test_stopped_check_ends_on_any_worker(world: World) -> None:
    app = world.another_portal(index_days=30)
    checks = world.held_by(app).index.checks.store
    owner = open_page(world, app, TAG)
    token = checks.begin(HEADQUARTERS, "tags", 30)
    assert token
    assert checks.begin(HEADQUARTERS, "tags", 30) is None  # never twice at a time
    assert checks.advance(HEADQUARTERS, "tags", token, 3)
    page = owner.get(f"{WHERE}/progress{TAG}", headers=HTMX)
    assert "30 devices: 3 done" in page.words
    assert owner.get(WHERE + TAG).headers["Refresh"]
    owner.post(f"{WHERE}/check{TAG}", stop="1")
    assert not checks.advance(HEADQUARTERS, "tags", token, 6)
    assert "The last check stopped after 3 of 30 devices" in owner.get(WHERE + TAG).words
    assert checks.begin(HEADQUARTERS, "tags", 30)
    world.clock.advance(minutes=3)  # its process is gone
    assert checks.begin(HEADQUARTERS, "tags", 30)


@pytest.mark.parametrize("query", [TAG, CONFIG_FILE])
def test_where_used_of_foreign_group_is_not_there(world: World, query: str) -> None:
    stranger = world.browser(STRANGER)
    assert stranger.get(WHERE + query).status == 404
    assert stranger.post(f"{WHERE}/check{query}").status == 404
    assert stranger.post(f"{WHERE}/check{query}", stop="1").status == 404
