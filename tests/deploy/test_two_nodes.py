"""Two nodes on one PostgreSQL behind nginx: clocks far apart, and restarts under people."""

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from time import monotonic, sleep

import pytest

from tests.support import postgres
from tests.support.nginx import NGINX
from tests.support.nodes import FAKETIME, Nodes, Visitor, live, start_nodes
from tests.support.population import HQ
from tests.support.world import COLLEAGUE, OWNER, TENANT_ADMIN

postgres.skip_without()
pytestmark = [
    pytest.mark.long,
    pytest.mark.xdist_group("postgresql"),
    pytest.mark.skipif(None in (NGINX, FAKETIME), reason="nginx or libfaketime is not installed (make test-deps)"),
]
PEOPLE = [(OWNER, COLLEAGUE, TENANT_ADMIN)[number % 3] for number in range(10)]
SECONDS = 60
LONGEST_WAIT = 2.0
ALLOWED_SHARE = 0.005  # that may take longer: the tests themselves, and both nodes, share the machine


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


def test_rolling_restart_fails_no_request(nodes: Nodes) -> None:
    visitors, over = [Visitor(nodes.nginx, member.username) for member in PEOPLE], Event()
    with ThreadPoolExecutor(len(visitors)) as pool:
        lives = [pool.submit(live, visitor, number, over) for number, visitor in enumerate(visitors, 1)]
        sleep(2)
        restarts = restart_in_turn(nodes, monotonic() + SECONDS)
        over.set()
        written = [life.result() for life in lives]
    for visitor in visitors:
        visitor.close()
    waits = sorted(wait for visitor in visitors for wait in visitor.waits)
    slow = sum(wait > LONGEST_WAIT for wait in waits)
    print(f"{len(waits)} requests, {restarts} restarts, longest wait {waits[-1]:.2f} s, {slow} too slow")  # noqa: T201
    assert [failure for visitor in visitors for failure in visitor.failures] == []
    assert restarts >= 3
    for number, words in enumerate(written, 1):
        assert words
        assert words in visitors[0].ask("GET", f"{HQ}Desk%20{number:02}/").text
    assert slow <= len(waits) * ALLOWED_SHARE
