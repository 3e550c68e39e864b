"""The page in place of one for which the platform has not answered yet."""

from flask import Flask, Response, request, url_for

from app.portal.api.page_reads import StillAsking
from app.portal.domain.refs import GroupRef
from app.portal.web import htmx, polling
from app.portal.web.list_context import list_url
from app.portal.web.urls import current_url

_LONG = 2  # times the usual

_TABS = {
    "devices.show": "Overview",
    "lines.index": "Lines",
    "files.index": "Config files",
    "files.show": "Config files",
    "tags.index": "Tags",
    "history.device": "History",
}
_PAGES = {"devices.new": "Add device", "devices.copy": "Copy from another group"}
_HEADINGS = {
    "directory": "Tenants and groups",
    "devices": "Devices",
    "history": "History",
    "staff": "Support staff",
    "account": "Account",
    "search": "Search",
}


def init_app(app: Flask) -> None:
    app.register_error_handler(StillAsking, _show_asking)


def _show_asking(error: StillAsking) -> Response:
    poll = polling.next_poll()
    waited = polling.seconds_waited()
    # What the page waited for before this call, and the call.
    usual = None if error.usual is None else max(waited - error.waited, 0) + error.usual
    response = htmx.render(
        "asking/page.html",
        "asking/_asking.html",
        heading=_heading(),
        device_name=(request.view_args or {}).get("device", ""),
        tab=_TABS.get(request.endpoint or "", ""),
        waited=int(waited),
        usual=usual,
        is_queued=error.is_queued,
        is_long=usual is not None and waited > _LONG * usual,
        poll=poll,
        retry_url=current_url(),
        cancel_url=_parent_url(),
    )
    polling.set_refresh(response, poll)
    return response


def _heading() -> str:
    """Return what the page is about, as far as its URL tells."""
    device: str = (request.view_args or {}).get("device", "")
    return _PAGES.get(request.endpoint or "") or device or _HEADINGS.get(request.blueprint or "", "Loading")


def _parent_url() -> str | None:
    """Return the page above this one in the trail; None at the top."""
    url_args = dict(request.view_args or {})
    names = {name: url_args[name] for name in ("tenant", "group") if name in url_args}
    if "device" in url_args and request.endpoint not in _TABS:
        return url_for("devices.show", **names, device=url_args["device"])
    if "group" in url_args:
        return list_url(GroupRef(names["tenant"], names["group"]))
    return url_for("directory.index") if request.endpoint != "directory.index" else None
