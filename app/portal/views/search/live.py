"""Devices that the platform itself finds just now, among those of the index; without a script, on a page."""

from dataclasses import replace

from flask import request
from flask.typing import ResponseReturnValue

from app.portal.domain.roles import Permission
from app.portal.lists.query import read_page, read_text
from app.portal.services.parts import read_part
from app.portal.services.search.live import MOST_FOUND
from app.portal.services.search.service import HitKind
from app.portal.views.search.blueprint import blueprint
from app.portal.views.search.linked_hits import link_devices
from app.portal.views.search.result_list import ResultList, SearchQuery, read_search_query
from app.portal.web import errors, htmx
from app.portal.web.access import requires
from app.portal.web.services import services
from app.portal.web.session import current_user


@blueprint.get("/search/live")
@requires(Permission.DEVICE_SEARCH, extends_session=False)
def show_live() -> ResponseReturnValue:
    query = read_search_query(request.args, read_text(request.args), read_page(request.args))
    results = services().searches.index.find(query.text, query.within, query.shown)
    part = read_part(lambda: services().searches.live.find(query.text, query.within))
    if part.value:
        most = query.shown.most + (MOST_FOUND if query.kind else 0)  # the page of a kind shows all
        devices = services().searches.live.merge(results.devices, part.value, query.text, most)
        results = replace(results, devices=devices)
    return htmx.render(
        "search/live_page.html",
        "search/_live.html",
        query=query,
        listing=ResultList(query, results),
        devices=link_devices(results.devices.hits),
        failure=errors.describe_part(part.failure) if part.failure else "",
        is_asked=True,
    )


def can_ask_platform(query: SearchQuery) -> bool:
    """Return True where the platform can find devices for this page of results, which stand at its beginning."""
    has_devices = query.kind is None or (query.kind is HitKind.DEVICE and query.page == 1)
    return has_devices and current_user().may(Permission.DEVICE_SEARCH)
