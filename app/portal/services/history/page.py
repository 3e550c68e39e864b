"""A page of the history: its query parameters, entries and links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.portal.domain.audit import Action, Result
from app.portal.domain.refs import Scope
from app.portal.domain.search_words import fold_words
from app.portal.lists.paging import PagedList
from app.portal.lists.query import read_page, read_size, read_text
from app.portal.services.history.days import PRESETS, DaySpan, preset_span, read_day, read_zone
from app.portal.store.audit_queries import AuditQueries, AuditQuery, ChangeWithOutcome

NEWEST_FIRST = "-when"
SIGN_INS = (Action.SIGN_IN, Action.SIGN_OUT)
_FILTERS = ("who", "device", "action", "outcome", "days", "since", "until")


@dataclass(frozen=True)
class HistoryColumn:
    key: str
    label: str


COLUMNS = (
    HistoryColumn("when", "Time"),
    HistoryColumn("who", "User"),
    HistoryColumn("action", "Action"),
    HistoryColumn("device", "Device"),
    HistoryColumn("outcome", "Outcome"),
)
_SORTS = {column.key for column in COLUMNS}


class HistoryPage(PagedList):
    """Invalid query parameters count as not given. `since` and `until` are days of `zone`, both included."""

    columns = COLUMNS

    def __init__(self, history: AuditQueries, scope: Scope, path: str, args: Mapping[str, str], now: datetime) -> None:
        self.who, self.device = (_text(args, name) for name in ("who", "device"))
        self.action = _one_of(args.get("action", ""), tuple(Action))
        self.outcome = _one_of(args.get("outcome", ""), tuple(Result))
        self.zone = read_zone(args.get("zone", ""))
        since, until = (read_day(args.get(name, "")) for name in ("since", "until"))
        self.since, self.until = (f"{day:%Y-%m-%d}" if day else "" for day in (since, until))
        self.days = _one_of(args.get("days", ""), tuple(PRESETS))
        self.shows_sign_ins = bool(args.get("sign_ins")) or self.action in SIGN_INS
        sort = args.get("sort", "")
        filters = {name: getattr(self, name) for name in _FILTERS}
        parameters: dict[str, Any] = {
            **filters,
            "zone": self.zone.name,
            "sign_ins": "1" if args.get("sign_ins") else "",
            "sort": sort if sort.removeprefix("-") in _SORTS else NEWEST_FIRST,
            "size": read_size(args),
        }
        super().__init__(path, parameters, defaults={"sort": NEWEST_FIRST})
        days = preset_span(self.days, self.zone.day_of(now)).within(DaySpan(since, until))
        begin, end = days.to_moments(self.zone)
        self.question = AuditQuery(
            scope=scope,
            who=fold_words(self.who),
            device=fold_words(self.device),
            action=self.action,
            outcome=self.outcome,
            since=begin,
            until=end,
            hidden=() if self.shows_sign_ins else SIGN_INS,
            sort=self.sort,
        )
        self.filtered = any(filters.values())
        start = self._open_page(history.count(self.question), read_page(args))
        self.rows: Sequence[ChangeWithOutcome] = history.list_page(self.question, start, self.size)

    @property
    def by_day(self) -> bool:
        return self.sort.removeprefix("-") == "when"

    @property
    def sort_label(self) -> str:
        return next(column.label for column in COLUMNS if column.key == self.sort.removeprefix("-"))


def _text(args: Mapping[str, str], name: str) -> str:
    return read_text(args, name).replace("\0", "\N{REPLACEMENT CHARACTER}")


def _one_of(text: str, values: Sequence[str]) -> str:
    return text if text in values else ""
