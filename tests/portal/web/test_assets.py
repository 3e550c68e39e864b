"""Static files: kept by browsers for good under an address that changes with them."""

import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask import Flask

from app.paths import ROOT
from app.portal.web import assets
from tests.support.population import HQ
from tests.support.world import OWNER, World

FOR_GOOD = "public, max-age=31536000, immutable"


def test_every_file_a_page_asks_for_may_be_kept_for_good(world: World) -> None:
    owner = world.browser(OWNER)
    asked = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', owner.get(HQ).text))
    assert len(asked) >= 5
    for url in asked:
        answer = owner.get(url)
        assert (answer.status, answer.headers["Cache-Control"]) == (200, FOR_GOOD), url
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers["Vary"]


@pytest.mark.parametrize("url", ["/static/portal.css", "/static/site.css", "/static/site.css?v=of+another+release"])
def test_asset_of_another_version_is_not_cached(world: World, url: str) -> None:
    answer = world.nobody().get(url)
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-cache")
    assert world.nobody().get(url, headers={"If-None-Match": answer.headers["ETag"]}).status == 304


@pytest.mark.parametrize(("bundle", "link"), [("site.css", 'rel="stylesheet" href'), ("site.js", "script src")])
def test_bundle_holds_every_part_in_order(world: World, bundle: str, link: str) -> None:
    page = world.nobody().get("/login").text
    assert re.findall(f'{link}="([^"?]+)', page) == [f"/static/{bundle}"]
    answer = world.nobody().get(f"/static/{bundle}")
    assert answer.headers["Content-Type"] == f"text/{'css' if bundle == 'site.css' else 'javascript'}; charset=utf-8"
    parts = [(ROOT / "static" / name).read_text() for name in assets.BUNDLES[bundle]]
    if bundle == "site.css":
        assert "/*" not in answer.text.replace("/*!", ""), "comments stay behind, but for licences"
        parts = [re.sub(r"/\*[^!].*?\*/", "", part, flags=re.DOTALL) for part in parts]
    assert [answer.text.count(part) for part in parts] == [1] * len(parts)
    assert sorted(parts, key=answer.text.index) == parts


def test_font_of_the_style_sheet_is_preloaded(world: World) -> None:
    fonts = re.findall(r'src: url\("([^"]+)"\)', world.nobody().get("/static/site.css").text)
    preloaded = re.findall(r'rel="preload" href="([^"]+)" as="font"', world.nobody().get("/login").text)
    assert preloaded == [urljoin("/static/site.css", url) for url in fonts] != []


def test_vendored_folder_says_its_version() -> None:
    folders = [path for path in (ROOT / "static" / "vendor").iterdir() if path.is_dir()]
    assert folders
    assert all(re.search(r"-\d+\.\d+\.\d+$", path.name) for path in folders)


def test_changed_file_gets_another_address(tmp_path: Path) -> None:
    def addresses_with(content: str) -> str:
        (tmp_path / "portal.css").write_text(content)
        app = Flask(__name__, static_folder=str(tmp_path), static_url_path="/static")
        assets.init_app(app, {"all.css": ("portal.css",)})
        return app.jinja_env.from_string("{{ asset('portal.css') }} {{ asset('all.css') }}").render()

    changed = zip(addresses_with("a { }").split(), addresses_with("b { }").split(), strict=True)
    assert all(before != after for before, after in changed)
    assert addresses_with("a { }") == addresses_with("a { }")
