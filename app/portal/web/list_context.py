"""The list that a device was opened from: its query travels in the parameter `list` of all URLs of the device.

So each tab of a browser goes back to its own list, and goes on to the next device of it.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Flask, current_app, request, url_for

from app.portal.domain.refs import GroupRef
from app.portal.services.devices.table import QUERY_NAMES

LIST_ARG = "list"
_MAX_FIELDS = 50


def init_app(app: Flask) -> None:
    app.url_defaults(_carry_query)
    app.jinja_env.globals["list_url"] = list_url


def list_args() -> Mapping[str, str]:
    """Return the query of the list that the device was opened from; {} for the whole list, and where none is given."""
    try:
        fields = parse_qsl(request.args.get(LIST_ARG, ""), max_num_fields=_MAX_FIELDS)
    except ValueError:
        return {}
    return {name: value for name, value in fields if name in QUERY_NAMES}


def list_query() -> Mapping[str, str]:
    """Return the query of the list that this request is about: of its URL, or of a form that carries it."""
    form = request.form if request.method == "POST" else {}
    return {name: value for name, value in {**request.args, **form}.items() if name in QUERY_NAMES}


def list_url(group: GroupRef) -> str:
    """Return the URL of the group's device list as it was, if this request is about one of its devices."""
    args: Mapping[str, Any] = list_args() if _is_of_group(group.tenant_id, group.group_id) else {}
    return url_for("devices.index", tenant=group.tenant_id, group=group.group_id, **args)


def _carry_query(endpoint: str, values: dict[str, Any]) -> None:
    """Add the list's query to the URLs of devices of the group that this request is about."""
    if LIST_ARG not in request.args or LIST_ARG in values:
        return
    is_carried = _is_of_device(endpoint) and _is_of_device(request.endpoint or "")
    if is_carried and _is_of_group(values.get("tenant"), values.get("group")):
        args = list_args()
        if args:
            values[LIST_ARG] = urlencode(args)


def _is_of_device(endpoint: str) -> bool:
    return endpoint == "devices.new" or current_app.url_map.is_endpoint_expecting(endpoint, "device")


def _is_of_group(tenant_id: str | None, group_id: str | None) -> bool:
    url_args = request.view_args or {}
    return (url_args.get("tenant"), url_args.get("group")) == (tenant_id, group_id)
