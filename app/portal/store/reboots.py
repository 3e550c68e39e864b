"""Changes that wait for a reboot, as conditions and statements on the audit log."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, or_, select
from sqlalchemy.orm import aliased

from app.portal.domain.audit import Action, Result
from app.portal.store.tables import Change, Outcome

# A device that is new, or gone and perhaps made again, has nothing to catch up on.
_STARTS_ANEW = (Action.REBOOT, Action.MARK_REBOOTED, Action.CREATE, Action.DELETE)


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


def _select_reboot_pending(*which: ColumnElement[bool]) -> Select[str, str, str, datetime]:
    """Select of devices with such changes the newest applied one if it waits for a reboot; older ones need no look."""
    newest, done = aliased(Change), aliased(Outcome)
    device = (_ANY.tenant_id, _ANY.group_id, _ANY.device_name)
    devices = select(*device).where(_ANY.needs_reboot, *which).distinct().subquery()
    newest_id = (
        select(newest.id)
        .where(newest.tenant_id == devices.c.tenant_id, newest.group_id == devices.c.group_id)
        .where(newest.device_name == devices.c.device_name, newest.needs_reboot)
        .where(exists().where(done.change_id == newest.id, done.outcome == Result.APPLIED).correlate(newest))
        .order_by(newest.id.desc())
        .limit(1)
        .correlate(devices)
        .scalar_subquery()
    )
    return (
        select(Change.tenant_id, Change.group_id, Change.device_name, Change.at)
        .select_from(devices)
        .join(Change, Change.id == newest_id)
        .where(waits_for_reboot())
    )


_ANY = aliased(Change)
_IN_GROUP = and_(_ANY.tenant_id == bindparam("tenant_id"), _ANY.group_id == bindparam("group_id"))

# Asked with every page, so built once.
PENDING_IN_GROUP = _select_reboot_pending(_IN_GROUP).with_only_columns(Change.device_name, Change.at)
PENDING_OF_DEVICE = _select_reboot_pending(_IN_GROUP, _ANY.device_name == bindparam("device_name")).with_only_columns(
    Change.device_name, Change.at
)
PENDING_IN_TENANTS = _select_reboot_pending(_ANY.tenant_id.in_(bindparam("tenant_ids", expanding=True)))
