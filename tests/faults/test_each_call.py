"""Whichever call of whichever page fails: told, and no mistake of ours. New pages and calls are found by themselves."""

import ast
from collections import Counter
from itertools import cycle
from pathlib import Path

from tests.support.faults.pages import RESET, DevicePages
from tests.support.faults.reads import ERROR_TEXT
from tests.support.faults.writes import WRITES
from tests.support.source import modules, tree
from tests.support.world import World

FAULTS = {
    "reset": RESET,
    "no keys": (200, "{}"),
    "401": (401, ERROR_TEXT),
    "403": (403, ERROR_TEXT),
    "404": (404, ERROR_TEXT),
}
LOOKS_ON = {"devices.check", "health.ready"}  # a look while one types leads nowhere, and nobody is signed in
WITHOUT_CALLS = {  # some lead elsewhere, or have nothing to ask for without a query
    "static",
    "sign_in.login",
    "health.alive",
    "account.show",
    "help.show",
    "devices.bulk",
    "devices.import_sheet",
    "devices.import_template",
    "devices.progress",
    "overview.jobs",
    "overview.progress",
    "overview.ports",
    "overview.recent",
    "where_used.progress",
    "search.show",
    "site.security_txt",
    "metrics.show",
    "second_factor.confirm",
    "second_factor.enter_code",
    "second_factor.show",
}
NOT_THERE = {"jobs.download_errors", "site.security_txt", "metrics.show"}  # without an import, a contact, a token
SENDS = {  # what sends each write, beside signing in and out
    "create": "devices/service.create",
    "edit": "devices/service.update",
    "undo": "devices/service.update",
    "delete": "devices/service.delete",
    "reboot": "devices/service.reboot",
    "lines": "lines/service.save",
    "file": "files/changes._put",
}


def test_any_failed_call_is_reported_and_made_once(world: World) -> None:
    """Each call with every fault at the first page that makes it, and with one fault after the other at all others."""
    pages = DevicePages(world)
    without_calls, tried = set(), set()
    in_turn = cycle(FAULTS.items())
    for endpoint, url in pages.addresses():
        assert pages.ask(url) in {200, 303} or endpoint in NOT_THERE, url
        calls = pages.adapter.calls
        if not calls:
            without_calls.add(endpoint)
        for call in calls:
            faults = FAULTS.items() if call not in tried else [next(in_turn), next(in_turn)]
            tried.add(call)
            for name, pages.adapter.fault in faults:
                status = pages.ask(url, call)
                if name == "401" and endpoint not in LOOKS_ON:
                    assert status == 303, f"{url}: {call}"
                assert status in {200, 303, 403, 404, 503}, f"{url}: {call}, {name}"
                repeated = {call: 2} if name == "reset" and endpoint != "health.ready" else {}  # a read is tried again
                for made, times in Counter(pages.adapter.calls).items():
                    assert times == repeated.get(made, 1), f"{url} asked for {made} {times} times after {name}"
                if status == 303:
                    pages.sign_in()
    assert without_calls == WITHOUT_CALLS


def within(file: Path) -> str:
    """Which of the services a file is, with the room that it is in."""
    room = "" if file.parent.name == "services" else f"{file.parent.name}/"
    return f"{room}{file.stem}"


def test_every_service_write_is_tried_with_faults() -> None:
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
