"""Where a sign-in leads: never off this site."""

from urllib.parse import quote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.portal.web.urls import safe_redirect_target
from tests.support.cases import record_case, requires_cases
from tests.support.client import Browser
from tests.support.population import API_HQ, HQ
from tests.support.world import OWNER, PASSWORD, World

SITE = "http://portal.example/login"

EVIL = (
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "/\n/evil.example",
    "https:evil.example",
    "https://evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    " //evil.example",
    "/\u0085/evil.example",
    "evil.example",
    "",
)


def after_sign_in(browser: Browser, address: str) -> str | None:
    page = browser.get("/login")
    return browser.submit(page, username=OWNER.username, password=PASSWORD, next=address).location


@pytest.mark.parametrize("address", EVIL)
def test_address_of_another_site_is_forgotten(world: World, address: str) -> None:
    assert after_sign_in(world.nobody(), address) == "/"


@pytest.mark.parametrize(
    "address", ["/account", "/tenants/acme/groups/headquarters/devices/?q=a+b&sort=-name", "/%25/"]
)
def test_address_of_this_site_is_gone_to(world: World, address: str) -> None:
    assert after_sign_in(world.nobody(), address) == address


def test_address_asked_for_survives_a_wrong_password(world: World) -> None:
    browser = world.nobody()
    at = browser.get("/account").location
    assert at == "/login?next=/account"
    wrong = browser.sign_in(OWNER.username, "wrong", at=at)
    assert browser.submit(wrong, username=OWNER.username, password=PASSWORD).location == "/account"


def test_theme_form_goes_back_to_this_site_only(world: World) -> None:
    for address in EVIL:
        assert world.nobody().post("/account/theme", theme="dark", next=address).location == "/"


@requires_cases("let through", "refused", "let through with signs that browsers read otherwise")
@given(
    st.sampled_from(["/", "/devices", "/devices?at=", "", "//", "/\\", "/%5c", SITE]),
    st.text(st.sampled_from("/\\:?#@. \t\r\n\0ehttps%5cxil\u2028\u00a0"), max_size=30) | st.text(max_size=30),
)
def test_safe_redirect_target_stays_on_site(beginning: str, rest: str) -> None:
    kept = safe_redirect_target(beginning + rest)
    record_case("refused" if kept is None else "let through")
    if kept is None:
        return
    record_case("let through with signs that browsers read otherwise", set(kept) & set(" \\:@?#%"))
    read_by_browsers = kept.strip().translate({ord(each): None for each in "\t\r\n"}).replace("\\", "/")
    parts = urlsplit(urljoin(SITE, read_by_browsers))
    assert (parts.scheme, parts.netloc) == ("http", "portal.example")
    assert kept.startswith("/")


@pytest.mark.parametrize("name", ["100%25", "50% off?", "a#b", "Café & Bar", "%2e%2e"])
def test_current_url_keeps_marks_in_names(world: World, name: str) -> None:
    world.tell_api("POST", API_HQ, {"deviceName": name, "deviceType": "Generic SIP Phone"})
    url = f"{HQ}{quote(name, safe='')}/"
    browser = world.nobody()
    answer = browser.sign_in(OWNER.username, PASSWORD, at=browser.get(f"{url}?x=1%252").location or "")
    assert answer.location == f"{url}?x=1%252"
    assert browser.get(answer.location).h1 == name
    themed = browser.submit(browser.get(url), "/account/theme", theme="dark")
    assert browser.get(themed.location or "").h1 == name
