"""The blueprints of the portal."""

from app.portal.views import (
    account,
    devices,
    directory,
    files,
    health,
    help_page,
    history,
    jobs,
    lines,
    metrics,
    overview,
    search,
    second_factor,
    sign_in,
    site,
    staff,
    tags,
    where_used,
)

BLUEPRINTS = tuple(
    views.blueprint
    for views in (
        sign_in,
        directory,
        overview,
        devices,
        files,
        lines,
        tags,
        search,
        history,
        jobs,
        account,
        second_factor,
        staff,
        help_page,
        health,
        metrics,
        site,
        where_used,
    )
)
