"""Reading the sheets of imports, in the name of who uploaded them; their rows become the items of the job."""

from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from app.jobs.acts import JobActs
from app.portal.api.errors import ApiError, ApiUnauthenticated, ApiUnavailable
from app.portal.api.stored_errors import seconds_to_wait
from app.portal.domain.refs import GroupRef
from app.portal.services.imports.checking import CheckedSheet, UnusableSheet, options_of, to_plan
from app.portal.services.imports.previews import to_plan as to_item_plan
from app.portal.services.imports.previews import to_preview
from app.portal.services.imports.sheets import UnreadableFile
from app.portal.services.jobs.worker import OwnerCannotContinue
from app.portal.store.jobs.imports import SheetClaim, SheetItem
from app.portal.web.context import Portal

_PAUSE = 10.0  # seconds, while the platform or the database does not answer


def read_next_sheet(portal: Portal, acts: JobActs) -> bool:
    """Read a sheet that is due; return False if there is none."""
    imports, outcomes = portal.jobs.imports, portal.jobs.outcomes
    claim = imports.claim()
    if claim is None:
        return False
    options = options_of(claim.job.plan)
    try:
        sheet = _check(acts, claim)
        imports.keep_rows(claim, to_plan(options, sheet.report), _to_items(sheet), portal.now())
        outcomes.settle(claim.job.id, portal.now())
    except UnreadableFile as error:
        report = error.report if isinstance(error, UnusableSheet) else None
        imports.refuse(claim, to_plan(options, report), str(error))
    except OwnerCannotContinue as stop:
        imports.give_back(claim)
        outcomes.hold(claim.job.id, stop.reason, {"words": str(stop)})
    except ApiUnauthenticated:  # the next try asks whose session can be used
        imports.give_back(claim)
        acts.forget_session(claim.job)
    except ApiUnavailable as error:
        imports.give_back(claim)
        outcomes.pause_for_platform(claim.job.id, seconds_to_wait(error) or _PAUSE, str(error))
    except SQLAlchemyError:
        with suppress(SQLAlchemyError):  # else it waits until the claim is over
            imports.give_back(claim, _PAUSE)
        raise
    except ApiError as error:
        imports.refuse(claim, to_plan(options), f"The platform does not show the group: {error}")
    return True


def _check(acts: JobActs, claim: SheetClaim) -> CheckedSheet:
    job = claim.job
    group = GroupRef(job.tenant_id, job.group_id)
    services = acts.open_services(job, group)
    return services.imports.check(claim.content, options_of(job.plan), group)


def _to_items(sheet: CheckedSheet) -> list[SheetItem]:
    return [
        SheetItem(checked.row.number, checked.row.device_name, to_item_plan(checked.row), to_preview(checked))
        for checked in sheet.rows
    ]
