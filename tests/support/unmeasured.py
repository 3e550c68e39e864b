"""The tests whose coverage is not measured, as other tests run the same lines and branches.

Measuring nearly doubles the time of a test. `make unmeasured` measures all tests, chooses as few and quick ones as run
everything that all of them run, and writes the others to tests/unmeasured.txt. A test not named there is measured.
"""

import sqlite3
import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

LIST = Path(__file__).parents[1] / "unmeasured.txt"
_QUICK = 0.2  # seconds; a test that takes less is measured in any case

Arc = tuple[int, int, int]  # file, from line, to line; as coverage.py stores them


def name_function(node_id: str) -> str:
    """Return the id of a test without its parameters and the xdist group."""
    return node_id.partition("[")[0].partition("@")[0]


def read_unmeasured() -> frozenset[str]:
    return frozenset(LIST.read_text().split())


def read_arcs(coverage_file: Path) -> dict[str, set[Arc]]:
    """Return what each test ran, by test function; the contexts of coverage.py are ids of tests and their phases."""
    arcs: dict[str, set[Arc]] = defaultdict(set)
    database = sqlite3.connect(coverage_file)
    rows = database.execute("SELECT context, file_id, fromno, tono FROM arc JOIN context ON context.id = context_id")
    for context, *arc in rows:
        if context:  # what was run at the import has none
            arcs[name_function(context.rpartition("|")[0])].add(tuple(arc))
    database.close()
    return arcs


def read_seconds(report: Path) -> Mapping[str, float]:
    """Return how long each test function took, by its name in a JUnit report."""
    seconds: dict[str, float] = defaultdict(float)
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - pytest wrote it just now
        seconds[name_function(f"{case.get('classname')}.{case.get('name')}")] += float(case.get("time", 0))
    return seconds


def choose_measured(arcs: Mapping[str, set[Arc]], seconds: Mapping[str, float]) -> set[str]:
    """Return test functions that run all arcs in little time: the quick, then those with most new arcs a second."""
    measured = {test for test in arcs if seconds[test] < _QUICK}
    missing = set().union(*arcs.values()).difference(*(arcs[test] for test in measured))
    left = {test: arcs[test] & missing for test in arcs.keys() - measured}
    while missing:
        best = max(left, key=lambda test: len(left[test]) / seconds[test])
        measured.add(best)
        missing -= left.pop(best)
        left = {test: its & missing for test, its in left.items()}
    return measured


def main(coverage_file: str, report: str) -> None:
    arcs = read_arcs(Path(coverage_file))
    by_dotted_name = read_seconds(Path(report))
    seconds = {test: by_dotted_name[test.replace(".py", "").replace("/", ".").replace("::", ".")] for test in arcs}
    LIST.write_text("\n".join(sorted(arcs.keys() - choose_measured(arcs, seconds))) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
