"""Which lines and branches of app/ the tests run, told by SlipCover: `pytest -n auto -p tests.support.coverage`.

SlipCover changes the code of a module at its import: each line and branch tells then that it is run. Python's own
tracing nearly doubles the time of a test. Every xdist worker measures itself; processes that a test starts are not
measured.
"""

import io
import json
import os
from functools import cache
from typing import Any

import pytest
import slipcover
from xdist.workermanage import WorkerController

LEAST = 95  # percent of all lines and branches
_NEVER = 1 << 30  # runs of a line after which its code is changed back, which takes longer than what it saves
_OMITTED = ["*/migrations/*"]  # Alembic loads each of them anew whenever it runs, past the import

_of_workers: list[dict[str, Any]] = []


def _begin() -> slipcover.Slipcover:
    measured = slipcover.Slipcover(branch=True, source=["app"], omit=_OMITTED, d_miss_threshold=_NEVER)
    matcher = slipcover.FileMatcher(sources=["app"], omit=_OMITTED)
    slipcover.ImportManager(measured, matcher).__enter__()
    return measured


# pytest loads this module before any conftest.py, which import much of app/.
_measured = _begin() if "PYTEST_XDIST_WORKER" in os.environ else None


def pytest_configure(config: pytest.Config) -> None:
    if _measured is None and not config.getoption("numprocesses"):
        raise pytest.UsageError("Only xdist's workers are measured. Add -n auto.")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: WorkerController) -> None:
    if told := getattr(node, "workeroutput", {}).get("coverage"):  # nothing by a worker that was killed
        _of_workers.append(json.loads(told))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if _measured is not None:
        output: dict[str, Any] = session.config.workeroutput  # type: ignore[attr-defined]  # xdist adds it
        output["coverage"] = json.dumps(_measured.get_coverage())
    elif session.exitstatus == pytest.ExitCode.OK and _percent() < LEAST:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    table = io.StringIO()
    slipcover.print_coverage(_merged(), outfile=table, skip_covered=True)
    terminalreporter.write(table.getvalue())
    terminalreporter.write_line(f"{_percent():.2f} % of lines and branches are run; {LEAST} % must be.")


@cache
def _merged() -> dict[str, Any]:
    first, *others = _of_workers
    for other in others:
        slipcover.merge_coverage(first, other)
    return first


def _percent() -> float:
    percent: float = _merged()["summary"]["percent_covered"]
    return percent
