"""Hits with the addresses of what they are about, where a URL can carry the names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import url_for

from app.portal.domain.names import is_addressable, unaddressable_reason
from app.portal.domain.refs import GroupRef
from app.portal.services.search.hits import DeviceHit, PersonHit, PlaceHit
from app.portal.services.search.pasted import DeviceMatch
from app.portal.services.search.service import SearchResults
from app.portal.web.session import current_user


@dataclass(frozen=True)
class LinkedHit:
    """`url` is None where no URL can carry a name; the reason says why."""

    hit: Any
    url: str | None
    unlinkable_reason: str | None
    tenant_url: str | None
    group_url: str | None

    @property
    def value(self) -> str:
        """Return how a form names the device: tenant/group/device, each percent-encoded."""
        names = (self.hit.group.tenant_id, self.hit.group.group_id, self.hit.device_name)
        return "/".join(quote(name, safe="", errors="surrogatepass") for name in names)


def link_devices(hits: Iterable[DeviceHit]) -> Sequence[LinkedHit]:
    return [_link(hit, hit.group, "devices.show", hit.device_name) for hit in hits]


def link_matches(matches: Iterable[DeviceMatch]) -> Sequence[LinkedHit]:
    return [_link(match, match.group, "devices.show", match.device_name) for match in matches]


def link_people(hits: Iterable[PersonHit]) -> Sequence[LinkedHit]:
    return [_link(hit, hit.group, "lines.index", hit.device_name) for hit in hits]


def link_places(hits: Iterable[PlaceHit]) -> Sequence[LinkedHit]:
    """A tenant leads to its groups, a group to its overview."""
    linked = []
    for hit in hits:
        names = [hit.group.tenant_id, *([hit.group.group_id] if hit.group.group_id else [])]
        reason = _find_reason(names)
        place_url = tenant_url(hit.group.tenant_id) if len(names) == 1 else group_url(hit.group)
        linked.append(LinkedHit(hit, place_url, reason, tenant_url(hit.group.tenant_id), place_url))
    return linked


def find_only_url(results: SearchResults) -> str | None:
    """Return the address of the only hit; None where there are more, or none."""
    if results.total != 1:
        return None
    devices, people = link_devices(results.devices.hits), link_people(results.people.hits)
    return next((linked.url for linked in (*devices, *people, *link_places(results.places.hits))), None)


def group_url(group: GroupRef) -> str | None:
    if _find_reason([group.tenant_id, group.group_id]):
        return None
    return url_for("overview.group", tenant=group.tenant_id, group=group.group_id)


def tenant_url(tenant_id: str) -> str | None:
    """Return None also for a user whom the page would lead back to his one group."""
    if current_user().is_group_scoped or not is_addressable(tenant_id):
        return None
    return url_for("directory.tenant", tenant=tenant_id)


def _link(hit: DeviceHit | PersonHit | DeviceMatch, group: GroupRef, endpoint: str, device_name: str) -> LinkedHit:
    reason = _find_reason([group.tenant_id, group.group_id, device_name])
    url = url_for(endpoint, tenant=group.tenant_id, group=group.group_id, device=device_name) if not reason else None
    return LinkedHit(hit, url, reason, tenant_url(group.tenant_id), group_url(group))


def _find_reason(names: Iterable[str]) -> str | None:
    return next(filter(None, map(unaddressable_reason, names)), None)
