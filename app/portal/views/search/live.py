"""Devices that the platform itself finds just now: a part of the results page or, without a script, a page."""

from flask import request
from flask.typing import ResponseReturnValue

from app.portal.domain.roles import Permission
from app.portal.lists.query import read_text
from app.portal.services.parts import read_part
from app.portal.views.search.blueprint import blueprint
from app.portal.views.search.linked_hits import link_devices
from app.portal.web import errors, htmx
from app.portal.web.access import requires
from app.portal.web.services import services


@blueprint.get("/search/live")
@requires(Permission.DEVICE_SEARCH)
def show_live() -> ResponseReturnValue:
    text = read_text(request.args)
    part = read_part(lambda: services().searches.live.find(text))
    return htmx.render(
        "search/live_page.html",
        "search/_live.html",
        text=text,
        live=part.value,
        devices=link_devices(part.value.hits) if part.value else (),
        failure=errors.describe_part(part.failure) if part.failure else "",
    )
