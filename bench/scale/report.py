"""Prints what was measured, as tables."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Engine, func, select

from app.portal.store.jobs.tables import Job, JobItem
from bench.scale.ledger import Comparison
from bench.scale.people import Visit
from bench.scale.watch import Usage, Watch

_EXAMPLES = 8


def print_visits(seen: Mapping[str, Any]) -> None:
    visits = [Visit(*visit) for visit in seen["visits"]]
    by_page: dict[str, list[Visit]] = defaultdict(list)
    for visit in visits:
        by_page[visit.page].append(visit)
    requests = sum(seen["statuses"].values())
    print(f"\n{requests:,} requests, {requests / seen['seconds']:.1f} a second; by status {seen['statuses']}")
    print(f"\n{'page':28}{'times':>7}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'max ms':>9}{'asked again':>13}")
    for page, those in [("all", visits), *sorted(by_page.items())]:
        times = sorted(visit.seconds * 1000 for visit in those)
        shares = "".join(
            f"{times[min(int(len(times) * share), len(times) - 1)]:9.0f}" for share in (0.5, 0.95, 0.99, 1)
        )
        print(f"{page:28}{len(times):7,}{shares}{sum(visit.polls > 0 for visit in those):13,}")
    if failures := seen["failures"]:
        print(f"\n{len(failures):,} failures, the first of them:")
        for failure in failures[:_EXAMPLES]:
            print(f"  {failure[:300]!r}")


def print_usage(watch: Watch, seconds: float) -> None:
    print(f"\n{'process':24}{'MB first':>10}{'most':>8}{'last':>8}{'processor s':>13}{'of a processor':>16}")
    for name, usage in sorted(watch.usages.items()):
        _print_usage(name, usage, seconds)
    for name, database in sorted(watch.databases.items()):
        connections = f"at most {database.connections} connections, {database.busy} of them at work"
        print(f"database {name}: {database.megabytes:,} MB, {connections}")


def _print_usage(name: str, usage: Usage, seconds: float) -> None:
    first, most, last = usage.megabytes[0], max(usage.megabytes), usage.megabytes[-1]
    share = usage.total_seconds / seconds
    print(f"{name:24}{first:10,}{most:8,}{last:8,}{usage.total_seconds:13,.1f}{share:16.2f}")


def print_job(portal: Engine, progress: Sequence[tuple[float, int]]) -> None:
    with portal.connect() as connection:
        times = (Job.created_at, Job.checked_at, Job.started_at, Job.ended_at)
        job = connection.execute(select(Job.id, Job.state, Job.items, *times).order_by(Job.id.desc()).limit(1)).first()
        if job is None:
            return
        count = select(JobItem.state, func.count()).where(JobItem.job_id == job.id).group_by(JobItem.state)
        states = ", ".join(f"{number:,} {state}" for state, number in connection.execute(count))
    print(f"\njob of {job.items:,} devices: {job.state}; {states}")
    for words, begin, end in (
        ("checked", job.created_at, job.checked_at),
        ("carried out", job.started_at, job.ended_at),
    ):
        if begin and end:
            print(f"  {words} in {(end - begin).total_seconds():.0f} s")
    for seconds, over in progress[:: max(len(progress) // 10, 1)]:
        print(f"  after {seconds:4.0f} s: {over:,} devices over")


def print_comparison(comparison: Comparison) -> None:
    print(
        f"\nthe platform carried out {comparison.carried_out:,} writes, the history has {comparison.applied:,} applied"
    )
    print(f"others in the history: {dict(comparison.others) or 'none'}")
    print("history equals ledger" if comparison.is_equal else "HISTORY DIFFERS FROM LEDGER")
    for words, writes in (("not in the history", comparison.missing), ("never carried out", comparison.invented)):
        if writes:
            print(f"  {len(writes):,} {words}: {[tuple(write) for write in writes[:_EXAMPLES]]}")
