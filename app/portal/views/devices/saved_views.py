"""Saved views of the device list: saved, renamed and deleted by the person whose they are."""

from urllib.parse import parse_qsl

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue

from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Permission
from app.portal.services.devices.list_columns import COLUMNS_ARG, NO_COLUMNS
from app.portal.services.saved_views import ViewRefused, normalize_query
from app.portal.views.devices.blueprint import blueprint
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.services import services

_VIEW = "<int(max=2147483647):view>"
_LABELS = {
    "q": "Search",
    "status": "Status",
    "type": "Type",
    "reboot": "Reboot",
    "mac": "MAC",
    "firmware": "Firmware",
    "files": "Files",
    "cols": "Columns",
    "sort": "Sort",
    "size": "Rows per page",
}


@blueprint.route("/views", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_VIEW)
def views(tenant: str, group: str) -> ResponseReturnValue:
    """List the saved views of this person for the group; save one more."""
    group_ref, form = GroupRef(tenant, group), request.form
    if not services().devices.has_seen(group_ref):
        services().devices.list(group_ref)  # the platform says whether there is such a group
    if request.method != "POST":
        return _render(group_ref)
    try:
        query = services().saved_views.save(
            group_ref, form.get("name", ""), form.get("query", ""), is_of_all_groups=form.get("scope") == "all"
        )
    except ViewRefused as error:
        return _render(group_ref, error)
    flash("View saved.", "ok")
    return htmx.go(_list_url(group_ref, query))


@blueprint.post(f"/views/{_VIEW}/rename")
@requires(Permission.ACCOUNT_VIEW)
def rename_view(tenant: str, group: str, view: int) -> ResponseReturnValue:
    group_ref, saved_views = GroupRef(tenant, group), services().saved_views
    saved = saved_views.find(group_ref, view) or abort(404)
    try:
        saved_views.rename(saved, request.form.get("name", ""))
    except ViewRefused as error:
        return _render(group_ref, error, renamed_id=saved.id)
    flash("View renamed.", "ok")
    return htmx.go(url_for(".views", tenant=tenant, group=group))


@blueprint.post(f"/views/{_VIEW}/delete")
@requires(Permission.ACCOUNT_VIEW)
def delete_view(tenant: str, group: str, view: int) -> ResponseReturnValue:
    saved_views = services().saved_views
    saved_views.delete(saved_views.find(GroupRef(tenant, group), view) or abort(404))
    flash("View deleted.", "ok")
    return htmx.go(url_for(".views", tenant=tenant, group=group))


def _render(group: GroupRef, error: ViewRefused | None = None, renamed_id: int | None = None) -> ResponseReturnValue:
    """`renamed_id` is that of the view whose new name the error is about; without, it is about one to be saved."""
    is_new = error is not None and renamed_id is None
    own = services().saved_views.list(group)
    return htmx.render(
        "devices/views.html",
        status=422 if error else 200,
        views=[(view, _list_url(group, view.query), _describe(view.query)) for view in own],
        error=str(error) if error else "",
        renamed_id=renamed_id,
        typed_name=request.form.get("name", ""),
        query=normalize_query(request.form.get("query", "")) if is_new else None,
        is_of_all_groups=request.form.get("scope") == "all",
        unsaved=_describe(normalize_query(request.form.get("query", ""))) if is_new else "",
        list_page=_list_url(group, ""),
    )


def _list_url(group: GroupRef, query: str) -> str:
    path = url_for(".index", tenant=group.tenant_id, group=group.group_id)
    return f"{path}?{query}" if query else path


def _describe(query: str) -> str:
    """Return a query in words."""
    fields = [(name, value) for name, value in parse_qsl(query) if (name, value) != (COLUMNS_ARG, NO_COLUMNS)]
    return " · ".join(f"{_LABELS[name]}: {value}" for name, value in fields) or "All devices"
