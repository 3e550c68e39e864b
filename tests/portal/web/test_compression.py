"""Answers are small on the wire, and their size gives no secret away."""

import gzip
from collections.abc import Callable

import brotli
import pytest

from tests.support.population import HQ
from tests.support.world import OWNER, World

_TIMESTAMP = 12  # what a sealed token begins with


@pytest.mark.parametrize(("encoding", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
@pytest.mark.parametrize("url", [HQ, f"{HQ}export.csv", "/static/portal.js", "/static/icons.svg"])
def test_text_travels_compressed_and_arrives_whole(
    world: World, url: str, encoding: str, unpack: Callable[[bytes], bytes]
) -> None:
    owner = world.browser(OWNER)
    owner.token()  # from the second time it is shown it has one length
    with owner.client.get(url) as plain, owner.client.get(url, headers={"Accept-Encoding": encoding}) as packed:
        assert packed.headers["Content-Encoding"] == encoding
        assert "Content-Encoding" not in plain.headers
        for answer in (plain, packed):
            assert {"HX-Request", "Accept-Encoding"} <= set(answer.headers["Vary"].split(", "))
        assert len(packed.data) < len(plain.data) / 2
        assert len(unpack(packed.data)) == len(plain.data)


def test_no_two_answers_show_the_same_csrf_token(world: World) -> None:
    owner = world.browser(OWNER)
    tokens = [owner.get(HQ).form("/logout").fields["csrf_token"] for _ in range(2)]
    pieces = {tokens[0][at : at + 8] for at in range(_TIMESTAMP, len(tokens[0]) - 8)}
    assert not [piece for piece in pieces if piece in tokens[1]]


def test_each_token_that_was_shown_is_taken(world: World) -> None:
    owner = world.browser(OWNER)
    first, second = owner.get(HQ), owner.get(HQ)
    for page in (second, first):
        assert owner.submit(page, "/account/theme", theme="dark").status == 303


def test_token_sealed_for_one_session_opens_no_other(world: World) -> None:
    owner, other = world.browser(OWNER), world.browser(OWNER)
    token = other.get("/account").form("/logout").fields["csrf_token"]
    answer = owner.open("/account/sessions/end-others", "POST", data={"csrf_token": token})
    assert answer.status == 400
