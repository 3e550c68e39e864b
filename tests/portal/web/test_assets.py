"""Static files: kept by browsers for good under an address that changes with them."""

import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask import Flask

from app.config import ROOT
from app.portal.web import assets
from tests.support.population import HQ
from tests.support.world import OWNER, World

FOR_GOOD = "public, max-age=31536000, immutable"


def test_every_file_a_page_asks_for_may_be_kept_for_good(world: World) -> None:
    owner = world.browser(OWNER)
    asked = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', owner.get(HQ).text))
    assert len(asked) >= 6
    for url in asked:
        answer = owner.get(url)
        assert (answer.status, answer.headers["Cache-Control"]) == (200, FOR_GOOD), url
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers["Vary"]


@pytest.mark.parametrize("url", ["/static/portal.css", "/static/portal.css?v=of+another+release"])
def test_asset_of_another_version_is_not_cached(world: World, url: str) -> None:
    answer = world.nobody().get(url)
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-cache")
    assert world.nobody().get(url, headers={"If-None-Match": answer.headers["ETag"]}).status == 304


def test_preload_is_the_font_of_the_style_sheet(world: World) -> None:
    page = world.nobody().get("/login").text
    preloaded = set(re.findall(r'rel="preload" href="([^"]+)" as="font"', page))
    loaded = set()
    for sheet in re.findall(r'rel="stylesheet" href="([^"]+)"', page):
        text = (ROOT / sheet.partition("?")[0].lstrip("/")).read_text()
        loaded |= {urljoin(sheet, url) for url in re.findall(r'src: url\("([^"]+)"\)', text)}
    assert preloaded == loaded != set()


def test_vendored_folder_says_its_version() -> None:
    folders = [path for path in (ROOT / "static" / "vendor").iterdir() if path.is_dir()]
    assert folders
    assert all(re.search(r"-\d+\.\d+\.\d+$", path.name) for path in folders)


def test_changed_file_gets_another_address(tmp_path: Path) -> None:
    def address_with(content: str) -> str:
        (tmp_path / "portal.css").write_text(content)
        app = Flask(__name__, static_folder=str(tmp_path), static_url_path="/static")
        assets.init_app(app)
        return app.jinja_env.from_string("{{ asset('portal.css') }}").render()

    assert address_with("a { }") != address_with("b { }")
    assert address_with("a { }") == address_with("a { }")
