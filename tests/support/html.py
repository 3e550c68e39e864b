"""What every page must be, and how a test reads it."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from flask import Flask
from werkzeug.exceptions import HTTPException

from app.portal.web.assets import BUNDLES
from tests.support.markup import is_whole

STATIC = Path(__file__).parents[2] / "static"
_CONTROLS = ("input", "select", "textarea")
_REFERENCES = ("for", "form", "aria-labelledby", "aria-describedby", "aria-controls")
_TOKEN = re.compile(r'(name="csrf_token"[^>]* value=")([^"]+)')
_ANY_TOKEN = "any token"


@dataclass(frozen=True)
class Form:
    action: str  # "" = the page's own address
    method: str
    fields: Mapping[str, str]  # as they would be sent
    names: frozenset[str]  # of all that can be typed, chosen or pressed


def without_token(text: str) -> str:
    """What answers of one page have in common: only the CSRF token is never the same twice."""
    return _TOKEN.sub(rf"\1{_ANY_TOKEN}", text)


def text(element: Element) -> str:
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


def one(document: Element, tag: str) -> Element:
    found = list(document.iter(tag))
    assert len(found) == 1, f"{len(found)} <{tag}>"
    return found[0]


def forms(document: Element) -> list[Form]:
    return [
        Form(
            form.get("action", ""),
            form.get("method", "get").upper(),
            dict(_sent(form)),
            frozenset(each.get("name", "") for each in form.iter()),
        )
        for form in document.iter("form")
    ]


def _sent(form: Element) -> Iterator[tuple[str, str]]:
    for control in form.iter():
        name = control.get("name")
        if name is None or control.tag not in _CONTROLS:
            continue
        if control.tag == "select":
            options = list(control.iter("option"))
            chosen = next((each for each in options if "selected" in each.attrib), options[0])
            yield name, chosen.get("value", text(chosen))
        elif control.get("type") not in {"radio", "checkbox"} or "checked" in control.attrib:
            yield name, control.get("value", control.text or "")


_passed: set[tuple[str, str, bytes]] = set()


def check(page: str, parse: Callable[[], Element], app: Flask, url: str) -> None:
    """All rules for what one address shows; looked into once, however often that address shows just this."""
    seen = (app.name, url, sha256(without_token(page).encode()).digest())
    if seen not in _passed:
        _check(parse(), app, url, whole=is_whole(page))
        _passed.add(seen)


def _check(document: Element, app: Flask, url: str, *, whole: bool) -> None:
    if whole:
        _check_frame(document)
        _check_references(document)
    ids = Counter(each.get("id") for each in document.iter() if each.get("id") is not None)
    assert not [name for name, count in ids.items() if count > 1 or not name], f"ids twice at {url}: {ids}"
    for element in document.iter():
        if isinstance(element.tag, str):
            _check_nothing_inline(element, url)
    _check_labels(document, url)
    for form in forms(document):
        _check_form(form, app, url)
    for address in set(_addresses(document)):
        assert _leads_somewhere(app, urljoin(url, address), "GET"), f"{address} at {url} leads nowhere"


def _check_frame(document: Element) -> None:
    assert document.get("lang") == "en"
    heading, title = text(one(document, "h1")), text(one(document, "title"))
    assert heading, "an empty h1"
    assert title.startswith(heading), f"the title {title!r} does not begin with the h1 {heading!r}"
    assert one(document, "main").get("id") == "main"


def _check_references(document: Element) -> None:
    ids = {each.get("id") for each in document.iter()}
    for element in document.iter():
        for name in _REFERENCES:
            missing = set(element.get(name, "").split()) - ids
            assert not missing, f"{name} of a <{element.tag}> names {missing}, which is not there"


def _check_nothing_inline(element: Element, url: str) -> None:
    assert element.tag != "style", f"an inline style at {url}"
    assert element.tag != "script" or (element.get("src") and not text(element)), f"an inline script at {url}"
    for name, value in element.attrib.items():
        is_inline = name == "style" or name.startswith(("on", "hx-on", "data-hx-on"))
        assert not is_inline, f"{name} at {url}"
        if name in {"href", "action", "formaction", "src"}:
            assert not value.strip().lower().startswith(("javascript:", "data:")), url


def _check_labels(document: Element, url: str) -> None:
    labelled = {label.get("for") for label in document.iter("label")}
    wrapped = {id(control) for label in document.iter("label") for control in label.iter()}
    for control in document.iter():
        if control.tag in _CONTROLS and control.get("type") != "hidden":
            named = control.get("id") in labelled or id(control) in wrapped
            assert named or control.get("aria-label"), f"no label for {control.attrib} at {url}"
            assert "maxlength" not in control.attrib, f"{control.attrib} at {url} cuts what is pasted"
        if control.tag in {"button", "a"}:
            has_words = any(words and not words.isspace() for words in control.itertext())
            assert has_words or control.get("aria-label"), f"a <{control.tag}> without words at {url}"
        if control.tag == "a":
            assert control.get("href"), f"an <a> that goes nowhere at {url}: {text(control)}"


def _check_form(form: Form, app: Flask, url: str) -> None:
    action = urljoin(url, form.action or url)
    assert _leads_somewhere(app, action, form.method), f"{form.method} {action} of a form at {url} leads nowhere"
    assert bool(form.fields.get("csrf_token")) == (form.method == "POST"), f"CSRF token of {form} at {url}"


def _addresses(document: Element) -> Iterator[str]:
    for element in document.iter():
        if element.get("rel") == "external":
            continue
        for name in ("href", "src", "data-hx-get"):
            address = element.get(name)
            if address is not None and not address.startswith("#"):
                yield address
                _check_icon(address)


def _check_icon(address: str) -> None:
    if "icons.svg" in address:
        assert address.rpartition("#")[2] in _icons(), f"no icon for {address}"


@cache
def _icons() -> frozenset[str]:
    sprite = ElementTree.parse(STATIC / "icons.svg")  # noqa: S314 - our own file
    return frozenset(each.get("id", "") for each in sprite.iter())


_known: dict[tuple[str, str, str], bool] = {}


def _leads_somewhere(app: Flask, address: str, method: str) -> bool:
    """Look an address up once for all apps of a name, which have the same routes."""
    key = (app.name, address, method)
    if key not in _known:
        _known[key] = _is_routed(app, address, method)
    return _known[key]


def _is_routed(app: Flask, address: str, method: str) -> bool:
    parts = urlsplit(address)
    if parts.netloc not in {"", "localhost"}:
        return False
    try:
        endpoint, values = app.url_map.bind("localhost").match(unquote(parts.path), method)
    except HTTPException:
        return False
    return bool(endpoint != "static" or values["filename"] in BUNDLES or (STATIC / values["filename"]).is_file())
