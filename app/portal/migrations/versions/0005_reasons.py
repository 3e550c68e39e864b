"""Outcomes carry a reason with parameters in place of a text."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_AT_A_TIME = 1_000
_NOT_SENT = "nothing was sent: "
_TEXTS = {
    "A later reading showed that it was done.": "seen done",
    "A later reading showed that it was not done.": "seen undone",
    "A later reading showed neither what was nor what was wanted.": "seen otherwise",
    "It was changed again since, so no reading can tell any more.": "changed again",
    f"{_NOT_SENT}it was changed in between": "edit conflict",
    f"{_NOT_SENT}the lines were changed in between": "lines conflict",
    f"{_NOT_SENT}the portal’s database failed": "audit unavailable",
    f"{_NOT_SENT}deviceName: there is a device of this name in this group already": "name taken",
    "the name and the password did not match": "wrong password",
    "sign-in is paused after too many wrong tries": "locked out",
    "the role does not allow it": "not allowed",
    "it is out of reach": "out of reach",
}
_IN_PROGRESS = "Another change of the same is under way, by {by}. Nothing of yours was sent. Send it again in a moment."
_IN_PROGRESS_BY = re.compile(re.escape(f"{_NOT_SENT}{_IN_PROGRESS}").replace(r"\{by\}", "(.+)"), re.DOTALL)
_WRITES = {"device:create", "device:delete", "device:edit", "device:reboot", "files:edit", "lines:edit"}

_changes = sa.table("portal_changes", sa.column("id", sa.Integer()), sa.column("action", sa.String()))
_outcomes = sa.table(
    "portal_outcomes",
    sa.column("id", sa.Integer()),
    sa.column("change_id", sa.Integer()),
    sa.column("outcome", sa.String()),
    sa.column("settles", sa.Boolean()),
    sa.column("detail", sa.Text()),
    sa.column("reason", sa.String()),
    sa.column("params_json", sa.JSON()),
)


def upgrade() -> None:
    op.add_column("portal_outcomes", sa.Column("reason", sa.String(length=30), nullable=True))
    op.add_column("portal_outcomes", sa.Column("params_json", sa.JSON(), nullable=False, server_default="{}"))
    for rows in _batches(sa.or_(_outcomes.c.detail != "", _outcomes.c.outcome == "not applied")):
        reasons = ((row.id, *_reason(row.action, row.outcome, row.settles, row.detail)) for row in rows)
        _update([{"row_id": row_id, "reason": reason, "params_json": params} for row_id, reason, params in reasons])
    op.drop_column("portal_outcomes", "detail")


def downgrade() -> None:
    op.add_column("portal_outcomes", sa.Column("detail", sa.Text(), nullable=False, server_default=""))
    for rows in _batches(_outcomes.c.reason.is_not(None)):
        _update([{"row_id": row.id, "detail": _detail(row.reason, row.params_json)} for row in rows])
    op.drop_column("portal_outcomes", "params_json")
    op.drop_column("portal_outcomes", "reason")


def _batches(which: sa.ColumnElement[bool]) -> Iterable[list[Any]]:
    connection, last = op.get_bind(), 0
    statement = sa.select(_outcomes, _changes.c.action).join(_changes, _changes.c.id == _outcomes.c.change_id)
    while rows := connection.execute(
        statement.where(which, _outcomes.c.id > last).order_by(_outcomes.c.id).limit(_AT_A_TIME)
    ).all():
        yield list(rows)
        last = rows[-1].id


def _update(rows: list[dict[str, Any]]) -> None:
    values: dict[str, Any] = {name: sa.bindparam(name) for name in rows[0] if name != "row_id"}
    op.get_bind().execute(sa.update(_outcomes).where(_outcomes.c.id == sa.bindparam("row_id")).values(values), rows)


def _reason(action: str, outcome: str, settles: bool, detail: str) -> tuple[str, Mapping[str, str | int]]:
    """The reason that a text stands for, with its parameters; "other" for one that nobody knows any more."""
    if detail in _TEXTS:
        return _TEXTS[detail], {}
    if match := _IN_PROGRESS_BY.fullmatch(detail):
        return "change in progress", {"by": match[1]}
    if match := re.fullmatch("([0-9,]+) entr(?:y|ies)", detail):
        return "entries dropped", {"count": int(match[1].replace(",", ""))}
    if settles:
        return "other", {"text": f"The answer got lost. {detail}"}
    if outcome == "not applied":
        return "seen undone", {}
    if action not in _WRITES:
        return "other", {"text": f"{'The portal refused: ' if action == 'access:refuse' else ''}{detail}"}
    if outcome != "refused":
        return "answer lost", {"cause": detail.removesuffix("; read again")}
    if detail.startswith(_NOT_SENT):
        return "recheck failed", {"words": detail.removeprefix(_NOT_SENT)}
    return "platform refused", {"words": detail}


def _detail(reason: str, params: Mapping[str, Any]) -> str:
    texts = {name: text for text, name in _TEXTS.items()}
    match reason:
        case "change in progress":
            return f"{_NOT_SENT}{_IN_PROGRESS.format_map(params)}"
        case "entries dropped":
            return f"{params['count']:,} {'entry' if params['count'] == 1 else 'entries'}"
        case "answer lost":
            return f"{params['cause']}; read again"
        case "recheck failed":
            return f"{_NOT_SENT}{params['words']}"
        case "platform refused":
            return str(params["words"])
        case "other":
            return str(params["text"]).removeprefix("The answer got lost. ").removeprefix("The portal refused: ")
        case _:
            return texts[reason]
