"""The alerts and the dashboard ask for what the portal exports, and the alerts fire when they should."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from app.portal.store.tasks import HEARTBEAT_TASK
from tests.support.metrics import TOKEN, exported_names, scrape
from tests.support.world import OWNER, World

ROOT = Path(__file__).parents[2]
ALERTS, DASHBOARD = ROOT / "deploy" / "alerts.yml", ROOT / "deploy" / "grafana.json"
CASES = ROOT / "tests" / "data" / "alerts_test.yml"
PROMTOOL = shutil.which("promtool") or shutil.which("promtool", path=str(ROOT / ".venv" / "bin"))
LABELS = {"rule", "status", "call", "outcome", "cache", "result", "state", "error", "kind"}
LABELS_OF_PROMETHEUS = {"le", "instance"}

needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="promtool is missing; make test-deps brings it")


def list_alerts() -> list[dict[str, str]]:
    [group] = yaml.safe_load(ALERTS.read_text())["groups"]
    rules: list[dict[str, str]] = group["rules"]
    return rules


def list_queries() -> Iterator[str]:
    yield from (rule["expr"] for rule in list_alerts())
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        yield from (target["expr"] for target in panel["targets"])


def list_labels(query: str) -> set[str]:
    """Return the labels that a query groups by or compares."""
    grouped = ", ".join(re.findall(r"\b(?:by|on) \(([^)]*)\)", query))
    compared = re.findall(r"(\w+)(?:=~|!~|!=|=)\"", query)
    return {*filter(None, grouped.split(", ")), *compared}


def test_queries_name_what_is_exported(world: World) -> None:
    portal = world.another_portal(metrics_token=TOKEN)
    tasks = world.held_by(portal).tasks
    lease = tasks.acquire(HEARTBEAT_TASK, 30)
    assert lease
    tasks.finish(lease, 60)
    world.browser(OWNER, portal)
    text = scrape(world.nobody(portal))
    exported, queries = exported_names(text), list(list_queries())
    used = {name for query in queries for name in re.findall(r"\bportal_\w+", query)}
    assert used - exported == set()
    families = {re.sub(r"_(bucket|count|sum)$", "", name) for name in exported}
    assert families - {re.sub(r"_(bucket|count|sum)$", "", name) for name in used} == set()
    assert set().union(*map(list_labels, queries)) - LABELS - LABELS_OF_PROMETHEUS == set()
    assert set(re.findall(r'[{,](\w+)="', text)) - LABELS_OF_PROMETHEUS <= LABELS


def test_figures_of_the_database_are_never_added_up() -> None:
    shared = r"portal_(jobs|sessions|unknown_outcomes)\w*"
    wrong = [query for query in list_queries() if re.search(rf"sum(?: by \([^)]*\))? \(?{shared}|sum\({shared}", query)]
    assert wrong == []


def test_each_alert_is_explained() -> None:
    explained = re.findall(r"(?m)^\| `(Portal\w+)` \|", (ROOT / "docs" / "operate.md").read_text())
    assert explained == [rule["alert"] for rule in list_alerts()]


@needs_promtool
def test_alerts_fire_on_what_they_are_about(tmp_path: Path) -> None:
    assert PROMTOOL
    cases = tmp_path / "cases.yml"
    cases.write_text(CASES.read_text().replace("[RULES]", json.dumps([str(ALERTS)])))
    for command in (["check", "rules", str(ALERTS)], ["test", "rules", str(cases)]):
        done = subprocess.run([PROMTOOL, *command], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
