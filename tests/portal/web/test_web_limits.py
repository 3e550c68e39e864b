"""What is typed at the door and kept by browsers: each limit is reached, and not passed."""

import re

import pytest

from tests.support.population import HQ
from tests.support.world import OWNER, SYSTEM_ADMIN, World

A_YEAR = 31_536_000


@pytest.mark.parametrize(
    ("name_length", "password_length", "status"), [(161, 200, 401), (162, 200, 422), (161, 201, 422)]
)
def test_sign_in_form_is_bounded(world: World, name_length: int, password_length: int, status: int) -> None:
    assert world.nobody().sign_in("x" * name_length, "y" * password_length).status == status


@pytest.mark.parametrize(("length", "status"), [(161, 303), (162, 422)])
def test_support_account_name_is_bounded(world: World, length: int, status: int) -> None:
    admin = world.browser(SYSTEM_ADMIN)
    assert admin.submit(admin.get("/staff"), "/staff/support", username="x" * length).status == status


def test_theme_is_kept_for_a_year(world: World) -> None:
    answer = world.browser(OWNER).post("/account/theme", theme="dark")
    [cookie] = [cookie for cookie in answer.headers.getlist("Set-Cookie") if cookie.startswith("theme=")]
    assert f"Max-Age={A_YEAR};" in cookie


@pytest.mark.parametrize(
    ("headers", "status"), [({}, 200), ({"Range": "bytes=0-9"}, 206), ({"If-None-Match": "*"}, 304)]
)
def test_asset_is_cached_for_good_however_it_is_asked_for(world: World, headers: dict[str, str], status: int) -> None:
    browser = world.nobody()
    [url] = re.findall(r'href="(/static/mark\.svg\?v=\w+)"', browser.get("/login").text)
    etag = {"If-None-Match": browser.get(url).headers["ETag"]} if status == 304 else headers
    answer = browser.get(url, headers=etag)
    assert (answer.status, answer.headers["Cache-Control"]) == (status, f"public, max-age={A_YEAR}, immutable")


def test_missing_asset_is_not_cached(world: World) -> None:
    answer = world.nobody().get("/static/missing.css?v=0")
    assert answer.status == 404
    assert "immutable" not in answer.headers.get("Cache-Control", "")


@pytest.mark.parametrize("encoding", ["zstd", "br", "gzip"])
def test_page_is_compressed_as_the_browser_likes(world: World, encoding: str) -> None:
    with world.browser(OWNER).client.get(HQ, headers={"Accept-Encoding": encoding}) as answer:
        assert answer.headers["Content-Encoding"] == encoding
