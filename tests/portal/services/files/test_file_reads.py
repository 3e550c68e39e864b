"""Of a device with very many files, a page reads the first dozen."""

import json
from io import BytesIO
from typing import Any

import pytest
from requests import PreparedRequest, Response
from urllib3 import HTTPResponse

from app.embedded import WsgiAdapter
from app.portal.services.files.service import ConfigFiles
from tests.support.adapters import CountingAdapter
from tests.support.contract import Backend
from tests.support.population import HEADQUARTERS
from tests.support.world import API, OWNER, World

FILES = [{"fileFormat": f"file{number}.cfg"} for number in range(14)]


class ManyFiles(CountingAdapter):
    """Lists fourteen files that the backend does not have."""

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        if not request.path_url.endswith("/config_files/"):
            return super().send(request, *args, **kwargs)
        body = BytesIO(json.dumps({"config_files": FILES}).encode())
        return self.build_response(request, HTTPResponse(body, status=200, preload_content=False))


@pytest.mark.parametrize("read", [ConfigFiles.list_with_details, ConfigFiles.contents])
def test_twelve_files_are_read_at_most(world: World, read: Any) -> None:
    adapter = ManyFiles(WsgiAdapter(world.api))
    files = Backend(world, adapter, API).services(OWNER).config_files
    read(files, HEADQUARTERS, "Reception")
    asked = [call for call in adapter.calls if "/config_files/" in call]
    assert len(asked) == 12
    assert asked[-1].removesuffix("content/").endswith("/file11.cfg/")
