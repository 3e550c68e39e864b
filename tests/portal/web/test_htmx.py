"""The page, and the fragment of it that htmx swaps."""

import re
from urllib.parse import quote

import pytest

from tests.support.client import HTMX, Page
from tests.support.population import HQ
from tests.support.world import OWNER, SYSTEM_ADMIN, World

BOOSTED = {**HTMX, "HX-Boosted": "true"}
RESTORED = {**HTMX, "HX-History-Restore-Request": "true"}
FRAGMENTS = (
    HQ,
    f"{HQ}?q=desk&size=25&page=1&sort=-name",
    f"{HQ}?q=nothing-like-it",
    f"{HQ}new",
    f"{HQ}new?type=Yealink-T46G",
    "/?q=acme",
)


def is_page(page: Page) -> bool:
    return page.text.lstrip()[:20].lower().startswith("<!doctype")


def inner(text: str) -> str:
    """What of it does not differ from one request to the next."""
    text = re.sub(r'<p id="announce".*?</p>', "", text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r'(name="(?:csrf|form)_token"[^>]*value=)"[^"]*"', r"\1", text)).strip()


@pytest.mark.parametrize("url", FRAGMENTS)
def test_htmx_gets_the_very_fragment_that_the_page_holds(world: World, url: str) -> None:
    admin = world.browser(SYSTEM_ADMIN)
    page, fragment = admin.get(url), admin.get(url, headers=HTMX)
    assert is_page(page)
    assert not is_page(fragment)
    assert inner(fragment.text) in inner(page.text)


@pytest.mark.parametrize("headers", [BOOSTED, RESTORED, {"HX-Request": "false"}, {}], ids=str)
@pytest.mark.parametrize("url", [HQ, f"{HQ}new", "/?q=acme"])
def test_who_needs_a_page_gets_the_page(world: World, headers: dict[str, str], url: str) -> None:
    assert is_page(world.browser(SYSTEM_ADMIN).get(url, headers=headers))


def test_counts_are_announced_in_fragments_only(world: World) -> None:
    owner = world.browser(OWNER)
    fragment = owner.get(f"{HQ}?q=lobby", headers=HTMX)
    assert 'data-hx-swap-oob="innerHTML"' in fragment.text
    assert "2 devices, 1 to 2 shown" in fragment.words
    assert "2 devices, 1 to 2 shown" not in owner.get(f"{HQ}?q=lobby").words


def test_page_without_fragment_answers_htmx_whole(world: World) -> None:
    assert is_page(world.browser(OWNER).get(f"{HQ}Reception/", headers=HTMX))


def test_refused_form_is_422_as_page_and_as_fragment(world: World) -> None:
    owner = world.browser(OWNER)
    for headers in ({}, HTMX):
        answer = owner.post(f"{HQ}new", headers=headers, device_type="Yealink-T46G")
        assert answer.status == 422
        assert is_page(answer) is not bool(headers)


def test_success_redirects_browser_and_htmx(world: World) -> None:
    owner = world.browser(OWNER)
    plain = owner.post(f"{HQ}Desk 02/delete")
    assert (plain.status, plain.headers["Location"]) == (303, HQ)
    htmx = owner.post(f"{HQ}Desk 03/delete", headers=HTMX)
    assert (htmx.status, htmx.headers["HX-Redirect"], htmx.body) == (204, HQ, b"")


def test_error_takes_the_place_of_the_page_for_htmx(world: World) -> None:
    answer = world.browser(OWNER).get(f"{HQ}Missing/", headers=HTMX)
    assert answer.status == 404
    assert not is_page(answer)
    assert 'data-hx-target="#main"' in answer.text


def test_redirect_of_htmx_is_encoded(world: World) -> None:
    owner = world.browser(OWNER)
    assert owner.get("/login?next=/%E2%82%AC", HTMX).headers["HX-Redirect"] == "/%E2%82%AC"
    edit = f"{HQ}Desk%2002/edit?a=%25"
    assert owner.get(f"/login?next={quote(edit)}", HTMX).headers["HX-Redirect"] == edit
