"""Create and edit devices of headquarters through the portal, and read them from the reference API."""

from typing import Any
from urllib.parse import quote

from tests.support.client import Browser, Page
from tests.support.population import API_HQ, HQ
from tests.support.world import World

NEW_DEVICE = f"{HQ}new"
NEW_T46 = {"device_type": "Yealink-T46G", "device_name": "Fresh", "mac_address": "00-15-65-99-99-99"}


def read_device(world: World, name: str) -> Any:
    return world.tell_api("GET", f"{API_HQ}{quote(name, safe='')}/", None)


def list_device_names(world: World) -> list[str]:
    rows = world.tell_api("GET", API_HQ, None)["access_devices"]
    return [row["deviceName"] for row in rows]


def create_device(browser: Browser, **typed: str) -> Page:
    return browser.submit(browser.get(f"{NEW_DEVICE}?type={typed['device_type']}"), **typed)


def edit_device(browser: Browser, name: str, **typed: str) -> Page:
    return browser.submit(browser.get(f"{HQ}{quote(name, safe='')}/edit"), **typed)
