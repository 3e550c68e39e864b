"""The walk through what is about accounts: sign-in, the own account, its second factor, and staff."""

from urllib.parse import quote

import pyotp
from playwright.sync_api import Page, expect

from tests.support.browser.looker import Looker
from tests.support.browser.people import LAPSING, fill_in_sign_in

_FACTOR = "/account/second-factor"


def sign_in_and_set_up_factor(looker: Looker) -> None:
    named = "".join(character for character in looker.text if " " <= character <= "~")
    looker.places.forget_wrong_codes()
    page = looker.watch(looker.people.nobody(looker.told.product, user_agent=f"{named}/1.0"))
    looker.open(page, f"/login?next={quote(looker.text)}")
    fill_in_sign_in(page, looker.text.replace("\0", ""), "wrong")
    looker.note("sign-in refused", page)
    looker.told.wire.text = "harmless"
    fill_in_sign_in(page, LAPSING)
    looker.open(page, "/account")
    if page.get_by_role("button", name="End all other sessions").count():
        page.get_by_role("button", name="End all other sessions").click()
        expect(page.get_by_role("status").filter(has_text="ended")).to_be_visible()
    looker.places.add_sessions(LAPSING, 1, browser=named, address=looker.text[:64])
    looker.open(page, "/account")
    looker.note("account", page)
    _look_at_factor(looker, page)
    looker.places.rename_sessions(LAPSING, looker.text.replace("\0", ""))
    for name, url in {"account of this name": "/account", "second factor of this name": _FACTOR}.items():
        looker.open(page, url)
        looker.note(name, page)


def _look_at_factor(looker: Looker, page: Page) -> None:
    looker.open(page, _FACTOR)
    looker.note("second factor to set up", page)
    _enter_text(looker, page, "Set up")
    looker.note("second factor with another code", page)
    _enter(page, pyotp.TOTP(page.locator("#secret").inner_text().replace(" ", "")).now(), "Set up")
    expect(page.get_by_role("heading", level=1)).to_have_text("Save recovery codes")
    looker.note("recovery codes", page)
    recovery_code = page.locator("#recovery-codes li").first.inner_text()
    _sign_in_with_code(looker)
    looker.open(page, f"/account/confirm?next={quote(looker.text)}")
    looker.note("code to continue", page)
    _enter_text(looker, page, "Continue")
    looker.note("another code to continue", page)
    looker.open(page, _FACTOR)
    looker.note("second factor", page)
    _enter_text(looker, page, "Replace recovery codes")
    looker.note("second factor kept", page)
    _enter(page, recovery_code, "Remove second factor")
    expect(page.get_by_text("Second factor removed")).to_be_visible()


def _sign_in_with_code(looker: Looker) -> None:
    page = looker.watch(looker.people.nobody(looker.told.product))
    looker.open(page, f"/login?next={quote(looker.text)}")
    fill_in_sign_in(page, LAPSING)
    expect(page.get_by_role("heading", level=1)).to_have_text("Enter code")
    looker.note("code at the sign-in", page)
    _enter_text(looker, page, "Sign in")
    looker.note("another code at the sign-in", page)


def _enter_text(looker: Looker, page: Page, press: str) -> None:
    _enter(page, looker.one_line(looker.text), press)
    expect(page.locator("#code[aria-invalid]")).to_be_visible()


def _enter(page: Page, code: str, press: str) -> None:
    page.get_by_role("textbox", name="Code").fill(code)
    page.get_by_role("button", name=press, exact=True).click()


def look_after_staff(looker: Looker, page: Page) -> None:
    """Last of all, for how many are signed in must be the same each time."""
    name, text = looker.text.replace("\0", ""), looker.one_line(looker.text)
    asked = quote(name)
    looker.places.add_sessions(name, 3, tenant_id=name, group_id=name, browser=name, address=name[:64])
    for press in ("End session of", "End all sessions of"):
        looker.open(page, f"/staff?q={asked}")
        looker.note(f"staff, before “{press}”", page)
        page.get_by_role("button", name=press).first.click()
        expect(page.get_by_role("status").filter(has_text="ended")).to_be_visible()
        looker.note(f"staff, after “{press}”", page)
    looker.open(page, f"/staff?q=none{asked}")
    looker.note("staff without a match", page)
    for typed, pressed in {"x" * 161: "refused", "": "named"}.items():  # longer than a user name can be
        page.locator("#owner").fill(text + typed)
        page.get_by_role("button", name="Remove second factor").click()
        told = page.locator("#owner[aria-invalid]") if typed else page.get_by_text("has no second factor").first
        expect(told).to_be_visible()
        looker.note(f"owner of a second factor {pressed}", page)
        page.locator("#username").fill(text + typed)
        page.get_by_role("button", name="Give support role").click()
        looker.note(f"support {pressed}", page)
    page.get_by_role("link", name=f"Remove support role… from {text}").click()
    looker.note("support, before it is removed", page)
    page.get_by_role("button", name="Remove support role").click()
    expect(page.get_by_role("status").filter(has_text="Support role removed")).to_be_visible()
    looker.note("support taken back", page)
    page.locator("summary.who").click()
    expect(page.locator("#messages li").first).to_contain_text(text)
    looker.note("what was said lately", page)
