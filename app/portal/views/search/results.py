"""`/search`: the results of one text, or what each entry of a pasted list stands for."""

from collections.abc import Sequence
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Permission
from app.portal.lists.query import read_page, read_text
from app.portal.services.search.hits import to_time
from app.portal.services.search.pasted import MAX_ENTRIES, split_entries
from app.portal.services.search.service import SearchResults
from app.portal.views.search.blueprint import blueprint
from app.portal.views.search.linked_hits import find_only_url, link_devices, link_people, link_places
from app.portal.views.search.live import can_ask_platform
from app.portal.views.search.pasted import LIST_BYTES, show_entries
from app.portal.views.search.result_list import ResultList, SearchQuery, read_search_query
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.context import portal
from app.portal.web.selection_bar import draw_selection_bar
from app.portal.web.services import services
from app.portal.web.urls import datetime_arg


@blueprint.route("/search", methods=["GET", "POST"])
@requires(Permission.INDEX_SEARCH, form_bytes=LIST_BYTES)
def show() -> ResponseReturnValue:
    """Take by POST a list that is too long for an address."""
    args = request.form if request.method == "POST" else request.args
    query = read_search_query(args, read_text(args), read_page(args))
    if not query.text:
        return htmx.render("search/list.html", query=query)
    if len(entries := split_entries(query.text)) > 1:
        return show_entries(query.text, entries)
    return _show(query)


def _show(query: SearchQuery) -> ResponseReturnValue:
    results, groups, unread = _find(query)
    listing = ResultList(query, results)
    return htmx.render(
        "search/page.html",
        "search/_results.html",
        query=query,
        listing=listing,
        devices=link_devices(results.devices.hits),
        people=link_people(results.people.hits),
        places=link_places(results.places.hits),
        only_url=find_only_url(results),
        update_url=_update_url(query) if groups else None,
        unread=unread,
        most_selected=MAX_ENTRIES,
        selection_bar=draw_selection_bar(None, url_for("search.export")),
        can_ask=can_ask_platform(query),
        **_coverage(query),
    )


def _find(query: SearchQuery) -> tuple[SearchResults, Sequence[GroupRef], Sequence[GroupRef]]:
    """Return the results, the groups that can be read again for them, and those of which that just failed."""
    index, update = services().searches.index, services().searches.update
    within = GroupRef(query.within.tenant_id or "", query.within.group_id or "")
    results = index.find(query.text, query.within, query.shown)
    groups, newer_than = update.list_groups(results, within), datetime_arg("after")
    if not groups or newer_than is None:
        return results, groups, ()
    unread = update.read(groups, newer_than)
    return index.find(query.text, query.within, query.shown), groups, unread


def _update_url(query: SearchQuery) -> str:
    """Return the URL of these results after what they are from was read again."""
    args = {"q": query.text, "kind": query.kind, "in": query.scope or None, "after": portal().now().isoformat()}
    return url_for("search.show", **args)  # type: ignore[arg-type]  # they are all of the query


def _coverage(query: SearchQuery) -> dict[str, Any]:
    """Return how much of the platform the results are from."""
    coverage = services().searches.index.coverage(query.within)
    oldest = [seen for seen in (coverage.oldest_devices, coverage.oldest_people) if seen]
    return {
        "coverage": coverage,
        "is_index_on": portal().settings.index_days > 0,
        "oldest": to_time(min(oldest)) if oldest else None,
    }
