"""Counting in several processes."""

import subprocess
import sys
from pathlib import Path

from app.paths import PACKAGE
from tests.support.metrics import read_samples

COUNT = """
import sys
from pathlib import Path
from app.metrics_folder import use_folder
use_folder(Path(sys.argv[1]))
from app import metrics
metrics.requests.labels("/x", 200).inc()
metrics.request_seconds.labels("/x").observe(0.3)
metrics.pool_in_use.set(4)
print(metrics.render([]).decode())
"""


def count_in_process(folder: Path) -> str:
    command = [sys.executable, "-c", COUNT, str(folder)]
    return subprocess.run(command, cwd=PACKAGE.parent, env={}, capture_output=True, text=True, check=True).stdout


def test_processes_of_a_node_are_added_up(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    folder.mkdir()
    other = subprocess.Popen(
        [sys.executable, "-c", f"{COUNT}\nsys.stdout.flush()\nsys.stdin.read()", str(folder)],
        cwd=PACKAGE.parent,
        env={},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert other.stdin
    assert other.stdout
    assert other.stdout.readline()
    both = read_samples(count_in_process(folder))
    other.communicate()
    assert both['portal_http_requests_total{rule="/x",status="200"}'] == 2
    assert both['portal_http_request_seconds_bucket{le="0.5",rule="/x"}'] == 2
    assert both["portal_database_connections_in_use"] == 8
    alone = read_samples(count_in_process(folder))
    assert alone['portal_http_requests_total{rule="/x",status="200"}'] == 1  # what dead processes counted is forgotten
    assert alone["portal_database_connections_in_use"] == 4
