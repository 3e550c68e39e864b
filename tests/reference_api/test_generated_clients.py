"""Clients that tools generate from the API's description, used over a socket; and a linter of such descriptions."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.support.api_world import HEADQUARTERS, PASSWORD, World
from tests.support.serving import serve

ROOT = Path(__file__).parents[2]
GENERATOR = Path(sys.prefix) / "bin" / "openapi-generator-cli"
SPECTRAL = Path(sys.prefix) / "spectral" / "node_modules" / ".bin" / "spectral"
NEW = {"deviceName": "Front desk", "deviceType": "Yealink-T46G", "macAddress": "00:15:65:1a:2b:3c", "netPort": 5060}
PLACE = ("acme", "headquarters")


class Client(Protocol):
    """What both clients are asked to do, in their own words. Lines are linePorts, or linePorts with their orders."""

    def create(self, body: dict[str, Any]) -> None: ...
    def update(self, device: str, **values: object) -> None: ...
    def reorder(self, device: str, lines: Sequence[str] | dict[str, int]) -> None: ...
    def delete(self, device: str) -> None: ...


class PythonClient:
    """By openapi-python-client."""

    def __init__(self, package: str, url: str) -> None:
        self._package = package
        self._models = import_module(f"{package}.models")
        self._client = import_module(f"{package}.client").Client(
            base_url=f"{url}/api/v1", raise_on_unexpected_status=True
        )
        self._call("sessions.sessions_login", body=self._models.SignIn(username="owner", password=PASSWORD))

    def _call(self, operation: str, *path: str, **arguments: Any) -> None:
        answer = import_module(f"{self._package}.api.{operation}").sync_detailed(
            *path, client=self._client, **arguments
        )
        assert answer.status_code < 300, answer.content
        assert answer.parsed is not None

    def create(self, body: dict[str, Any]) -> None:
        device = self._models.DeviceCreation.from_dict(body)
        self._call("access_devices.access_devices_create", *PLACE, body=device)

    def update(self, device: str, **values: object) -> None:
        body = self._models.DeviceUpdate(**values)
        self._call("access_devices.access_devices_update", *PLACE, device, body=body)

    def reorder(self, device: str, lines: Sequence[str] | dict[str, int]) -> None:
        items: Any = lines
        if isinstance(lines, dict):
            position = self._models.LineOrderLinePosition
            items = [position(line_port=line_port, order=order) for line_port, order in lines.items()]
        body = self._models.LineOrder(connected_users=items)
        self._call("connected_users.connected_users_reorder", *PLACE, device, body=body)

    def delete(self, device: str) -> None:
        self._call("access_devices.access_devices_delete", *PLACE, device)


class GeneratorClient:
    """By openapi-generator."""

    def __init__(self, package: str, url: str) -> None:
        self._package = import_module(package)
        self._client = self._package.ApiClient(self._package.Configuration(host=f"{url}/api/v1"))
        sign_in = self._package.SignIn(username="owner", password=PASSWORD)
        answer = self._package.SessionsApi(self._client).sessions_login_with_http_info(sign_in)
        self._client.cookie = answer.headers["Set-Cookie"].partition(";")[0]
        self._devices = self._package.AccessDevicesApi(self._client)

    def create(self, body: dict[str, Any]) -> None:
        self._devices.access_devices_create(*PLACE, self._package.DeviceCreation.from_dict(body))

    def update(self, device: str, **values: object) -> None:
        self._devices.access_devices_update(*PLACE, device, self._package.DeviceUpdate(**values))

    def reorder(self, device: str, lines: Sequence[str] | dict[str, int]) -> None:
        items: Any = lines
        if isinstance(lines, dict):
            items = [self._package.LinePosition(line_port=line, order=order) for line, order in lines.items()]
        item = import_module(f"{self._package.__name__}.models.line_order_connected_users_inner")
        body = self._package.LineOrder(connected_users=[item.LineOrderConnectedUsersInner(line) for line in items])
        self._package.ConnectedUsersApi(self._client).connected_users_reorder(*PLACE, device, body)

    def delete(self, device: str) -> None:
        self._devices.access_devices_delete(*PLACE, device)


@pytest.fixture
def document(world: World, tmp_path: Path) -> Path:
    file = tmp_path / "openapi.json"
    file.write_bytes(world.anonymous().client.get("/api/v1/openapi.json").data)
    return file


@pytest.fixture
def url(world: World) -> Iterator[str]:
    with serve(world.app) as url:
        yield url


def run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def change_devices(world: World, client: Client) -> None:
    """Create, update, clear, re-order in both ways, and delete; after each step the API itself is asked."""
    owner = world.signed_in("owner")
    desk, base = (*HEADQUARTERS, "Front desk"), (*HEADQUARTERS, "base", "connected_users")
    client.create(NEW)
    assert owner.get(*desk).get_json()["macAddress"] == "0015651A2B3C"
    client.update("Front desk", description="at the door", net_address="10.0.0.7")
    changed = owner.get(*desk).get_json()
    assert [changed[key] for key in ("description", "netAddress", "netPort")] == ["at the door", "10.0.0.7", 5060]
    client.update("Front desk", description=None, net_address="", net_port=None, mac_address=None)
    cleared = owner.get(*desk).get_json()
    assert [cleared[key] for key in ("description", "netAddress", "macAddress")] == ["", "", ""]
    assert "netPort" not in cleared
    first, second = "base-1@acme.example", "base-2@acme.example"
    client.reorder("base", [second, first])
    assert orders(owner.get(*base).get_json()) == {second: 1, first: 2}
    client.reorder("base", {first: 1, second: 5})
    assert orders(owner.get(*base).get_json()) == {first: 1, second: 5}
    client.delete("Front desk")
    assert owner.get(*desk).status_code == 404


def orders(users: dict[str, Any]) -> dict[str, int]:
    return {user["linePort"]: user["order"] for user in users["connected_users"]}


def test_python_client_changes_devices(
    world: World, url: str, document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, target = tmp_path / "config.json", tmp_path / "python_client"
    config.write_text(json.dumps({"post_hooks": []}))
    command = (sys.executable, "-m", "openapi_python_client", "generate", "--path", document, "--meta", "none")
    run(*command, "--config", config, "--output-path", target, "--fail-on-warning")
    monkeypatch.syspath_prepend(tmp_path)
    world.device("base", "Yealink-W60B", lines=[1, 2])
    change_devices(world, PythonClient("python_client", url))


@pytest.mark.skipif(not GENERATOR.exists(), reason="no openapi-generator: `make test-deps` brings it")
def test_openapi_generator_client_changes_devices(
    world: World, url: str, document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = (GENERATOR, "generate", "-g", "python", "-i", document)
    run(*command, "-o", tmp_path / "out", "-p", "packageName=generator_client")
    monkeypatch.syspath_prepend(tmp_path / "out")
    world.device("base", "Yealink-W60B", lines=[1, 2])
    change_devices(world, GeneratorClient("generator_client", url))


@pytest.mark.skipif(not SPECTRAL.exists(), reason="no spectral: `make test-deps` brings it")
def test_spectral_has_no_error(document: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps({"extends": ["spectral:oas"]}))
    run(SPECTRAL, "lint", document, "--ruleset", rules, "--fail-severity", "error")
