"""Search over the index, within what a user may see."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain

from app.portal.domain.refs import EVERYWHERE, GroupRef, Scope
from app.portal.domain.users import User
from app.portal.services.search.confirmation import ScopeConfirmation
from app.portal.services.search.hits import (
    DeviceHit,
    HitList,
    PersonHit,
    PlaceHit,
    find_group_of,
    groups_of,
    to_device_hit,
    to_person_hit,
    to_place_hit,
)
from app.portal.services.search.patterns import to_pattern
from app.portal.services.search.scope import narrow
from app.portal.store.index.searching import Coverage, Hit, IndexSearch, SearchPattern
from app.portal.store.index.tables import IndexedDevice, IndexedGroup, IndexedPerson


class HitKind(StrEnum):
    DEVICE = "device"
    PERSON = "person"
    GROUP = "group"


@dataclass(frozen=True)
class HitRange:
    """The hits of a kind, or of each kind for None, that a page shows."""

    most: int
    kind: HitKind | None = None
    first: int = 0

    def of(self, kind: HitKind) -> slice:
        return slice(self.first, self.first + self.most) if self.kind in {None, kind} else slice(0)


@dataclass(frozen=True)
class SearchResults:
    """`groups` counts the hits of the kinds that are shown: of each group, and of each tenant by the group id ""."""

    devices: HitList[DeviceHit]
    people: HitList[PersonHit]
    places: HitList[PlaceHit]
    groups: Mapping[GroupRef, int]

    @property
    def total(self) -> int:
        return self.devices.total + self.people.total + self.places.total

    @property
    def has_more(self) -> bool:
        return self.devices.has_more or self.people.has_more or self.places.has_more


class Search:
    def __init__(self, index: IndexSearch, user: User, confirmation: ScopeConfirmation) -> None:
        self._index = index
        self._user = user
        self._confirmation = confirmation

    def find(self, text: str, within: Scope = EVERYWHERE, shown: HitRange | None = None) -> SearchResults:
        """Return the hits within a part of what the user may see, and how many there are of each kind.

        Raises ApiError where the platform does not confirm that the user may see it.
        """
        self._confirmation.require()
        pattern, scope, shown = to_pattern(text), narrow(self._user, within), shown or HitRange(50)
        if scope is None:
            pattern, scope = SearchPattern((), ()), EVERYWHERE
        devices, has_more_devices = self._index.find(IndexedDevice, pattern, scope)
        people, has_more_people = self._index.find(IndexedPerson, pattern, scope)
        places, has_more_places = self._index.find(IndexedGroup, pattern, scope)
        by_kind = {HitKind.DEVICE: devices, HitKind.PERSON: people, HitKind.GROUP: places}
        of_shown_kinds = chain.from_iterable(by_kind.values() if shown.kind is None else [by_kind[shown.kind]])
        return SearchResults(
            HitList(self._to_devices(devices[shown.of(HitKind.DEVICE)], pattern), len(devices), has_more_devices),
            HitList(self._to_people(people[shown.of(HitKind.PERSON)], pattern), len(people), has_more_people),
            HitList(self._to_places(places[shown.of(HitKind.GROUP)], pattern), len(places), has_more_places),
            Counter(GroupRef(hit.tenant_id, hit.group_id) for hit in of_shown_kinds),
        )

    def coverage(self, within: Scope = EVERYWHERE) -> Coverage:
        """Return how far this part of what the user may see was read. His own group is one that is known."""
        scope = narrow(self._user, within)
        if scope is None:
            return Coverage((), 0, 0, 0, None, None)
        coverage = self._index.coverage(scope)
        return coverage if coverage.groups or scope.group_id is None else replace(coverage, groups=1)

    def _to_devices(self, hits: Sequence[Hit], pattern: SearchPattern) -> Sequence[DeviceHit]:
        rows = self._index.load_devices([hit.id for hit in hits])
        groups = self._index.load_groups(groups_of(rows.values()))
        present = [rows[hit.id] for hit in hits if hit.id in rows]
        return [to_device_hit(row, find_group_of(row, groups), pattern) for row in present]

    def _to_people(self, hits: Sequence[Hit], pattern: SearchPattern) -> Sequence[PersonHit]:
        rows = self._index.load_people([hit.id for hit in hits])
        groups = self._index.load_groups(groups_of(person for person, _ in rows.values()))
        present = [rows[hit.id] for hit in hits if hit.id in rows]
        return [to_person_hit(person, device, find_group_of(person, groups), pattern) for person, device in present]

    def _to_places(self, hits: Sequence[Hit], pattern: SearchPattern) -> Sequence[PlaceHit]:
        refs = [GroupRef(hit.tenant_id, hit.group_id) for hit in hits]
        rows = self._index.load_groups(refs)
        return [to_place_hit(rows[ref], pattern) for ref in refs if ref in rows]
