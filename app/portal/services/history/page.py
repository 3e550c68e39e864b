"""A page of the history: what its address asks for, what it shows, and where it leads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from app.portal.domain.audit import Action, Result
from app.portal.domain.refs import Scope
from app.portal.lists.links import ListLinks
from app.portal.lists.query import DEFAULT_SIZE, SIZES, int_or_zero
from app.portal.store.audit_queries import AuditQueries, AuditQuery, ChangeWithOutcome

NEWEST_FIRST = "-when"
_LONGEST_TEXT = 200
_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Column:
    key: str
    label: str


COLUMNS = (
    Column("when", "Time"),
    Column("who", "User"),
    Column("action", "Action"),
    Column("device", "Device"),
    Column("outcome", "Outcome"),
)
_SORTS = {column.key for column in COLUMNS}


class HistoryPage(ListLinks):
    """One page of what the address asks for; whatever makes no sense in it counts as not asked.

    Days are UTC, and `until` is the last of them.
    """

    sizes = SIZES
    columns = COLUMNS

    def __init__(self, history: AuditQueries, scope: Scope, path: str, args: Mapping[str, str]) -> None:
        self.who, self.device = (_text(args, name) for name in ("who", "device"))
        self.action = _one_of(args.get("action", ""), tuple(Action))
        self.outcome = _one_of(args.get("outcome", ""), tuple(Result))
        since, until = (_day(args.get(name, "")) for name in ("since", "until"))
        self.since, self.until = (f"{day:%Y-%m-%d}" if day else "" for day in (since, until))
        sort = args.get("sort", "")
        size = int_or_zero(args.get("size", ""))
        self.size = size if size in SIZES else DEFAULT_SIZE
        filters = {name: getattr(self, name) for name in ("who", "device", "action", "outcome", "since", "until")}
        asked: dict[str, Any] = {
            **filters,
            "sort": sort if sort.removeprefix("-") in _SORTS else NEWEST_FIRST,
            "size": self.size,
        }
        super().__init__(path, asked, defaults={"sort": NEWEST_FIRST, "size": DEFAULT_SIZE})
        self.question = AuditQuery(
            scope=scope,
            who=self.who,
            device=self.device,
            action=self.action,
            outcome=self.outcome,
            since=since,
            until=until + _A_DAY if until else None,
            sort=self.sort,
        )
        self.filtered = any(filters.values())
        self.total = history.count(self.question)
        self.pages = max(1, -(-self.total // self.size))
        self.page = min(max(1, int_or_zero(args.get("page", ""))), self.pages)
        self.rows: Sequence[ChangeWithOutcome] = history.list_page(
            self.question, (self.page - 1) * self.size, self.size
        )
        self.first = (self.page - 1) * self.size + 1 if self.rows else 0
        self.last = self.first + len(self.rows) - 1 if self.rows else 0

    @property
    def by_day(self) -> bool:
        """Whether entries of one day stand together."""
        return self.sort.removeprefix("-") == "when"

    @property
    def sort_label(self) -> str:
        return next(column.label for column in COLUMNS if column.key == self.sort.removeprefix("-"))


def _text(args: Mapping[str, str], name: str) -> str:
    return args.get(name, "").strip()[:_LONGEST_TEXT].replace("\0", "\N{REPLACEMENT CHARACTER}")


def _one_of(text: str, values: Sequence[str]) -> str:
    return text if text in values else ""


def _day(text: str) -> datetime | None:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    return day if 1970 <= day.year < 9999 else None
