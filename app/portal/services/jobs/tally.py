"""The items of a job in numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from app.portal.domain.jobs import FAILED, TO_DO, UNFINISHED, ItemReason, ItemState, JobAction, Verdict
from app.portal.store.jobs.queries import ItemCount

Group = TypeVar("Group")


class JobTally:
    """`by_outcome` counts everything that is not finished as waiting; `by_verdict` leaves out what a person left out.

    `people` are on the lines of the devices that are to be changed; those of `uncounted` devices are not known.
    """

    def __init__(self, counts: Sequence[ItemCount]) -> None:
        self.total = sum(count.items for count in counts)
        self.unread = _sum(count for count in counts if count.verdict is None)
        self.left_out = _sum(count for count in counts if count.reason is ItemReason.LEFT_OUT)
        self.doubtful = _sum(count for count in counts if count.reason is ItemReason.DOUBTFUL)
        self.not_found = _sum(count for count in counts if count.reason is ItemReason.NOT_FOUND)
        self.by_verdict: Mapping[Verdict, int] = _add_up(
            (count.verdict, count)
            for count in counts
            if count.verdict is not None and count.reason is not ItemReason.LEFT_OUT
        )
        self.by_outcome: Mapping[ItemState, int] = _add_up((_outcome(count.state), count) for count in counts)
        self.retriable = _sum(count for count in counts if count.state is ItemState.REFUSED and count.verdict in TO_DO)
        chosen = [count for count in counts if count.verdict in TO_DO and count.reason is not ItemReason.LEFT_OUT]
        self.to_do = _sum(chosen)
        self.deletions = _sum(count for count in chosen if count.action is JobAction.DELETE)
        self.people = sum(count.people for count in chosen)
        self.uncounted = self.to_do - sum(count.counted for count in chosen)

    @property
    def checked(self) -> int:
        return self.total - self.unread

    @property
    def waiting(self) -> int:
        return self.by_outcome.get(ItemState.WAITING, 0)

    @property
    def not_started(self) -> int:
        """Return how many items the end of a cancelled job left as they were."""
        return self.by_outcome.get(ItemState.CANCELLED, 0)

    @property
    def finished(self) -> int:
        return self.total - self.waiting - self.not_started

    @property
    def done(self) -> int:
        return self.by_outcome.get(ItemState.DONE, 0)

    @property
    def failed(self) -> int:
        return sum(self.by_outcome.get(state, 0) for state in FAILED)


def _outcome(state: ItemState) -> ItemState:
    return ItemState.WAITING if state in UNFINISHED else state


def _sum(counts: Iterable[ItemCount]) -> int:
    return sum(count.items for count in counts)


def _add_up(counts: Iterable[tuple[Group, ItemCount]]) -> Mapping[Group, int]:
    sums: Counter[Group] = Counter()
    for kind, count in counts:
        sums[kind] += count.items
    return sums
