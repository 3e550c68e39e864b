"""Requests to any route of the portal."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.support.client import Browser
from tests.support.world import World

OWN_GROUP, FOREIGN_GROUP = ("acme", "headquarters"), ("globex", "amsterdam")
DEVICES_TO_DELETE = {OWN_GROUP: "Desk 02", FOREIGN_GROUP: "Foreign"}


def read_outcome(answer: TestResponse) -> tuple[int, bool]:
    """Return the status, and whether the answer leads to the sign-in page."""
    return answer.status_code, urlsplit(answer.headers.get("Location", "")).path == "/login"


def list_group_routes(world: World) -> Iterator[Rule]:
    return (rule for rule in world.portal.url_map.iter_rules() if "tenant" in rule.arguments)


def request_route(
    browser: Browser, rule: Rule, method: str, place: tuple[str, str], device: str = "Reception"
) -> TestResponse:
    """Send a valid CSRF token with a POST, so that only the access check can refuse it."""
    data = {"csrf_token": browser.token()} if method == "POST" else None
    return browser.client.open(build_url(browser.app, rule, place, device), method=method, data=data, buffered=True)


def build_url(app: Flask, rule: Rule, place: tuple[str, str] = OWN_GROUP, device: str = "Reception") -> str:
    """Return an address of the rule; its numbers are those of nothing."""
    if rule.endpoint == "devices.delete" and device == "Reception":
        device = DEVICES_TO_DELETE.get(place, device)
    values = {
        "tenant": place[0],
        "group": place[1],
        "device": device,
        "session_id": 1_000_000,
        "file": "%BWMACADDRESS%.cfg",
        "upload": "none",
        "version": 1_000_000,
        "view": 1_000_000,
        "change": 1_000_000,
        "job_id": 1_000_000,
        "number": 1,
        "filename": "portal.js",
    }
    return app.url_map.bind("localhost").build(rule.endpoint, {name: values[name] for name in rule.arguments})
