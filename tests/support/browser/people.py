"""People at their browsers, each in a context of its own, and what must not happen in any of them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request, ViewportSize, expect

from tests.support.api_world import PASSWORD
from tests.support.browser.product import Product

ADMIN = "admin@provider.example"
SUPPORT = "support@provider.example"
TENANT_ADMIN = "tenant@acme.example"
GROUP_ADMIN = "group@acme.example"
LAPSING = "tenant@globex.example"  # whose sessions may end at any time: for tests of just that
DEPARTMENT_ADMIN = "department@acme.example"

_VIEWPORT: ViewportSize = {"width": 1440, "height": 900}
_REPORT_CSP = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} refused ${event.blockedURI} at ${event.sourceFile}`));
"""


@dataclass
class People:
    """Opens pages for a test and notes their troubles: errors, refused content, dialogs, requests to other sites."""

    chromium: Browser
    product: Product
    cookies: dict[str, Any]  # by username: signing in is done once in a session of tests
    troubles: list[str] = field(default_factory=list)
    stays: bool = False  # whoever is asked whether to leave a page with unsaved input
    _expected: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def nobody(self, product: Product | None = None, **options: Any) -> Page:
        """A page of a fresh browser in which nobody is signed in. `options` are Playwright's for a context."""
        usual: Mapping[str, Any] = {
            "base_url": (product or self.product).url,
            "locale": "en-GB",
            "timezone_id": "UTC",
            "reduced_motion": "reduce",
            "viewport": _VIEWPORT,
        }
        context = self.chromium.new_context(**{**usual, **options})
        context.set_default_timeout(10_000)
        context.add_init_script(_REPORT_CSP)
        context.on("console", self._note_console)
        context.on("weberror", lambda error: self.troubles.append(f"uncaught: {error.error}"))
        context.on("dialog", self._note_dialog)
        context.on("request", self._note_request)
        self._contexts.append(context)
        return context.new_page()

    def signed_in(self, username: str = ADMIN, product: Product | None = None, **options: Any) -> Page:
        """A page of somebody who signed in some time ago, in a session that all tests share."""
        if username not in self.cookies:
            page = self.nobody()
            sign_in(page, username)
            self.cookies[username] = page.context.storage_state()
            page.context.close()
        return self.nobody(product, storage_state=self.cookies[username], **options)

    def newly_signed_in(self, username: str = ADMIN, **options: Any) -> Page:
        """A page of somebody whose session is this test's own, to be ended by it."""
        page = self.nobody(**options)
        sign_in(page, username)
        return page

    def expect_trouble(self, words: str) -> None:
        """Console messages with these words are what this test brings about."""
        self._expected.append(words)

    @contextmanager
    def unwatched(self) -> Iterator[None]:
        """For tools of a test that do to a page what the page itself must not."""
        noted = list(self.troubles)
        yield
        self.troubles[:] = noted

    def leave(self) -> None:
        for context in self._contexts:
            context.close()

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(words in message.text for words in self._expected):
            self.troubles.append(f"console: {message.text} at {message.location}")

    def _note_dialog(self, dialog: Dialog) -> None:
        is_leaving = dialog.type == "beforeunload"  # the question of a form with typed text in it
        if not is_leaving:
            self.troubles.append(f"dialog: {dialog.message}")
        if is_leaving and not self.stays:
            dialog.accept()
        else:
            dialog.dismiss()

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:image/svg+xml")):
            self.troubles.append(f"request to {request.url}")


@dataclass
class SettledPeople(People):
    """Everybody goes on in the page of the test before, for tests that leave nothing behind in a browser."""

    _pages: dict[str, Page] = field(default_factory=dict)  # by username
    _used: set[str] = field(default_factory=set)

    def begin(self) -> None:
        """Start another test."""
        for page in (self._pages[username] for username in self._used):
            page.goto("about:blank")  # a page of the test before may ask its server for more
            page.set_viewport_size(_VIEWPORT)
            page.emulate_media(color_scheme="light")
        kept = [page.context for page in self._pages.values()]
        for context in set(self._contexts).difference(kept):
            context.close()
        self._contexts[:] = kept
        self._used.clear()
        self.troubles.clear()
        self._expected.clear()

    def signed_in(self, username: str = ADMIN, product: Product | None = None, **options: Any) -> Page:
        if product or options:
            return super().signed_in(username, product, **options)
        if username not in self._pages:
            self._pages[username] = super().signed_in(username)
        self._used.add(username)
        return self._pages[username]


def sign_in(page: Page, username: str) -> None:
    page.goto("/login")
    fill_in_sign_in(page, username)
    expect(page.locator("header.topbar summary.who")).to_be_visible()


def fill_in_sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
