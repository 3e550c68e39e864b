"""The results of one text: its kinds and scopes with their counts, and the pages of one kind."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from flask import url_for

from app.portal.domain.refs import Scope
from app.portal.lists.paging import PagedList
from app.portal.lists.places import PLACE_ARG, read_place, to_place, to_scope
from app.portal.lists.query import DEFAULT_SIZE
from app.portal.services.search.hits import HitList
from app.portal.services.search.service import HitKind, HitRange, SearchResults

_MOST_OF_EACH = 10  # where hits of all kinds are shown
_MOST_SCOPES = 20
_LABELS = {HitKind.DEVICE: "Devices", HitKind.PERSON: "People", HitKind.GROUP: "Groups"}


@dataclass(frozen=True)
class SearchQuery:
    """The parameters of a search. `scope` is "", a tenant, or tenant/group, each part percent-encoded."""

    text: str
    kind: HitKind | None
    scope: str
    page: int

    @property
    def within(self) -> Scope:
        return to_scope(self.scope)

    @property
    def shown(self) -> HitRange:
        if self.kind is None:
            return HitRange(_MOST_OF_EACH)
        return HitRange(DEFAULT_SIZE, self.kind, (self.page - 1) * DEFAULT_SIZE)


def read_search_query(args: Mapping[str, str], text: str, page: int) -> SearchQuery:
    """Take an unknown kind for none."""
    kind = args.get("kind", "")
    place = read_place(args.get(PLACE_ARG, ""))
    return SearchQuery(text, HitKind(kind) if kind in set(HitKind) else None, place, page)


@dataclass(frozen=True)
class Choice:
    """A kind or a scope of results; `count` is in words."""

    label: str
    url: str
    count: str
    is_current: bool = False


class ResultList(PagedList):
    """Pages are those of one kind; where all kinds are shown there is one page."""

    def __init__(self, query: SearchQuery, results: SearchResults) -> None:
        parameters = {
            "q": query.text,
            "kind": query.kind or "",
            PLACE_ARG: query.scope,
            "sort": "",
            "size": DEFAULT_SIZE,
        }
        super().__init__(url_for("search.show"), parameters, {})
        self.query = query
        self.results = results
        self._lists: dict[HitKind, HitList[Any]] = {
            HitKind.DEVICE: results.devices,
            HitKind.PERSON: results.people,
            HitKind.GROUP: results.places,
        }
        self._open_page(self._lists[query.kind].total if query.kind else 0, query.page)

    @property
    def count(self) -> str:
        """Return the number of hits of all kinds."""
        return _to_words(self.results.total, has_more=self.results.has_more)

    @property
    def shown_total(self) -> int:
        """Return how many hits of the kinds that are shown there are, on all pages."""
        return self.total if self.query.kind else self.results.total

    @property
    def shown_count(self) -> str:
        return self.count_of(self.query.kind) if self.query.kind else self.count

    @property
    def kinds(self) -> Sequence[Choice]:
        choices = [Choice("All", self.url(kind=""), self.count, self.query.kind is None)]
        for kind, label in _LABELS.items():
            choices.append(Choice(label, self.url(kind=kind), self.count_of(kind), kind is self.query.kind))
        return choices

    def count_of(self, kind: str) -> str:
        hits = self._lists[HitKind(kind)]
        return _to_words(hits.total, has_more=hits.has_more)

    def hits_left_out(self, kind: str) -> bool:
        """Return True where all kinds are shown, and of this one not all hits."""
        hits = self._lists[HitKind(kind)]
        return self.query.kind is None and hits.total > len(hits.hits)

    @property
    def scopes(self) -> Sequence[Choice]:
        """Return the tenants that have hits or, within one, its groups; and the ways back to more."""
        return list(self._list_scopes())

    def _list_scopes(self) -> Iterator[Choice]:
        within, count = self.query.within, self.shown_count
        yield Choice("Everything", self.url(**{PLACE_ARG: ""}), "" if self.query.scope else count, not self.query.scope)
        counts = Counter({self.query.scope: 0} if within.group_id else {})
        for group, number in self.results.groups.items():
            if within.tenant_id is None:
                counts[to_place(group.tenant_id)] += number
            elif group.group_id:
                counts[to_place(group.tenant_id, group.group_id)] += number
        if within.tenant_id is not None:
            tenant = self.query.scope.partition("/")[0]
            is_current = within.group_id is None
            yield Choice(within.tenant_id, self.url(**{PLACE_ARG: tenant}), count if is_current else "", is_current)
        for scope, number in counts.most_common(_MOST_SCOPES):
            words = _to_words(number, has_more=count.endswith("+"))
            label = " / ".join(map(unquote, scope.split("/")))
            yield Choice(label, self.url(**{PLACE_ARG: scope}), words, scope == self.query.scope)


def _to_words(number: int, *, has_more: bool) -> str:
    return f"{number:,}{'+' if has_more else ''}"
