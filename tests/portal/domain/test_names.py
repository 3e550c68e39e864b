"""Names as parts of a URL path: sent exactly, or not at all."""

import random
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from app.portal.api.client import ApiClient, Limits
from app.portal.api.deadline import DeadlineAdapter
from app.portal.api.errors import ApiMisaddressed
from app.portal.domain.names import MAX_ENCODED_BYTES, is_addressable, quote_name, unaddressable_reason
from tests.support.cases import record_case, requires_cases
from tests.support.faults.server import FaultServer
from tests.support.population import HQ
from tests.support.world import OWNER, World

LIMITS = Limits(connect=2, read_total=5, write_total=5, max_bytes=100_000)

REFUSED = ["", ".", "..", "/", "a/b", "../x", "/etc", "a\0b", "\ud800", "half \udfff", "a\ufffd", "é" * 600]
WORDS = (
    "%2e %2E%2e %2f %252f .%2e ..%2f %2e%2e%2f %00 % %% %25 %zz %BWMACADDRESS%.cfg %c3%28 a%20b %u0041 &amp; "
    "... .... .a a. ~ .~. ..; ;a=b a;b ?x=1 a?b #top a#b a&b=c a+b a=b @me a:b http:x \\ \\..\\ ..\\ C:\\x "
    "[x] {x} {{7*7}} <b>x</b> \"x\" 'x' `id` $(id) ${x} |x ^x *x* !x (x) ,x -x _x __class__ null 0 -1 1e9 "
    "new edit delete reboot export.csv files lines naïve Ünïcödé 日本語 😀 e\u0301 ＜x＞ ．． ／ ‥ "
    "\u202eRTL \u200bzero a\xa0b \u2028line \xad \x7f a\tb a\nb a\rb a\r\nX-Evil:1 \x1b[31m \x01 \x85"
)


def _hostile_names() -> list[str]:
    """Return 200 names: tricky ones, and random mixtures of their parts."""
    picked = random.Random(2_026)
    pieces = [".", "..", "%2e", "%2F", "%", " ", "?", "#", ";", "\\", "é", "😀", "a", "/", "\0", "+", "&", ":"]
    names = [*REFUSED, *WORDS.split(" "), " ", " a", "a ", "a b", "APIO Test Device"]
    while len(names) < 200:
        names.append("".join(picked.choices(pieces, k=picked.randint(1, 6))))
    return names


HOSTILE = _hostile_names()
Call = Callable[[ApiClient, list[str]], object]
CALLS: dict[str, Call] = {
    "GET": lambda client, path: client.get(path, dict),
    "POST": lambda client, path: client.post(path, {}),
    "PUT": lambda client, path: client.put(path, {}),
    "DELETE": lambda client, path: client.delete(path),
}


@pytest.fixture(scope="module")
def backend() -> Iterator[FaultServer]:
    with FaultServer() as server:
        yield server


@pytest.fixture(scope="module")
def adapter() -> Iterator[DeadlineAdapter]:
    adapter = DeadlineAdapter()
    yield adapter
    adapter.close()


@pytest.mark.parametrize("method", CALLS)
def test_name_is_sent_exactly_or_not(method: str, backend: FaultServer, adapter: DeadlineAdapter) -> None:
    assert len(HOSTILE) >= 200
    client = ApiClient(backend.url, adapter, LIMITS)
    for name in HOSTILE:
        backend.requests.clear()
        path = ["tenants", "t", "access_devices", name]
        if is_addressable(name):
            CALLS[method](client, path)
            (request,) = backend.requests
            assert (request.method, request.target) == (method, f"/api/v1/tenants/t/access_devices/{quote_name(name)}/")
            assert unquote(request.target).removeprefix("/api/v1/tenants/t/access_devices/")[:-1] == name
        else:
            with pytest.raises(ApiMisaddressed):
                CALLS[method](client, path)
            assert backend.requests == []


@pytest.mark.parametrize("name", REFUSED)
def test_unaddressable_name_has_reason(name: str) -> None:
    reason = unaddressable_reason(name)
    assert reason is not None
    assert reason.endswith(".")
    with pytest.raises(ValueError, match=reason[:10]):
        quote_name(name)


@requires_cases("quoted", "as it is")
@given(st.text() | st.text("abc.", min_size=1))
def test_quoted_name_round_trips(name: str) -> None:
    if not is_addressable(name):
        return
    quoted = quote_name(name)
    record_case("as it is" if quoted == name else "quoted")
    prepared = requests.Request("GET", f"http://x.invalid/a/{quoted}/").prepare().url
    assert urlsplit(str(prepared)).path == f"/a/{quoted}/"
    assert unquote(quoted) == name
    assert len(quoted) <= MAX_ENCODED_BYTES


@requires_cases("forbidden", "allowed")
@given((st.text(max_size=40) | st.text("a/\0é", max_size=40)).filter(lambda name: name not in {"", ".", ".."}))
def test_forty_characters_are_addressable(name: str) -> None:
    forbidden = any(character in "/\0\ufffd" or unicodedata.category(character) == "Cs" for character in name)
    record_case("forbidden" if forbidden else "allowed")
    assert is_addressable(name) is not forbidden


ECHO = """
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/octet-stream")])
    return [environ["PATH_INFO"].encode("latin-1")]
"""


@pytest.fixture(scope="module")
def gunicorn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server that answers with the path that its application gets."""
    folder = tmp_path_factory.mktemp("echo")
    (folder / "echo.py").write_text(ECHO)
    command = [sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0", "--chdir", str(folder), "echo:app"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=Path.cwd()) as process:
        assert process.stderr is not None
        try:
            line = next(line for line in process.stderr if "Listening at: " in line)
            yield line.partition("Listening at: ")[2].split()[0]
        finally:
            process.terminate()


def test_gunicorn_decodes_addressable_names(gunicorn: str) -> None:
    longest = "a" * MAX_ENCODED_BYTES
    with requests.Session() as session:
        for name in [*filter(is_addressable, HOSTILE), longest]:
            answer = session.get(f"{gunicorn}/d/{quote_name(name)}/", timeout=5)
            assert answer.content == f"/d/{name}/".encode(), name


@pytest.mark.parametrize("name", ["a/b", "..", ".", "a\ufffd"])
def test_create_refuses_unaddressable_name(name: str, world: World) -> None:
    owner = world.browser(OWNER)
    form = owner.get(f"{HQ}new?type=Generic%20SIP%20Phone")
    page = owner.submit(form, device_name=name, description="kept")
    assert page.status == 422
    assert (unaddressable_reason(name) or "a reason") in page.words
    assert page.form().fields.items() >= {"device_name": name, "description": "kept"}.items()
    assert world.changes() == []
