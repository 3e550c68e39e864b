"""Nodes of the portal on one PostgreSQL, behind the nginx that we ship, and people with browsers of their own."""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from threading import Event
from time import monotonic, sleep
from urllib.parse import urlencode

from tests.support import html, postgres
from tests.support.browser.product import ROOT, Product
from tests.support.markup import parse_markup
from tests.support.nginx import HOST, Nginx, start_nginx
from tests.support.population import HQ
from tests.support.world import PASSWORD

FAKETIME = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)


def clock_set(seconds: float) -> Mapping[str, str]:
    """Return what lets a program believe that it is so many seconds later."""
    return {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME": f"{seconds:+}s",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "PYTHONPATH": str(Path(__file__).parent / "shifted"),
        "NO_FAKE_STAT": "1",  # gunicorn compares the time of a file with the monotonic clock
    }


Fields = Mapping[str, str] | Sequence[tuple[str, str]]


_POPULATE = """
import sys
from pathlib import Path
from tests.support.population import populate
from tests.support.postgres import settings_in_one_database
populate(settings_in_one_database(Path(sys.argv[1]), sys.argv[2]))
"""  # by the code of the folder in which it runs, which may be that of a release before


@dataclass(frozen=True)
class Nodes:
    nginx: Nginx
    products: Sequence[Product]
    database_url: str


def usual_settings(database_url: str) -> Mapping[str, str]:
    """Return settings of a node whose reference API has its data in the same database."""
    return {
        "PORTAL_DATABASE_URL": database_url,
        "REFERENCE_DATABASE_URL": database_url,
        "PORTAL_STOP_DELAY": "2",
        "PORTAL_JOBS": "on",
    }


@contextmanager
def start_nodes(
    folder: Path, server: str, *environs: Mapping[str, str], programs: Sequence[Path] = (ROOT, ROOT)
) -> Iterator[Nodes]:
    """Yield a node of `programs` for each of `environs`, over the small world on the PostgreSQL `server`."""
    with ExitStack() as stack:
        url = stack.enter_context(postgres.database(server, "nodes"))
        subprocess.run([sys.executable, "-c", _POPULATE, folder, url], cwd=programs[0], check=True)
        usual = {**usual_settings(url), "PORTAL_PUBLIC_URL": f"https://{HOST}", "PORTAL_PROXIES": "1"}
        products = [Product(folder, **{**usual, **environ}) for environ in environs]
        for product, program in zip(products, programs, strict=True):
            product.program = program
            stack.callback(product.stop)
            product.start("/healthz")
        nginx = stack.enter_context(start_nginx(folder, [f"127.0.0.1:{product.port}" for product in products]))
        yield Nodes(nginx, products, url)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def words(self) -> str:
        return html.text(parse_markup(self.text))

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")


@dataclass
class Visitor:
    """A person with a browser that keeps its connection and opens it anew where nginx has closed it.

    `waits` are the seconds that each request took, `failures` what went wrong.
    """

    nginx: Nginx
    username: str
    password: str = PASSWORD
    timeout: float = 20  # seconds
    waits: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    _cookies: dict[str, str] = field(default_factory=dict)
    _connection: HTTPSConnection | None = None

    def sign_in(self) -> Answer:
        return self.submit("/login", username=self.username, password=self.password)

    def submit(self, path: str, **typed: str) -> Answer:
        """Type into the form of a page and send it."""
        page = self.open(path)
        return self.send(page, path, **typed) if page.status == 200 else page

    def open(self, path: str) -> Answer:
        """Load a page, and wait while it says that the platform is still being asked."""
        page = self.ask("GET", path)
        while "Refresh" in page.headers:
            pause, _, address = page.headers["Refresh"].partition("; url=")
            sleep(float(pause))
            page = self.ask("GET", address)
            if page.location:
                page = self.ask("GET", page.location)
        return page

    def send(self, page: Answer, path: str, **typed: str) -> Answer:
        """Send the form of a page that has these fields; `path` is where the page is."""
        form = next(form for form in html.forms(parse_markup(page.text)) if set(typed) <= form.names)
        return self.ask("POST", form.action or path, {**form.fields, **typed})

    def ask(self, method: str, path: str, fields: Fields | None = None, *, is_part: bool = False) -> Answer:
        """Send a request; `is_part`: as a script does for a part of a page."""
        began = monotonic()
        try:
            answer = self._ask(method, path, fields, {"HX-Request": "true"} if is_part else {})
        except (OSError, HTTPException) as error:
            self.close()
            answer = Answer(0, {}, f"{type(error).__name__}: {error}")
        self.waits.append(monotonic() - began)
        if not 200 <= answer.status < 400 or answer.location.startswith("/login?"):
            self.failures.append(f"{method} {path}: {answer.status} {answer.location} {answer.text[:300]}")
        return answer

    def _ask(self, method: str, path: str, fields: Fields | None, headers: Mapping[str, str]) -> Answer:
        headers = {**headers, "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if fields is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.nginx.url}
        connection = self._connection = self._connection or self.nginx.open_connection(self.timeout)
        connection.request(method, path, urlencode(fields) if fields else None, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        self._keep_cookies(answer)
        if answer.will_close:
            self.close()
        return Answer(answer.status, dict(answer.headers), text)

    def _keep_cookies(self, answer: HTTPResponse) -> None:
        for text in answer.headers.get_all("Set-Cookie", []):
            name, _, value = text.partition(";")[0].partition("=")
            self._cookies[name] = value

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def live(visitor: Visitor, number: int, over: Event) -> str:
    """Read, search and write one device until `over`, as a person does; return what was written last."""
    device, written = f"{HQ}Desk%20{number:02}/", ""
    visitor.sign_in()
    turn = 0
    while not over.wait(0.2):
        turn += 1
        for path in (HQ, device, f"{HQ}?q=desk+{number:02}", f"/search?q=desk+{number:02}", "/history/"):
            visitor.ask("GET", path)
            if over.wait(0.1):
                return written
        words = f"turn {turn} of {number}"
        if visitor.submit(f"{device}edit", description=words).status == 303:
            written = words
    return written
