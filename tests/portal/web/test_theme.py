import pytest

from tests.support.client import Browser
from tests.support.population import HQ
from tests.support.world import OWNER, World


def shown(browser: Browser) -> str | None:
    return browser.get("/login" if not browser.client.get_cookie("portal") else HQ).document.get("data-bs-theme")


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_server_draws_the_theme_that_was_chosen(world: World, theme: str) -> None:
    owner = world.browser(OWNER)
    assert owner.submit(owner.get(f"{HQ}?q=x"), "/account/theme", theme=theme).location == f"{HQ}?q=x"
    assert shown(owner) == theme


def test_unknown_theme_changes_nothing_who_says_it(world: World) -> None:
    owner = world.browser(OWNER)
    owner.post("/account/theme", theme='"><script>')
    assert owner.client.get_cookie("theme") is None
    owner.client.set_cookie("theme", '"onload=alert(1)')
    assert shown(owner) == "auto"
