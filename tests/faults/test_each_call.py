"""Whichever call of whichever page fails: told, and no mistake of ours. New pages and calls are found by themselves."""

import ast
import io
from pathlib import Path
from typing import Any

import pytest
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPResponse
from werkzeug.routing import Rule

from app.portal.domain.refs import GroupRef
from tests.faults.test_portal_reads import ERROR_TEXT
from tests.faults.test_portal_writes import WRITES
from tests.support import config_files
from tests.support.population import HQ
from tests.support.source import modules, tree
from tests.support.world import PASSWORD, SYSTEM_ADMIN, World

RESET = (0, "")
FAULTS = {
    "reset": RESET,
    "no keys": (200, "{}"),
    "401": (401, ERROR_TEXT),
    "403": (403, ERROR_TEXT),
    "404": (404, ERROR_TEXT),
}
LOOKS_ON = {"devices.check", "health.ready"}  # a look while one types leads nowhere, and nobody is signed in
SENDS = {  # what sends each write, beside signing in and out
    "create": "devices/service.create",
    "edit": "devices/service.update",
    "delete": "devices/service.delete",
    "reboot": "devices/service.reboot",
    "lines": "lines/service.save",
    "file": "files/changes._put",
}


class Failing(HTTPAdapter):
    """Lets all calls through but the one at `at`, which is answered with `fault`."""

    def __init__(self, wire: BaseAdapter) -> None:
        super().__init__()
        self.calls: list[str] = []
        self.at = -1
        self.fault = RESET
        self._wire = wire

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        self.calls.append(f"{request.method} {request.path_url}")
        if len(self.calls) - 1 != self.at:
            return self._wire.send(request, *args, **kwargs)
        status, body = self.fault
        if not status:
            raise ConnectionResetError
        raw = HTTPResponse(io.BytesIO(body.encode()), status=status, preload_content=False)
        return self.build_response(request, raw)


class Pages:
    """Every page of a device that was rebooted and has a file with versions, and an upload to be checked."""

    def __init__(self, world: World) -> None:
        self._app = world.another_portal(Failing)
        self._held = world.held_by(self._app)
        assert isinstance(self._held.adapter, Failing)
        self.wire = self._held.adapter
        self.browser = world.browser(SYSTEM_ADMIN, self._app)
        self.browser.submit(self.browser.get(f"{HQ}Reception/reboot"))
        config_files.apply(self.browser, config_files.upload(self.browser, config_files.TEXT))
        upload = config_files.upload(self.browser, b"another").url.rpartition("/")[2]
        version = world.contents()["portal_file_versions"][-1].id
        self._named = {
            "tenant": "acme",
            "group": "headquarters",
            "device": "Reception",
            "file": config_files.FILE,
            "upload": upload,
            "version": version,
            "filename": "portal.js",
        }

    def addresses(self) -> list[tuple[str, str]]:
        rules = [rule for rule in self._app.url_map.iter_rules() if "GET" in (rule.methods or ())]
        return [(rule.endpoint, self._address(rule)) for rule in rules]

    def _address(self, rule: Rule) -> str:
        asked = {
            "devices.check": "?field=mac_address&mac_address=0015650000F2&device=Fax",
            "files.difference": f"?a=now&b={self._named['version']}",
        }
        named = {name: self._named[name] for name in rule.arguments}
        return self._app.url_map.bind("localhost").build(rule.endpoint, named) + asked.get(rule.endpoint, "")

    def ask(self, url: str, at: int = -1) -> int:
        """The status; the call at `at` fails."""
        self._held.cache_generations.bump(GroupRef("acme", "headquarters"))  # lest something kept hide a call
        self.wire.calls, self.wire.at = [], at
        with self.browser.client.open(url, buffered=True) as answer:
            return answer.status_code

    def sign_in(self) -> None:
        self.wire.at = -1
        self.browser.sign_in(SYSTEM_ADMIN.username, PASSWORD)


@pytest.mark.no_cover  # each page a hundred times
def test_whichever_call_of_a_page_fails_it_is_told_and_asked_for_once(world: World) -> None:
    pages = Pages(world)
    without_calls = set()
    for endpoint, url in pages.addresses():
        assert pages.ask(url) in {200, 303}, url
        calls = pages.wire.calls
        if not calls:
            without_calls.add(endpoint)
        for at, call in enumerate(calls):
            for name, pages.wire.fault in FAULTS.items():
                status = pages.ask(url, at)
                if name == "401" and endpoint not in LOOKS_ON:
                    assert status == 303, f"{url}: {call}"
                assert status in {200, 303, 403, 404, 503}, f"{url}: {call}, {name}"
                assert len(set(pages.wire.calls)) == len(pages.wire.calls), f"{url} asked twice after {name}"
                if status == 303:
                    pages.sign_in()
    assert without_calls == {"static", "sign_in.login", "health.alive", "account.show", "help.show"}


def within(file: Path) -> str:
    """Which of the services a file is, with the room that it is in."""
    room = "" if file.parent.name == "services" else f"{file.parent.name}/"
    return f"{room}{file.stem}"


def test_each_write_of_the_services_is_among_those_that_are_sent_into_every_fault() -> None:
    found = {
        f"{within(file)}.{function.name}"
        for file in modules("portal/services")
        for function in ast.walk(tree(file))
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Attribute) and call.attr in {"post", "put", "delete"}
        if isinstance(call.value, ast.Name | ast.Attribute) and ast.unparse(call.value) in {"api", "self._api"}
    }
    assert found == {*SENDS.values(), "sign_in.sign_in_to", "sign_in.sign_out_of"}
    assert SENDS.keys() == WRITES.keys()
