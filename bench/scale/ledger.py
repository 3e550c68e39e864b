"""Compares the history of the portal with the ledger of the platform: each write stands in both, once."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, select

from app.portal.domain.audit import WRITES, Result
from app.portal.store.tables import Change, Outcome
from bench.scale.platform import Write


@dataclass(frozen=True)
class Comparison:
    """`carried_out` and `applied` count writes in the ledger, and in the history with this outcome."""

    carried_out: int
    applied: int
    others: Counter[str]  # writes in the history by another outcome
    missing: Sequence[Write]  # carried out, but not (or not as often) applied in the history
    invented: Sequence[Write]  # applied in the history, but never (or not as often) carried out

    @property
    def is_equal(self) -> bool:
        return not self.missing and not self.invented


def compare(ledger: Path, portal: Engine, after: int) -> Comparison:
    """Compare with all entries of the history whose id is above `after`."""
    carried_out = Counter(Write(*json.loads(line)) for line in ledger.read_text().splitlines())
    columns = (Change.id, Change.request_id, Change.action, Change.tenant_id, Change.group_id, Change.device_name)
    with portal.connect() as connection:
        changes = connection.execute(select(*columns).where(Change.id > after, Change.action.in_(WRITES))).all()
        settled = select(Outcome.change_id, Outcome.outcome).where(Outcome.change_id > after).order_by(Outcome.id)
        outcomes = {row.change_id: row.outcome for row in connection.execute(settled)}
    results = [(Write(*write), outcomes.get(change_id, "no outcome")) for change_id, *write in changes]
    applied = Counter(write for write, outcome in results if outcome == Result.APPLIED)
    return Comparison(
        carried_out=carried_out.total(),
        applied=applied.total(),
        others=Counter(outcome for _, outcome in results if outcome != Result.APPLIED),
        missing=list((carried_out - applied).elements()),
        invented=list((applied - carried_out).elements()),
    )
