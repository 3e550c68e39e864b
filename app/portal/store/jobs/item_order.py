"""The items of a job as pages filter, sort and group them, as conditions and keys of the database."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, false, func, literal, type_coerce

from app.portal.domain.jobs import FAILED, TO_DO, UNFINISHED, ItemReason, ItemState, JobAction, Verdict
from app.portal.store.jobs.tables import JobItem
from app.portal.store.tables import PlainText


@dataclass(frozen=True, kw_only=True)
class ItemFilter:
    """Empty collections and None do not filter. `is_left_out`: a person chose to leave the item as it is.

    difference: the key of items that show the same.
    """

    states: Collection[ItemState] = ()
    verdicts: Collection[Verdict] = ()
    is_left_out: bool | None = None
    reason: ItemReason | None = None
    difference: str = ""


def conditions_of(job_id: int, wanted: ItemFilter) -> Iterator[ColumnElement[bool]]:
    yield JobItem.job_id == job_id
    if wanted.states:
        yield JobItem.state.in_(wanted.states)
    if wanted.verdicts:
        yield JobItem.verdict.in_(wanted.verdicts)
    if wanted.reason:
        yield JobItem.reason == wanted.reason
    if wanted.is_left_out is not None:
        is_left_out = func.coalesce(JobItem.reason == ItemReason.LEFT_OUT, false())
        yield is_left_out if wanted.is_left_out else ~is_left_out
    if wanted.difference:
        yield difference_key == wanted.difference


_STATE = case((JobItem.state.in_(UNFINISHED), literal("waiting")), else_=cast(JobItem.state, String))
_TELLS_MORE = JobItem.state.in_([*FAILED, ItemState.SKIPPED]) & JobItem.verdict.in_(TO_DO)
_RESULT = _STATE + "." + func.coalesce(cast(JobItem.reason, String), "") + "."
# The same for items that show the same. What failed while the job ran has words of its own, and stands alone.
_key: ColumnElement[str] = case(
    (_TELLS_MORE, literal("item.") + cast(JobItem.id, String)),
    (JobItem.difference.is_not(None), _RESULT + cast(JobItem.difference, String)),
    (JobItem.action == JobAction.REBOOT, _RESULT + "reboot"),  # after a change
    else_=literal("item.") + cast(JobItem.id, String),
)
difference_key = type_coerce(_key, PlainText(120))  # compared with what addresses and forms say, NUL included

_IN_HAND = JobItem.state.in_([ItemState.CLAIMED, ItemState.SENT]) | (JobItem.reason == ItemReason.REBOOTING)
_NOT_BEGUN = JobItem.state.in_([ItemState.WAITING, ItemState.CANCELLED])
# What a person has to look at comes first, then what is in hand.
_urgency: ColumnElement[int] = case(
    (JobItem.state.in_(FAILED), 0),
    (_IN_HAND, 1),
    (_NOT_BEGUN, 3),
    else_=2,
)
_STAYS = JobItem.state.in_([ItemState.UNCHANGED, ItemState.CANCELLED, ItemState.SKIPPED])
_IN_ORDER: Sequence[Any] = (JobItem.number, JobItem.part)
_NEWEST_FIRST = (
    _urgency,
    case((_NOT_BEGUN, None), else_=JobItem.ended_at).desc().nulls_last(),
    *_IN_ORDER,
)
_SORT_KEYS: Mapping[str, Sequence[Any]] = {
    "device": (func.coalesce(JobItem.device_order, JobItem.device_name), JobItem.device_name),
    "result": (func.coalesce(JobItem.verdict, ""),),
    "outcome": (_STATE, func.coalesce(JobItem.reason, "")),
    "people": (func.coalesce(JobItem.people, -1),),
    "time": (JobItem.ended_at,),
}
IN_ORDER, NEWEST_FIRST = "number", "newest"


def sort_keys(sort: str) -> Sequence[Any]:
    """Return the keys of an order: IN_ORDER, NEWEST_FIRST, or the name of a column, with "-" before it descending."""
    if sort == NEWEST_FIRST:
        return _NEWEST_FIRST
    columns = _SORT_KEYS.get(sort.removeprefix("-"), ())
    return [*((key.desc() if sort.startswith("-") else key).nulls_last() for key in columns), *_IN_ORDER]


def importance(*, is_preview: bool) -> ColumnElement[int]:
    """Return the key of groups: what a person has to look at, what is done or to be done, and what stays as it is.

    A doubt of the preview is over once the job was started all the same.
    """
    has_failed = JobItem.state.in_(FAILED)
    needs_attention = has_failed | (JobItem.reason == ItemReason.DOUBTFUL) if is_preview else has_failed
    return case((needs_attention, 0), (_STAYS, 2), else_=1)
