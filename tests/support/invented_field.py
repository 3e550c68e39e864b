"""The application with two more fields of a device, `ring_tone` and the secret `ring_pin`, declared and no more.

Run as a program inside such a copy it uses the fields as a person would, and prints what it saw as JSON.
"""

import json
import shutil
import sys
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote

from flask import Flask
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPResponse

from app.portal.services.imports.column_names import find_field
from tests.support.client import HTMX, Browser, Page
from tests.support.devices import NEW_DEVICE, NEW_T46, create_device, edit_device
from tests.support.jobs import create, upload_sheet, work
from tests.support.population import HQ, populate
from tests.support.source import ROOT
from tests.support.world import COLLEAGUE, OWNER, World, settings_in

MODEL = "app/portal/models/access_device.py"
BEFORE = {
    "    version: Annotated[": """    ring_tone: Annotated[
        str,
        EditableField(
            "Ring tone",
            Section.CONNECTION,
            help="As the phone calls it.",
            max_length=20,
            check=lambda text: None if text.startswith("Bell") else "Must begin with Bell.",
            need="mac",
            needs_reboot=True,
        ),
    ] = ""
""",
    "    free_ports: Annotated[": '    ring_tone: str = ""\n',
    "    password: Annotated[": """    ring_pin: Annotated[
        str, EditableField("Ring PIN", Section.CREDENTIALS, max_length=9, is_secret=True)
    ] = ""
""",
}


def copy_application(folder: Path, before: dict[str, str]) -> None:
    """Copy the application into the folder, with these lines added before those of the device's model."""
    shutil.copytree(ROOT / "app", folder / "app", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("templates", "static", "tests"):
        (folder / name).symlink_to(ROOT / name)
    model = folder / MODEL
    text = model.read_text()
    for line, added in before.items():
        assert text.count(line) == 1, line
        text = text.replace(line, added + line)
    model.write_text(text)


class RingToneAdapter(HTTPAdapter):
    """A backend that knows the tone of each device, and refuses one."""

    def __init__(self, adapter: BaseAdapter) -> None:
        super().__init__()
        self._adapter = adapter
        self.tones: dict[str, str] = {}
        self.bodies: list[dict[str, Any]] = []

    def send(self, request: PreparedRequest, *_args: object, **_kwargs: object) -> Response:
        if "/access_devices/" not in (request.url or ""):
            return self._adapter.send(request)
        if request.body:
            body = json.loads(request.body)
            self.bodies.append(dict(body))
            tone = body.pop("ringTone", None)
            pin = body.pop("ringPin", None)
            if pin == "0Needle":
                return self._answer(request, 400, {"errors": [{"code": 2, "details": f"ringPin: {pin} is too easy"}]})
            if tone == "Bell refused":
                return self._answer(request, 400, {"errors": [{"code": 2, "details": "ringTone: unknown tone"}]})
            if tone is not None:
                self.tones[body.get("deviceName") or self._device_name(request)] = tone
            request.prepare_body(data=json.dumps(body), files=None)
        answer = self._adapter.send(request)
        if answer.status_code not in {200, 201}:
            return answer
        return self._answer(request, answer.status_code, self._with_tones(answer.json(), self._device_name(request)))

    def _with_tones(self, body: Any, name: str) -> Any:
        devices = body.get("access_devices", [body] if "deviceType" in body else [])
        for device in devices:
            device["ringTone"] = self.tones.get(device.get("deviceName", name), "")
        return body

    def _device_name(self, request: PreparedRequest) -> str:
        return unquote((request.url or "").partition("/access_devices/")[2].partition("/")[0])

    def _answer(self, request: PreparedRequest, status: int, body: object) -> Response:
        raw = HTTPResponse(BytesIO(json.dumps(body).encode()), status=status, preload_content=False)
        return self.build_response(request, raw)


def use_fields(world: World) -> dict[str, Any]:
    """Return what was seen, by the part of the portal that showed it."""
    app = world.another_portal(RingToneAdapter)
    backend = world.held_by(app).adapter
    assert isinstance(backend, RingToneAdapter)
    owner, colleague = world.browser(OWNER, app), world.browser(COLLEAGUE, app)
    seen: dict[str, Any] = {"form": _read(owner.get(f"{NEW_DEVICE}?type=Yealink-T46G"))}
    for tone in ("", "Buzz", "Bell" * 9, "Bell refused"):
        seen[f"typed {tone}"] = _read(create_device(owner, **NEW_T46, ring_tone=tone))
    query = {"field": "ring_tone", "ring_tone": "Buzz", "type": "Yealink-T46G"}
    seen["check"] = _read(owner.open(f"{HQ}check", "GET", query_string=query, headers=HTMX))
    created = create_device(owner, **NEW_T46, ring_tone="Bell 1")
    seen["created"] = [created.status, backend.bodies[-1]]
    seen["overview"] = _read(owner.get(f"{HQ}Fresh/"))
    seen["value"] = owner.get(f"{HQ}Fresh/edit").form().fields["ring_tone"]
    seen["refused secret"] = _read(edit_device(owner, "Fresh", ring_pin="0Needle"))
    seen["merge"], seen["merged"] = _merge(owner, colleague)
    edited = edit_device(owner, "Fresh", ring_tone="Bell 4", ring_pin="2Needle")
    seen["edited"] = [edited.status, backend.bodies[-1]]
    seen["overview after"] = _read(owner.get(f"{HQ}Fresh/"))
    seen["history"] = _read(owner.get(f"{HQ}Fresh/history/"))
    seen["history export"] = owner.get(f"{HQ}Fresh/history/export.csv").text
    seen["list"] = _read(owner.get(HQ))
    seen["export"] = owner.get(f"{HQ}export.csv?q=fresh").text
    seen["columns"] = [find_field(heading) for heading in ("ring tone", "RINGTONE", "ring_pin")]
    seen["many"] = [_edit_many(world, app, owner), backend.bodies[-1]]
    seen["sheet"] = [_import_sheet(world, app, owner), backend.bodies[-1]]
    seen["draft"] = _lose_session(world, app, owner)
    seen["noted"] = [[change.after, change.needs_reboot, outcomes] for change, outcomes in world.changes()][-1]
    return seen


def _merge(owner: Browser, colleague: Browser) -> tuple[dict[str, Any], str | None]:
    """Edit the tone while somebody else does, and keep the own one."""
    opened = owner.get(f"{HQ}Fresh/edit")
    edit_device(colleague, "Fresh", ring_tone="Bell 2")
    merge = owner.submit(opened, ring_tone="Bell 3", ring_pin="1Needle")
    return _read(merge), owner.submit(merge, **{"keep-ring_tone": "yours"}).location


def _edit_many(world: World, app: Flask, owner: Browser) -> dict[str, Any]:
    """Refuse, then give the tone and the PIN as a job; return its form, the refusal and its preview."""
    url = create(owner, "edit", "acme/headquarters/Fresh")
    form = owner.get(url)
    wrong = _read(owner.submit(form, f"{url}plan", ring_tone_do="set", ring_tone="Buzz"))
    owner.submit(form, f"{url}plan", ring_tone_do="set", ring_tone="Bell 5", ring_pin_do="set", ring_pin="4Needle")
    return {"form": _read(form), "wrong": wrong, "preview": _start(world, app, owner, url)}


def _import_sheet(world: World, app: Flask, owner: Browser) -> dict[str, Any]:
    """Give the tone by a row of a sheet, beside one that is wrong; return the preview."""
    page = upload_sheet(owner, b"Name,Ring tone,Ring PIN\nFresh,Bell 6,5Needle\nReception,Buzz,\n")
    return _start(world, app, owner, page.location or "")


def _start(world: World, app: Flask, owner: Browser, url: str) -> dict[str, Any]:
    work(world, app)
    preview = owner.get(url)
    owner.submit(preview, f"{url}start")
    work(world, app)
    return _read(preview)


def _lose_session(world: World, app: Flask, owner: Browser) -> list[str]:
    """Send an edit after the session ended; return the names of what is kept of it."""
    form = owner.get(f"{HQ}Fresh/edit")
    world.end_backend_sessions()
    location = unquote(owner.submit(form, ring_tone="Bell 5", ring_pin="3Needle").location or "")
    held, draft_id = world.held_by(app), location.rpartition("draft=")[2]
    kept = held.saved_drafts.find(draft_id, OWNER.username, f"{HQ}Fresh/edit", world.clock())
    return [name for name, _ in kept or ()]


def _read(page: Page) -> dict[str, Any]:
    names = sorted(name for form in page.forms for name in form.names)
    errors = [element.get("id", "") for element in page.document.iter() if element.get("id", "").endswith("-error")]
    return {"status": page.status, "words": page.words, "names": names, "errors": errors, "text": page.text}


def main() -> None:
    folder = Path.cwd() / "data"
    folder.mkdir()
    populate(settings_in(folder))
    with TemporaryDirectory() as templates:
        world = World(settings_in(folder), Path(templates))
        json.dump(use_fields(world), sys.stdout)
        world.close()


if __name__ == "__main__":
    main()
