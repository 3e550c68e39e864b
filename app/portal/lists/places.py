"""Places in URLs: "" for everything, a tenant, or tenant/group, each name percent-encoded."""

from urllib.parse import quote, unquote

from app.portal.domain.refs import Scope

PLACE_ARG = "in"


def read_place(text: str) -> str:
    """Return a place as `to_place` writes it; NUL counts as a space, as no database looks for it."""
    names = [unquote(part).replace("\0", " ") for part in text.strip("/").split("/")]
    return to_place(*names[:2])


def to_place(tenant_id: str, group_id: str = "") -> str:
    return "/".join(quote(name, safe="", errors="surrogatepass") for name in (tenant_id, group_id) if name)


def to_scope(place: str) -> Scope:
    tenant_id, _, group_id = place.partition("/")
    return Scope(unquote(tenant_id) or None, unquote(group_id) or None)
