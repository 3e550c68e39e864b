"""Deleting what is kept no longer, once an hour."""

from app.jobs.runner import Ending
from app.portal.store.expiry import drop_expired
from app.portal.store.index.pruning import prune_index
from app.portal.store.jobs.pruning import prune_jobs
from app.portal.store.request_counts import RequestCounts
from app.portal.store.retention import THE_PORTAL, prune
from app.portal.web.context import Portal

_EVERY = 3600.0  # seconds


def prune_all(portal: Portal) -> Ending:
    """Delete what each start deletes too; sessions, uploads and file versions also go when others are added."""
    settings = portal.settings
    prune(portal.engine, settings.history_days, THE_PORTAL, portal.now(), is_exported=bool(settings.audit_log))
    drop_expired(portal.engine, portal.now())
    RequestCounts(portal.engine, portal.clock).remove_expired()
    prune_jobs(portal.engine, settings.job_days, portal.now())
    prune_index(portal.engine, portal.clock, settings.index_days)
    return Ending(_EVERY)
