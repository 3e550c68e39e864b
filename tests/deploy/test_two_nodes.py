"""Two nodes on one PostgreSQL behind nginx: clocks far apart, and restarts under people."""

import csv
import json
import re
import signal
import subprocess
import tarfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from threading import Event
from time import monotonic, sleep
from typing import TypeVar

import pytest

from tests.support import html, postgres
from tests.support.browser.product import ROOT
from tests.support.markup import parse_markup
from tests.support.nginx import NGINX
from tests.support.nodes import FAKETIME, Nodes, Visitor, clock_set, live, start_nodes
from tests.support.population import HQ
from tests.support.waiting import wait_until
from tests.support.world import COLLEAGUE, OWNER, STRANGER, TENANT_ADMIN

postgres.skip_without()
pytestmark = [
    pytest.mark.long,
    pytest.mark.xdist_group("postgresql"),
    pytest.mark.skipif(None in (NGINX, FAKETIME), reason="nginx or libfaketime is not installed (make test-deps)"),
]
PEOPLE = [(OWNER, COLLEAGUE, TENANT_ADMIN)[number % 3] for number in range(10)]
SECONDS = 60
RELEASE = "v0.2.0-rc1"
T = TypeVar("T")
LONGEST_WAIT = 2.0
ALLOWED_SHARE = 0.01  # that may take longer: people, both nodes and PostgreSQL share the machine with other tests


@pytest.fixture
def nodes(tmp_path: Path, postgresql: str) -> Iterator[Nodes]:
    with start_nodes(tmp_path, postgresql, {}, {}) as nodes:
        yield nodes


def restart_in_turn(nodes: Nodes, until: float) -> int:
    """Restart one node after the other, as a deployment does, and return how often."""
    count = 0
    while monotonic() < until:
        product = nodes.products[count % 2]
        product.send(signal.SIGTERM)
        product.seconds_until_end(70)
        product.start("/readyz")
        sleep(3)  # nginx leaves out a node that refused for two
        count += 1
    return count


def people_of(nodes: Nodes) -> list[Visitor]:
    return [Visitor(nodes.nginx, member.username) for member in PEOPLE]


def live_together(visitors: Sequence[Visitor], meanwhile: Callable[[], T]) -> T:
    """Let people read, search and write until `meanwhile` is over; what they wrote is there, and nothing failed."""
    over = Event()
    with ThreadPoolExecutor(len(visitors)) as pool:
        lives = [pool.submit(live, visitor, number, over) for number, visitor in enumerate(visitors, 1)]
        try:
            result = meanwhile()
        finally:
            over.set()
        written = [life.result() for life in lives]
    assert [failure for visitor in visitors for failure in visitor.failures] == []
    for number, words in enumerate(written, 1):
        assert words
        assert words in visitors[0].ask("GET", f"{HQ}Desk%20{number:02}/").text
    history = visitors[0].ask("GET", f"{HQ}Desk%2001/history/").words
    assert "Status unknown" not in history
    for visitor in visitors:
        visitor.close()
    return result


def test_rolling_restart_fails_no_request(nodes: Nodes) -> None:
    visitors = people_of(nodes)
    restarts = live_together(visitors, lambda: restart_in_turn(nodes, monotonic() + SECONDS))
    waits = sorted(wait for visitor in visitors for wait in visitor.waits)
    slow = sum(wait > LONGEST_WAIT for wait in waits)
    print(f"{len(waits)} requests, {restarts} restarts, longest wait {waits[-1]:.2f} s, {slow} too slow")  # noqa: T201
    assert restarts >= 3
    assert slow <= len(waits) * ALLOWED_SHARE


@pytest.mark.parametrize("seconds", [5, -300])
def test_clocks_apart_change_nothing(tmp_path: Path, postgresql: str, seconds: int) -> None:
    short = {"PORTAL_IDLE_MINUTES": "1", "PORTAL_JOB_LEASE_SECONDS": "10"}
    with start_nodes(tmp_path, postgresql, short, {**short, **clock_set(seconds)}) as nodes:
        visitors = people_of(nodes)
        live_together(visitors, lambda: watch_job(Visitor(nodes.nginx, OWNER.username)))
        print(f"{seconds} s: {sum(len(visitor.waits) for visitor in visitors)} requests")  # noqa: T201
        lines = [json.loads(line) for line in nodes.products[1].own_log.splitlines() if line.startswith("{")]
        ahead = datetime.fromisoformat(lines[-1]["at"]) - datetime.now(UTC)
        assert abs(ahead - timedelta(seconds=seconds)) < timedelta(seconds=4)  # the node does have another clock
        for path in (HQ, "/history/", "/account", "/jobs/", "/search?q=desk", f"{HQ}Desk%2001/history/"):
            assert find_wrong_times(visitors[0].ask("GET", path).text) == []
        guess_passwords(nodes)
        visitors[0].close()


def watch_job(owner: Visitor) -> None:
    """Reboot some devices by a job, which is done once, whichever node has it in hand."""
    owner.sign_in()
    page = owner.ask("GET", HQ)
    token = next(form.fields["csrf_token"] for form in html.forms(parse_markup(page.text)) if form.method == "POST")
    fields = [("csrf_token", token), ("action", "reboot"), *(("device", f"Desk {number}") for number in range(15, 20))]
    job = owner.ask("POST", f"{HQ}bulk", fields).location
    wait_until(lambda: 'data-job-state="draft"' in owner.ask("GET", job).text, 40)
    assert owner.ask("POST", f"{job}start", [("csrf_token", token), ("canary", "0"), ("pace", "600")]).status == 303
    wait_until(lambda: 'data-job-state="done"' in owner.ask("GET", job).text, 40)
    rows = list(csv.DictReader(owner.ask("GET", f"{job}items.csv").text.splitlines()))
    assert [row["outcome"] for row in rows] == ["done"] * 5
    for number in range(15, 20):
        assert owner.ask("GET", f"{HQ}Desk%20{number}/history/").words.count("Reboot requested") >= 1
    assert owner.failures == []
    owner.close()


def find_wrong_times(page: str) -> list[str]:
    """Return moments to come, and ages below 0."""
    latest = datetime.now(UTC) + timedelta(seconds=2)
    moments = re.findall(r'<time[^>]* datetime="([^"]+)"', page)
    return [*(text for text in moments if datetime.fromisoformat(text) > latest), *re.findall(r"[-−]\d+ s\b", page)]


def guess_passwords(nodes: Nodes) -> None:
    """Five wrong passwords, at whichever node, lock the account at both."""
    guesser = Visitor(nodes.nginx, STRANGER.username)
    for _ in range(5):
        assert guesser.submit("/login", username=STRANGER.username, password="wrong").status == 401
    assert [guesser.sign_in().status for _ in range(4)] == [401] * 4
    guesser.close()


def test_release_before_runs_beside_this_one(tmp_path: Path, postgresql: str) -> None:
    release = tmp_path / "release"
    unpack(RELEASE, release)
    with start_nodes(tmp_path, postgresql, {}, {}, programs=(release, ROOT)) as nodes:
        live_together(people_of(nodes), lambda: sleep(20))


def unpack(tag: str, folder: Path) -> None:
    folder.mkdir()
    archive = subprocess.run(["git", "archive", tag], cwd=ROOT, capture_output=True, check=False)  # noqa: S607
    if archive.returncode:
        pytest.skip(f"{tag} is not in this copy of the repository")
    with tarfile.open(fileobj=BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="data")
