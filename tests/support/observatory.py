"""The published tests of Mozilla's HTTP Observatory, and what they give for an answer; A+ is 100 and more."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from http.cookies import SimpleCookie

SIX_MONTHS = 15_768_000
_PRIVATE_REFERRER = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
_UNSAFE_SOURCES = {"'unsafe-inline'", "'unsafe-eval'", "data:", "http:", "https:", "*"}
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.IGNORECASE | re.DOTALL)
_EXTERNAL = re.compile(r"""src\s*=\s*["']?(https?:)?//""", re.IGNORECASE)


@dataclass(frozen=True)
class Scanned:
    """An answer over TLS, and where the same URL leads without."""

    headers: Message
    body: str
    plain_redirect: str


def score(scanned: Scanned) -> int:
    """Add up the modifiers. Bonuses count only where nothing much is missing, as in the original."""
    modifiers = rate(scanned)
    penalized = 100 + sum(value for value in modifiers.values() if value < 0)
    return penalized + (sum(value for value in modifiers.values() if value > 0) if penalized >= 90 else 0)


def rate(scanned: Scanned) -> Mapping[str, int]:
    headers = scanned.headers
    policy = _policy(headers.get_all("Content-Security-Policy") or [])
    return {
        "cookies": _cookies(headers.get_all("Set-Cookie") or []),
        "cross-origin resource sharing": -50 if headers.get("Access-Control-Allow-Origin") == "*" else 0,
        "content security policy": _rate_policy(policy),
        "strict transport security": _transport(headers.get_all("Strict-Transport-Security") or []),
        "redirection": 0 if scanned.plain_redirect.startswith("https://portal.example") else -20,
        "referrer policy": _referrer(headers.get_all("Referrer-Policy") or []),
        "subresource integrity": _scripts(scanned.body),
        "content type options": 0 if headers.get_all("X-Content-Type-Options") == ["nosniff"] else -5,
        "framing": 5 if policy.get("frame-ancestors") == ["'none'"] else -20,
        "cross-origin resource policy": 10 if headers.get("Cross-Origin-Resource-Policy") == "same-origin" else 0,
    }


def _policy(values: Sequence[str]) -> Mapping[str, list[str]]:
    if len(values) != 1:
        return {}
    directives = (directive.split() for directive in values[0].split(";") if directive.strip())
    return {name: sources for name, *sources in directives}


def _rate_policy(policy: Mapping[str, list[str]]) -> int:
    if not policy:
        return -25
    active = [*policy.get("script-src", policy.get("default-src", ["*"])), *policy.get("object-src", [])]
    active += policy.get("style-src", policy.get("default-src", ["*"]))
    if _UNSAFE_SOURCES.intersection(active):
        return -20
    return 10 if policy.get("default-src") == ["'none'"] else 5


def _cookies(values: Sequence[str]) -> int:
    if not values:
        return 0
    worst = 5
    for value in values:
        [cookie] = SimpleCookie(value).values()
        if not cookie["secure"]:
            worst = min(worst, -20)
        elif not cookie["httponly"]:
            worst = min(worst, -30)
        elif cookie["samesite"] not in {"Lax", "Strict"}:
            worst = min(worst, 0)
    return worst


def _transport(values: Sequence[str]) -> int:
    ages = [re.match(r"max-age=([0-9]+)", value) for value in values]
    return 0 if len(ages) == 1 and ages[0] and int(ages[0][1]) >= SIX_MONTHS else -20


def _referrer(values: Sequence[str]) -> int:
    return 5 if len(values) == 1 and values[0] in _PRIVATE_REFERRER else -5 if values else 0


def _scripts(body: str) -> int:
    scripts = _SCRIPT.findall(body)
    return (
        -50 if any(_EXTERNAL.search(attributes) and "integrity" not in attributes for attributes, _ in scripts) else 0
    )
