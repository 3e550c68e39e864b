"""Changes that wait for a reboot, as conditions and statements on the audit log."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, or_, select
from sqlalchemy.orm import aliased

from app.portal.domain.audit import Action, Result
from app.portal.store.tables import Change, Outcome

# A device that is new, or gone and perhaps made again, has nothing to catch up on.
_STARTS_ANEW = (Action.REBOOT, Action.CREATE, Action.DELETE)


def waits_for_reboot() -> ColumnElement[bool]:
    """True of a change that its phone has only after a reboot, if none was accepted since."""
    done, later, answer = aliased(Outcome), aliased(Change), aliased(Outcome)
    started_anew = exists().where(
        (later.tenant_id == Change.tenant_id) & (later.group_id == Change.group_id),
        (later.device_name == Change.device_name) & (later.id > Change.id),
        later.action.in_(_STARTS_ANEW),
        (answer.change_id == later.id) & (answer.outcome == Result.APPLIED),
        # One sent while the change was still under way may have been too early for it.
        or_(answer.id > done.id, done.settles, answer.settles),
    )
    applied = exists().where(done.change_id == Change.id, done.outcome == Result.APPLIED)
    return and_(Change.needs_reboot, applied.where(~started_anew.correlate(Change, done)).correlate(Change))


_ANY = aliased(Change)


def _select_reboot_pending(*which: ColumnElement[bool]) -> Select[str, datetime]:
    """Select per device the newest applied change that waits for a reboot; older ones need no look."""
    newest, done = aliased(Change), aliased(Outcome)

    def in_group(change: type[Change]) -> ColumnElement[bool]:
        group = and_(change.tenant_id == bindparam("tenant_id"), change.group_id == bindparam("group_id"))
        return and_(group, change.needs_reboot)

    devices = select(_ANY.device_name).where(in_group(_ANY), *which).distinct().subquery()
    newest_id = (
        select(newest.id)
        .where(in_group(newest), newest.device_name == devices.c.device_name)
        .where(exists().where(done.change_id == newest.id, done.outcome == Result.APPLIED).correlate(newest))
        .order_by(newest.id.desc())
        .limit(1)
        .correlate(devices)
        .scalar_subquery()
    )
    return (
        select(Change.device_name, Change.at)
        .select_from(devices)
        .join(Change, Change.id == newest_id)
        .where(waits_for_reboot())
    )


# Asked with every page, so built once.
PENDING_IN_GROUP = _select_reboot_pending()
PENDING_OF_DEVICE = _select_reboot_pending(_ANY.device_name == bindparam("device_name"))
