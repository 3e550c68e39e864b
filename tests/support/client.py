"""A browser as far as the portal can tell: it keeps cookies, follows a page's forms, and checks what it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from flask import Flask
from werkzeug.datastructures import Headers

from tests.support import html
from tests.support.markup import parse_markup

HTMX = {"HX-Request": "true"}


@dataclass(frozen=True)
class Page:
    """One answer; what is HTML in it has been checked."""

    url: str
    status: int
    headers: Headers
    body: bytes

    @cached_property
    def text(self) -> str:
        return self.body.decode()

    @cached_property
    def words(self) -> str:
        """What there is to read, in one line."""
        return html.text(self.document)

    @cached_property
    def document(self) -> Element:
        return parse_markup(self.text)

    @property
    def h1(self) -> str:
        return html.text(html.one(self.document, "h1"))

    @property
    def location(self) -> str | None:
        """Where this leads: the browser by its redirect, or htmx by its header."""
        return self.headers.get("Location") or self.headers.get("HX-Redirect")

    @cached_property
    def forms(self) -> list[html.Form]:
        return html.forms(self.document)

    def form(self, action: str | None = None) -> html.Form:
        """The form that posts to `action`, or else the one in the middle of the page."""
        if action is None:
            posts = [form for form in html.forms(html.one(self.document, "main")) if form.method == "POST"]
            found = [form for form in posts if not form.action.endswith("/reboot/mark")]  # that stands in a menu
        else:
            found = [form for form in self.forms if urljoin(self.url, form.action) == action]
        kinds = {form.names for form in found}  # the same form may stand in two places
        assert len(kinds) == 1, f"{len(kinds)} kinds of forms to {action or 'choose from'} at {self.url}"
        return found[0]

    def links(self) -> list[str]:
        return [link.get("href", "") for link in self.document.iter("a")]


class Browser:
    """`address` is where it connects from; requests that leave the site are not followed, nor is any redirect."""

    def __init__(self, app: Flask, address: str = "192.0.2.1", scheme: str = "http", agent: str = "Lynx/2.9") -> None:
        self.app = app
        self.client = app.test_client()
        self._environ = {"REMOTE_ADDR": address, "HTTP_USER_AGENT": agent}
        self._base_url = f"{scheme}://localhost"
        # What browsers say of a form of the page they show.
        self._own_site = {
            "Sec-Fetch-Site": "same-origin",
            "Origin": self._base_url,
            "Referer": f"{self._base_url}/",
        }
        self._token = ""

    def sign_in(self, username: str, password: str, at: str = "/login") -> Page:
        self._token = ""
        return self.submit(self.get(at), username=username, password=password)

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Page:
        return self.open(url, "GET", headers=headers)

    def submit(self, page: Page, action: str | None = None, /, **typed: str) -> Page:
        """Type into a form of the page and send it."""
        form = page.form(action)
        assert set(typed) <= form.names, f"no field {set(typed) - form.names} at {page.url}"
        url = urljoin(page.url, form.action)
        return self.open(url, "POST", data={**form.fields, **typed}, headers=self._own_site)

    def post(self, url: str, headers: Mapping[str, str] | None = None, **fields: str) -> Page:
        """Send fields to an address without having seen its form, but with the token of another page's."""
        data = {"csrf_token": self.token(), **fields}
        return self.open(url, "POST", data=data, headers={**self._own_site, **(headers or {})})

    def token(self) -> str:
        """The CSRF token of this browser's session, as any of its pages carries it."""
        if not self._token:
            page = self.get("/login")
            page = self.get("/account") if page.location else page
            self._token = next(form.fields["csrf_token"] for form in page.forms if form.method == "POST")
        return self._token

    def open(self, url: str, method: str, **kwargs: Any) -> Page:
        at: dict[str, Any] = {"base_url": self._base_url, "environ_overrides": self._environ}
        answer = self.client.open(url, method=method, buffered=True, **at, **kwargs)
        page = Page(url, answer.status_code, answer.headers, answer.data)
        answer.close()
        if page.body and answer.mimetype == "text/html" and page.location is None:
            html.check(page.text, lambda: page.document, self.app, url)
        return page
