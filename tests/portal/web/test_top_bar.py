"""The bar above every page is drawn once, and is still that of its user and its page."""

from tests.support.population import HQ
from tests.support.world import COLLEAGUE, OWNER, SUPPORT, World


def test_menu_is_of_its_user_and_its_page(world: World) -> None:
    tokens: list[str] = []
    for member in (OWNER, COLLEAGUE, SUPPORT, OWNER):
        browser = world.browser(member)
        for url in (f"{HQ}?q=a%26b", f"{HQ}?q=%3Cb%3E", "/help"):
            page = browser.get(url)
            assert page.document.findtext(".//summary[@class='who']//bdi") == member.username
            theme, sign_out = page.form("/account/theme"), page.form("/logout")
            assert theme.fields["next"] == url
            tokens += {theme.fields["csrf_token"], sign_out.fields["csrf_token"]}
            assert ("show-keys" in page.text) == (url != "/help")
    assert len(tokens) == len(set(tokens)) == 12
