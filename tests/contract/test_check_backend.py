"""`python -m app check-backend`, over a socket."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from click.testing import CliRunner

from app.portal.check_backend import check, command
from tests.support.serving import serve
from tests.support.world import OWNER, PASSWORD, SYSTEM_ADMIN, Member, World

ROOT = Path(__file__).parents[2]
DEVICE = "GET tenants/acme/groups/headquarters/access_devices/Reception/"


class Platform:
    """The reference API, of which some calls (by the end of their paths) answer otherwise."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.prefix = "/api/v1/"
        self.answers: dict[str, tuple[str, object]] = {}
        self.calls: list[str] = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"].removeprefix(self.prefix)
        self.calls.append(f"{environ['REQUEST_METHOD']} {path}")
        for end, (status, body) in self.answers.items():
            if path.endswith(end):
                start_response(status, [("Content-Type", "application/json")])
                return [json.dumps(body).encode()]
        return self._world.api({**environ, "PATH_INFO": f"/api/v1/{path}"}, start_response)


@pytest.fixture
def platform(world: World) -> Platform:
    return Platform(world)


def run(world: World, platform: Platform, member: Member = OWNER, **names: str) -> int:
    with serve(platform) as url:
        settings = replace(
            world.settings,
            backend_url=url,
            api_prefix=platform.prefix,
            service_username=member.username,
            service_password=PASSWORD,
        )
        return check(settings, names)


def words(capsys: pytest.CaptureFixture[str], line: str) -> list[str]:
    """Return the indented lines below one, without their times."""
    below = capsys.readouterr().out.partition(f"{line}\n")[2].splitlines()
    count = next((number for number, text in enumerate(below) if not text.startswith("        ")), len(below))
    return [text.strip().partition(" s, ")[2] or text.strip() for text in below[:count]]


def test_every_read_is_made_once(world: World, platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(world, platform, SYSTEM_ADMIN, tenant="acme", group="headquarters", device="Reception") == 0
    output = capsys.readouterr().out
    assert "15 of 15 reads without an error. The portal can work with this platform." in output
    assert "missing" not in output
    assert "unexpected" not in output
    assert PASSWORD not in output
    assert len(set(platform.calls)) == len(platform.calls)
    writes = [call for call in platform.calls if not call.startswith("GET ")]
    assert writes == ["POST login/", "POST logout/"]


def test_group_and_device_are_found_in_answers(
    world: World, platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(world, platform, SYSTEM_ADMIN) == 0
    assert "ok      GET tenants/acme/groups/headquarters/access_devices/\n" in capsys.readouterr().out


def test_calls_go_below_prefix(world: World, platform: Platform) -> None:
    platform.prefix = "/api/v01/apio/"
    assert run(world, platform) == 0
    assert all(not call.split()[1].startswith("/") for call in platform.calls)


def test_refused_part_degrades_portal(world: World, platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    platform.answers["/connected_users/"] = ("403 Forbidden", {"error": "License exceeded"})
    assert run(world, platform, device="Reception") == 0
    assert words(capsys, f"failed  {DEVICE}connected_users/") == [
        "access denied (403): “License exceeded”",
        "Without it: Lines cannot be read or reordered, and nobody knows whom a reboot affects.",
    ]


@pytest.mark.parametrize("end", ["/access_devices/", "/Reception/"])
def test_refused_list_or_device_is_fatal(
    world: World, platform: Platform, capsys: pytest.CaptureFixture[str], end: str
) -> None:
    platform.answers[end] = ("500 Internal Server Error", {})
    assert run(world, platform, device="Reception") == 1
    assert "The portal cannot work like this." in capsys.readouterr().out


def test_odd_keys_are_named(world: World, platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    rows: list[Any] = [{"technical_name": "A", "display_name": "a", "vendor\x1b": ""}, {"technicalName": "B"}]
    platform.answers["/phone_types/"] = ("200 OK", {"phoneTypes": rows})
    assert run(world, platform, device="Reception") == 0
    assert words(capsys, "ok      GET configs/phone_types/") == [
        "200, 2 rows; missing: capabilities; unexpected: vendor"
    ]


def test_answer_without_list_says_what_it_has(
    world: World, platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    platform.answers["/available_tags/"] = ("200 OK", {"tags": []})
    run(world, platform, device="Reception")
    assert words(capsys, f"ok      {DEVICE}available_tags/") == ["200, no list availableTags in the answer, but tags"]


@pytest.mark.parametrize(
    ("account", "code"),
    [(("401 Unauthorized", {}), 1), (("200 OK", {"profile": {"user_level": 4}}), 1)],
)
def test_account_without_access_ends_check(
    world: World, platform: Platform, account: tuple[str, object], code: int
) -> None:
    platform.answers["login/"] = account
    assert run(world, platform) == code
    assert all(call.split()[1] in {"login/", "logout/"} for call in platform.calls)


def test_password_is_asked_for_without_echo(world: World, platform: Platform) -> None:
    ours, theirs = pty.openpty()
    with serve(platform) as url:
        environ = {**os.environ, "PORTAL_BACKEND_URL": url, "PORTAL_SECRET_KEY": PASSWORD, "DEMO_PASSWORD": PASSWORD}
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "check-backend"],
            env=environ,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            cwd=ROOT,
        )
        os.close(theirs)
        output = answer_questions(ours, {"User name: ": OWNER.username, "Password: ": PASSWORD})
        assert process.wait(30) == 0
    os.close(ours)
    assert "The portal can work with this platform." in output
    assert PASSWORD not in output


def answer_questions(terminal: int, answers: dict[str, str]) -> str:
    """Type an answer to each question that appears on a terminal, and return all that appeared."""
    output, rest = "", dict(answers)
    with suppress(OSError):  # the other end was closed
        while piece := os.read(terminal, 65_536):
            output += piece.decode()
            question = next(iter(rest), "")
            if question and output.endswith(question):
                os.write(terminal, f"{rest.pop(question)}\n".encode())
    return output


def test_dead_port_is_told(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    settings = replace(
        world.settings, backend_url="http://127.0.0.1:1", service_username="a", service_password=PASSWORD
    )
    assert check(settings, {}) == 1
    assert words(capsys, "failed  POST login/") == ["platform unreachable", "Without it: Nothing works."]


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({}, "PORTAL_BACKEND_URL is empty: set it to"),
        ({"PORTAL_BACKEND_URL": "apio.example"}, "PORTAL_BACKEND_URL cannot be 'apio.example': "),
        ({"PORTAL_BACKEND_URL": "http://127.0.0.1:1"}, "Set PORTAL_SERVICE_USERNAME and PORTAL_SERVICE_PASSWORD, or "),
    ],
)
def test_settings_are_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], message: str
) -> None:
    monkeypatch.setenv("PORTAL_SECRET_KEY", "a key that nobody guesses")
    monkeypatch.setenv("DEMO_PASSWORD", PASSWORD)
    for name in ("PORTAL_BACKEND_URL", "PORTAL_SERVICE_USERNAME", "PORTAL_SERVICE_PASSWORD"):
        monkeypatch.setenv(name, environ.get(name, ""))
    result = CliRunner().invoke(command, [])
    lines = [line for line in result.output.splitlines() if not line.startswith("Platform: ")]
    assert (result.exit_code, len(lines)) == (1, 1)
    assert lines[0].startswith(message)
