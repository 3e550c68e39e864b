"""Every page of a device, any call of which can be made to fail."""

import io
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPResponse
from werkzeug.routing import Rule

from tests.support import config_files
from tests.support.jobs import create, plan_file
from tests.support.lists import forget_lists
from tests.support.population import HEADQUARTERS, HQ
from tests.support.world import PASSWORD, SYSTEM_ADMIN, World

RESET = (0, "")


class FailingAdapter(HTTPAdapter):
    """Lets all calls through but `failing`, which is answered with `fault`."""

    def __init__(self, adapter: BaseAdapter) -> None:
        super().__init__()
        self.calls: list[str] = []
        self.failing = ""
        self.fault = RESET
        self._adapter = adapter

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        call = f"{request.method} {request.path_url}"
        self.calls.append(call)
        if call != self.failing:
            return self._adapter.send(request, *args, **kwargs)
        status, body = self.fault
        if not status:
            raise ConnectionResetError
        raw = HTTPResponse(io.BytesIO(body.encode()), status=status, preload_content=False)
        return self.build_response(request, raw)


class DevicePages:
    """Every page of a device that was rebooted and has a file with versions, and an upload to be checked."""

    def __init__(self, world: World) -> None:
        self._app = world.another_portal(FailingAdapter)
        self._held = world.held_by(self._app)
        assert isinstance(self._held.adapter, FailingAdapter)
        self.adapter = self._held.adapter
        self.browser = world.browser(SYSTEM_ADMIN, self._app)
        self.browser.submit(self.browser.get(f"{HQ}Reception/reboot"))
        config_files.apply(self.browser, config_files.upload(self.browser, config_files.TEXT))
        create(self.browser, "reboot", "acme/headquarters/Reception")
        plan_file(self.browser, create(self.browser, "file", "acme/headquarters/Reception"), config_files.FILE, b"new")
        upload = config_files.upload(self.browser, b"another").url.rpartition("/")[2]
        version = world.contents()["portal_file_versions"][-1].id
        self._named = {
            "tenant": "acme",
            "group": "headquarters",
            "device": "Reception",
            "file": config_files.FILE,
            "upload": upload,
            "version": version,
            "change": world.contents()["portal_changes"][-1].id,
            "job_id": 1,
            "number": 1,
            "filename": "portal.js",
        }

    def addresses(self) -> list[tuple[str, str]]:
        rules = [rule for rule in self._app.url_map.iter_rules() if "GET" in (rule.methods or ())]
        return [(rule.endpoint, self._address(rule)) for rule in rules]

    def _address(self, rule: Rule) -> str:
        asked = {
            "devices.check": "?field=mac_address&mac_address=0015650000F2&device=Fax",
            "files.difference": f"?a=now&b={self._named['version']}",
            "where_used.show": "?tag=%25VLAN%25",
            "where_used.progress": "?tag=%25VLAN%25",
        }
        named = {name: self._named[name] for name in rule.arguments}
        if rule.endpoint == "jobs.difference":
            named["job_id"] = 2  # that of a file
        return self._app.url_map.bind("localhost").build(rule.endpoint, named) + asked.get(rule.endpoint, "")

    def ask(self, url: str, failing: str = "") -> int:
        """The status; the call `failing` fails."""
        self._held.cache_generations.bump(HEADQUARTERS)  # lest something kept hide a call
        forget_lists(self._held)
        self._held.phone_types.keep({})
        self.adapter.calls, self.adapter.failing = [], failing
        with self.browser.client.open(url, buffered=True) as answer:
            return answer.status_code

    def sign_in(self) -> None:
        """Sign in again, unless the session is still there: what is gone leads elsewhere too."""
        self.adapter.failing = ""
        if self.browser.get("/login").location is None:
            self.browser.sign_in(SYSTEM_ADMIN.username, PASSWORD)
