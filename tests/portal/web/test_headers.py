"""Headers that every answer carries, whatever its address and status."""

import pytest
from requests.adapters import BaseAdapter

from tests.support.adapters import CrashingAdapter, UnreachableAdapter
from tests.support.client import HTMX, Page
from tests.support.population import HQ
from tests.support.routes import OWN_GROUP, request_route
from tests.support.world import OWNER, SYSTEM_ADMIN, World

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "report-uri /csp-reports",
    "report-to csp",
}
EXACT = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def assert_headers(headers: object, *, static: bool = False, https: bool = False) -> None:
    found = dict(headers)  # type: ignore[call-overload]  # werkzeug's Headers are pairs
    assert set(found["Content-Security-Policy"].split("; ")) == POLICY
    assert {name: found.get(name) for name in EXACT} == EXACT
    assert "camera=()" in found["Permissions-Policy"]
    assert found["Reporting-Endpoints"] == 'csp="/csp-reports"'
    assert "HX-Request" in found["Vary"]
    a_year = "max-age=31536000; includeSubDomains"
    assert found.get("Strict-Transport-Security") == (a_year if https else None)
    assert static or found["Cache-Control"] == "no-store"
    assert "Server" not in found or "python" not in found["Server"].lower()


def test_every_address_answers_every_method_with_the_headers(world: World) -> None:
    admin = world.browser(SYSTEM_ADMIN)
    for rule in world.portal.url_map.iter_rules():
        for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT"):
            answer = request_route(admin, rule, method, OWN_GROUP)
            static = rule.endpoint == "static" and answer.status_code == 200
            assert_headers(answer.headers, static=static)


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", f"{HQ}Missing/", 404),
        ("GET", "/static/missing.css", 404),
        ("PUT", "/account", 405),
        ("POST", f"{HQ}new", 413),
        ("GET", f"{HQ}?x=\x00", 200),
    ],
)
def test_every_status_carries_the_headers(world: World, method: str, url: str, status: int) -> None:
    owner = world.browser(OWNER)
    data = {"csrf_token": owner.token(), "description": "x" * (1 << 16)} if status == 413 else None
    for headers in ({}, HTMX):
        answer = owner.open(url, method, data=data, headers=headers)
        assert answer.status == status
        assert_headers(answer.headers, static=url.startswith("/static/"))


@pytest.mark.parametrize(("wire", "status"), [(UnreachableAdapter, 503), (CrashingAdapter, 500)])
def test_failures_carry_the_headers_as_page_and_as_fragment(world: World, wire: type[BaseAdapter], status: int) -> None:
    owner = world.browser(OWNER)
    cookie = owner.client.get_cookie("portal")
    broken = world.nobody(world.another_portal(lambda _: wire()))
    broken.client.set_cookie("portal", cookie.value if cookie else "")
    for headers in ({}, HTMX):
        answer = broken.get(f"{HQ}Reception/", headers=headers)
        assert answer.status == status
        assert_headers(answer.headers)


def test_https_alone_promises_https(world: World) -> None:
    browser = world.nobody(world.another_portal(public_url="https://localhost"), scheme="https")
    for url in ("/login", "/nowhere", "/static/portal.js", "/healthz"):
        assert_headers(browser.get(url).headers, static=url.startswith("/static"), https=True)


def test_slash_redirect_carries_the_headers(world: World) -> None:
    answer = world.browser(OWNER).get(HQ.rstrip("/"))
    assert answer.status == 308
    assert_headers(answer.headers)


def test_slash_redirect_leads_to_no_other_host(world: World) -> None:
    behind_a_proxy = world.another_portal(public_url="https://portal.example")
    asked = {"path": "/tenants/100%25/history", "query_string": "sort=-when", "base_url": "http://portal.example:8000"}
    answer = behind_a_proxy.test_client().get(**asked)
    assert (answer.status_code, answer.headers["Location"]) == (308, "/tenants/100%25/history/?sort=-when")


def test_405_says_what_is_allowed(world: World) -> None:
    answer: Page = world.browser(OWNER).open("/account", "PUT")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_no_error_page_repeats_the_address(world: World) -> None:
    assert "needle" not in world.nobody().get("/needle").text
    owner = world.browser(OWNER)
    for url in ("/needle", f"{HQ}needle/", "/tenants/needle/x", "/tenants/needle/groups/needle/devices/?q=needle"):
        assert "needle" not in owner.get(url).text
