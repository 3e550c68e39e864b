"""Mutated requests over all addresses: whatever is asked, no answer is a failure of the portal."""

from itertools import islice
from random import Random

import pytest

from tests.support.client import Page
from tests.support.mutation import Mutator
from tests.support.rounds import Rounds
from tests.support.routes import read_outcome
from tests.support.world import OWNER, SYSTEM_ADMIN, TENANT_ADMIN, World

VALUES = {
    "tenant": "acme",
    "group": "headquarters",
    "device": "Reception",
    "session_id": 1,
    "file": "%BWMACADDRESS%.cfg",
    "upload": "none",
    "version": 1,
    "view": 1,
    "change": 1,
    "job_id": 1,
    "number": 1,
    "filename": "portal.js",
}
STARTS = ("/", "/jobs/", "/account", "/history/", "/search?q=a", "/tenants/acme/groups/headquarters/devices/")
IN_SOAK = 700  # requests a round; 300 rounds, half of them over each database, are more than 200,000
IN_TEST = 200
LEARN_EVERY = 32  # requests


def send_mutants(world: World, chance: Random, count: int) -> None:
    member = chance.choice((OWNER, TENANT_ADMIN, SYSTEM_ADMIN))
    browser = world.browser(member)
    mutator = Mutator(chance, world.portal.url_map, VALUES)
    for url in STARTS:
        page = browser.get(url)
        if page.status == 200:
            mutator.learn(page)
    for number in range(count):
        request = mutator.next(browser.token())
        answer = browser.client.open(request.url, buffered=True, **request.arguments())
        assert answer.status_code < 500, (answer.status_code, request)
        if read_outcome(answer)[1] and "Cookie" not in request.headers:  # a mutant ended the session
            browser = world.browser(member)
        if number % LEARN_EVERY == 0 and answer.mimetype == "text/html" and answer.status_code in {200, 422}:
            mutator.learn(Page(request.url, answer.status_code, answer.headers, answer.data))


@pytest.mark.both_databases
def test_no_mutated_request_fails(world: World, rounds: Rounds) -> None:
    count = IN_TEST if rounds.count < 100 else IN_SOAK
    for chance in islice(rounds, rounds.count // 2):
        send_mutants(world, chance, count)
