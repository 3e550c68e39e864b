"""The first hits, for the list under the search box while somebody types."""

from flask import request
from flask.typing import ResponseReturnValue

from app.portal.domain.roles import Permission
from app.portal.lists.query import read_text
from app.portal.services.search.service import HitRange
from app.portal.views.search.blueprint import blueprint
from app.portal.views.search.linked_hits import link_devices, link_people, link_places
from app.portal.views.search.result_list import ResultList, read_search_query
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.services import services

_MOST = 10  # of all kinds together
_LEAST_OF_EACH = 3


@blueprint.get("/search/typing")
@requires(Permission.INDEX_SEARCH)
def suggest() -> ResponseReturnValue:
    """Answer the script of the box; whoever opens the address gets the results as a page."""
    query = read_search_query(request.args, read_text(request.args), 1)
    listing = ResultList(query, services().searches.index.find(query.text, query.within, HitRange(_MOST)))
    if not htmx.wants_fragment():
        return htmx.go(listing.url())
    results = listing.results
    people, devices, places = results.people.hits, results.devices.hits, results.places.hits
    shown_places = places[: max(_LEAST_OF_EACH, _MOST - len(people) - len(devices))]
    shown_people = people[: max(_LEAST_OF_EACH, _MOST - len(devices) - len(shown_places))]
    shown_devices = devices[: _MOST - len(shown_people) - len(shown_places)]
    return htmx.render(
        "search/_typing.html",
        query=query,
        listing=listing,
        people=link_people(shown_people),
        devices=link_devices(shown_devices),
        places=link_places(shown_places),
    )
