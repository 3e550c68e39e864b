"""A page of the history: its query parameters, entries and links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from app.portal.domain.audit import Action, Result
from app.portal.domain.refs import Scope
from app.portal.lists.paging import PagedList
from app.portal.lists.query import read_page, read_size, read_text
from app.portal.lists.search_texts import split_words
from app.portal.store.audit_queries import AuditQueries, AuditQuery, ChangeWithOutcome

NEWEST_FIRST = "-when"
_A_DAY = timedelta(days=1)


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
    """Invalid query parameters count as not given. Days are UTC, and `until` is the last of them."""

    columns = COLUMNS

    def __init__(self, history: AuditQueries, scope: Scope, path: str, args: Mapping[str, str]) -> None:
        self.who, self.device = (_text(args, name) for name in ("who", "device"))
        self.action = _one_of(args.get("action", ""), tuple(Action))
        self.outcome = _one_of(args.get("outcome", ""), tuple(Result))
        since, until = (_day(args.get(name, "")) for name in ("since", "until"))
        self.since, self.until = (f"{day:%Y-%m-%d}" if day else "" for day in (since, until))
        sort = args.get("sort", "")
        filters = {name: getattr(self, name) for name in ("who", "device", "action", "outcome", "since", "until")}
        parameters: dict[str, Any] = {
            **filters,
            "sort": sort if sort.removeprefix("-") in _SORTS else NEWEST_FIRST,
            "size": read_size(args),
        }
        super().__init__(path, parameters, defaults={"sort": NEWEST_FIRST})
        self.question = AuditQuery(
            scope=scope,
            who=split_words(self.who),
            device=split_words(self.device),
            action=self.action,
            outcome=self.outcome,
            since=since,
            until=until + _A_DAY if until else None,
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


def _day(text: str) -> datetime | None:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    return day if 1970 <= day.year < 9999 else None
