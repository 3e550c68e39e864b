"""An item of a job in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.portal.domain.jobs import TO_DO, UNFINISHED, ItemReason, ItemState, JobAction, Verdict
from app.portal.lists.csv_export import Cell
from app.portal.services.jobs.labels import label_outcome, label_verdict
from app.portal.services.jobs.words import describe_item
from app.portal.store.jobs.tables import JobItem

_KINDS_OF_VERDICT: Mapping[Verdict, str] = {
    Verdict.CHANGE: "change",
    Verdict.NEW: "new",
    Verdict.CHANGED: "change",
    Verdict.UNCHANGED: "same",
    Verdict.REFUSED: "bad",
    Verdict.ERROR: "bad",
}
_KINDS_OF_OUTCOME: Mapping[ItemState, str] = {
    ItemState.WAITING: "wait",
    ItemState.CLAIMED: "run",
    ItemState.SENT: "run",
    ItemState.DONE: "ok",
    ItemState.UNCHANGED: "same",
    ItemState.REFUSED: "bad",
    ItemState.UNKNOWN: "warn",
    ItemState.SKIPPED: "stop",
    ItemState.CANCELLED: "stop",
}


ITEM_HEAD = ("row", "tenant", "group", "device", "verdict", "outcome", "detail", "before", "after", "people", "time")


@dataclass(frozen=True)
class ItemRow:
    """`kind` chooses the sign of the result; `changes` are label, before and after."""

    item: JobItem
    kind: str
    result: str
    detail: str
    changes: Sequence[Sequence[str]]
    can_leave_out: bool = False
    is_doubtful: bool = False

    @property
    def needs_attention(self) -> bool:
        return self.kind in {"bad", "warn"} or self.is_doubtful


@dataclass(frozen=True)
class AlikeRow:
    """Devices that show the same as the `first`; `devices` are the first few, where they are shown."""

    first: ItemRow
    key: str
    count: int
    people: int | None
    devices: Sequence[ItemRow]

    @property
    def needs_attention(self) -> bool:
        return self.first.needs_attention


def preview_row(item: JobItem) -> ItemRow:
    """Return the result of the preview in words."""
    changes = item.seen.get("changes", [])
    if item.reason == ItemReason.LEFT_OUT:
        return ItemRow(item, "stop", "Left out", "", changes)
    if item.verdict is None:
        return ItemRow(item, "wait", "Not checked yet", "", [])
    verdict = Verdict(item.verdict)
    return ItemRow(
        item,
        kind=_KINDS_OF_VERDICT[verdict],
        result=label_verdict(JobAction(item.action), verdict).capitalize(),
        detail=describe_item(item).detail or _status_words(item),
        changes=changes if verdict in TO_DO else [],
        can_leave_out=item.state == ItemState.WAITING,
        is_doubtful=item.reason == ItemReason.DOUBTFUL,
    )


def _status_words(item: JobItem) -> str:
    """Return the status of a device that is to be rebooted, and what it means for the reboot."""
    status = str(item.seen.get("opened", {}).get("status") or "") if item.action == JobAction.REBOOT else ""
    return "Offline: the reboot request may not reach it" if status == "Offline" else status


def outcome_row(item: JobItem, said: str) -> ItemRow:
    """Return what became of the item. `said` is what the history tells of its change."""
    state = ItemState(item.state)
    if item.reason == ItemReason.REBOOTING:
        return ItemRow(item, "run", "Rebooting", describe_item(item).detail, ())
    is_left_out = item.reason == ItemReason.LEFT_OUT
    changes = item.seen.get("changes", []) if state in {ItemState.DONE, ItemState.WAITING} else []
    detail = "" if is_left_out else describe_item(item).detail or said
    return ItemRow(item, _KINDS_OF_OUTCOME[state], "Left out" if is_left_out else label_outcome(state), detail, changes)


def csv_row(item: JobItem, said: str) -> Sequence[Cell]:
    """Return the cells under ITEM_HEAD: the words of the verdict and of the outcome are those that scripts read."""
    row, changes = outcome_row(item, said), item.seen.get("changes", [])
    return (
        str(item.row or ""),
        item.tenant_id,
        item.group_id,
        item.device_name,
        item.verdict or "",
        ItemState.WAITING if item.state in UNFINISHED else item.state,
        "Left out" if item.reason == ItemReason.LEFT_OUT else row.detail,
        *("; ".join(f"{label}: {turn[number]}" for label, *turn in changes) for number in (0, 1)),
        "" if item.people is None else str(item.people),
        item.ended_at or "",
    )
