"""What a portal exports for Prometheus, taken apart."""

import re
from collections.abc import Mapping

from prometheus_client import REGISTRY

from tests.support.client import Browser

TOKEN = "a token that nobody guesses"
BEARER = {"Authorization": f"Bearer {TOKEN}"}

Samples = Mapping[str, float]  # by name and labels, as they are written

_SAMPLE = re.compile(r"(?m)^(portal_\w+(?:\{[^\n]*\})?) (\S+)$")
_TYPE = re.compile(r"(?m)^# TYPE (portal_\w+) (\w+)$")
_ENDINGS = {"histogram": ("_bucket", "_count", "_sum"), "counter": ("",), "gauge": ("",)}


def scrape(browser: Browser) -> str:
    answer = browser.client.get("/metrics", headers=BEARER)
    assert answer.status_code == 200
    return answer.text


def read_samples(text: str) -> Samples:
    return {name: float(value) for name, value in _SAMPLE.findall(text)}


def growth(before: str, after: str) -> Samples:
    """Return what has changed: other tests of this process count too."""
    old = read_samples(before)
    return {name: value - old.get(name, 0) for name, value in read_samples(after).items() if value != old.get(name, 0)}


def exported_names(text: str) -> set[str]:
    """Return the names that queries can use."""
    return {f"{name}{ending}" for name, kind in _TYPE.findall(text) for ending in _ENDINGS[kind]}


def count_of(name: str, **labels: str) -> float:
    """Return what this process has counted so far."""
    return REGISTRY.get_sample_value(name, labels) or 0.0
