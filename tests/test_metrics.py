"""Counting in several processes."""

import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client.mmap_dict import MmapedDict, mmap_key

from app import metrics
from app.metrics_folder import VARIABLE, use_folder
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


def test_counts_of_dead_processes_go_into_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = mmap_key("portal_http_requests", "portal_http_requests_total", ["status"], ["200"], "")
    for _ in range(3):
        dead = subprocess.Popen([sys.executable, "-c", ""])
        dead.wait()
        counts = MmapedDict(f"{tmp_path}/counter_{dead.pid}.db")  # type: ignore[no-untyped-call]
        counts.write_value(key, 2, 0)  # type: ignore[no-untyped-call]
        counts.close()  # type: ignore[no-untyped-call]
        (tmp_path / f"histogram_{dead.pid}.db").touch()  # killed before it counted
        (tmp_path / f"gauge_livesum_{dead.pid}.db").touch()
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    for _ in range(2):
        assert read_samples(metrics.render([]).decode()) == {'portal_http_requests_total{status="200"}': 6}
        assert [file.name for file in tmp_path.glob("*.db")] == ["counter_0.db"]
    use_folder(tmp_path)
    assert list(tmp_path.glob("*.db")) == []
