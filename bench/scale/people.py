"""`python -m bench.scale.people FOLDER`: people at work with the portal, each in a thread, and one who runs a job.

What they are to do stands in `people.json` in the folder. What they saw is written beside it.
"""

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import partial
from html import unescape
from pathlib import Path
from time import monotonic, sleep
from typing import Any, NamedTuple
from urllib.parse import quote

from app.portal.domain.refs import GroupRef
from bench.population import FIRST, LAST
from bench.scale.world import BASE, JOB_OWNER, PASSWORD, World, account_of
from tests.support.nginx import Nginx
from tests.support.nodes import Answer, Fields, Visitor

ORDERS, SEEN = "people.json", "seen.json"
RAMP = 60.0  # seconds in which all sign in, or a third of the whole time where that is less
_PART = re.compile(r'data-hx-get="([^"]+)" data-hx-trigger="(?:load|revealed)"')
_PARTS = 10  # of a page: as many groups of a directory as a window shows
_KEPT = 50.0  # seconds for which a connection is used again; nginx closes it after a minute
_LOOK = 5.0  # seconds between two looks at a job or a reboot, as the page asks by itself
_LOOKS = 5  # at a reboot
_LONGEST_THOUGHT = 6  # times the usual


@dataclass(frozen=True)
class Orders:
    world: World
    people: int
    seconds: float
    think: float  # seconds between two pages, on average
    pace: int  # devices of the job in a minute
    nginx: Nginx

    @classmethod
    def read(cls, folder: Path) -> "Orders":
        orders = json.loads((folder / ORDERS).read_text())
        nginx = Nginx(Path(orders["nginx"]["folder"]), orders["nginx"]["http"], orders["nginx"]["https"])
        return cls(**{**orders, "world": World(**orders["world"]), "nginx": nginx})

    def write(self, folder: Path) -> None:
        (folder / ORDERS).write_text(json.dumps(asdict(self), default=str))


class Visit(NamedTuple):
    """A page or a form that was sent. `seconds` are until its content is there; `polls`, how often it asked again."""

    page: str
    seconds: float
    status: int
    polls: int


@dataclass
class Person(Visitor):
    password: str = PASSWORD
    timeout: float = 60
    groups: list[GroupRef] = field(default_factory=list)
    rng: random.Random = field(default_factory=random.Random)
    visits: list[Visit] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    asked_at: float = 0
    devices: dict[str, list[str]] = field(default_factory=dict)

    def ask(self, method: str, path: str, fields: Fields | None = None, *, is_part: bool = False) -> Answer:
        if monotonic() - self.asked_at > _KEPT:
            self.close()
        answer = super().ask(method, path, fields, is_part=is_part)
        self.asked_at = monotonic()
        self.statuses[answer.status] += 1
        return answer

    def visit(self, page: str, path: str) -> Answer:
        """Load a page, and then what its script loads after it."""
        answer = self._measure(page, lambda: self.open(path))
        for part in _PART.findall(answer.text)[:_PARTS]:
            self.look(f"part of {page}", unescape(part))
        return answer

    def look(self, page: str, path: str) -> Answer:
        """Load the part of a page that shows how far something is, as its script does every few seconds."""
        return self._measure(page, lambda: self.ask("GET", path, is_part=True))

    def press(self, page: str, form: Answer, path: str, next_page: str = "", **typed: str) -> Answer:
        """Send the form of a page, and load the page that it leads to, if that has a name."""
        answer = self._measure(page, lambda: self.send(form, path, **typed))
        if next_page and answer.location.startswith("/"):
            self.visit(next_page, answer.location)
        return answer

    def _measure(self, page: str, act: Callable[[], Answer]) -> Answer:
        began, before = monotonic(), len(self.waits)
        answer = act()
        self.visits.append(Visit(page, monotonic() - began, answer.status, len(self.waits) - before - 1))
        return answer

    def enter(self) -> None:
        form = self.visit("sign-in, form", "/login")
        if form.status == 200:
            self.press("sign-in", form, "/login", "tenants and groups", username=self.username, password=self.password)

    def type(self) -> None:
        sleep(self.rng.uniform(1, _LOOK))

    def choose_group(self) -> str:
        group = self.rng.choice(self.groups)
        return f"/tenants/{group.tenant_id}/groups/{group.group_id}/"

    def choose_device(self, words: str = "") -> str:
        """Find a device in the list of a group, with a search in the list where `words` are given."""
        group = self.choose_group()
        key = f"{group}devices/?q={quote(words)}" if words else f"{group}devices/"
        if key not in self.devices:
            page = self.visit("device list, searched" if words else "device list", key)
            self.devices[key] = re.findall(rf'href="({re.escape(group)}devices/[^"/?]+/)(?:\?list=[^"]*)?"', page.text)
        return unescape(self.rng.choice(self.devices[key])) if self.devices[key] else ""


def read_list(person: Person) -> None:
    query = person.rng.choice(("", "", "?sort=-status", "?page=2", "?status=Offline"))
    person.visit("device list", f"{person.choose_group()}devices/{query}")


def search_list(person: Person) -> None:
    word = person.rng.choice((person.rng.choice(LAST), "reception", "00:15:65", "t46g", str(person.rng.randrange(99))))
    person.visit("device list, searched", f"{person.choose_group()}devices/?q={quote(word)}")


def search_all(person: Person) -> None:
    number = person.rng.randrange(100_000)
    name = f"{person.rng.choice(FIRST)} {person.rng.choice(LAST)}"
    words = person.rng.choice((name, f"SN{number:08}", f"{number % 65536:04x}", f"020 {number:08}", "polycom", BASE))
    person.ask("GET", f"/search/typing?q={quote(words)}", is_part=True)
    person.visit("search", f"/search?q={quote(words)}")


def read_device(person: Person) -> None:
    tabs = {"": "device", "lines/": "lines", "files/": "config files", "tags/": "tags", "history/": "device history"}
    tab = person.rng.choices(list(tabs), (8, 2, 1, 1, 2))[0]
    if device := person.choose_device():
        person.visit(tabs[tab], f"{device}{tab}")


def edit(person: Person) -> None:
    if device := person.choose_device():
        form = person.visit("edit, form", f"{device}edit")
        if form.status == 200:
            person.type()
            person.press(
                "edit, saved", form, f"{device}edit", "device", description=f"Desk {person.rng.randrange(10**6)}"
            )


def reboot(person: Person) -> None:
    if device := person.choose_device():
        form = person.visit("reboot, form", f"{device}reboot")
        person.type()
        if form.status == 200 and person.press("reboot, sent", form, f"{device}reboot", note="").status == 303:
            for _ in range(_LOOKS):
                sleep(_LOOK)
                person.look("reboot, progress", f"{device}reboot/progress")


def reorder_lines(person: Person) -> None:
    device = person.choose_device(BASE)
    board = person.visit("lines", f"{device}lines/") if device else None
    first = re.search(r'name="down"\s+value="([^"]+)"', board.text) if board else None
    if board and first:
        board = person.press("lines, moved", board, f"{device}lines/", opened=_field(board, "opened"), down=first[1])
        if board.status == 200:
            person.press("lines, saved", board, f"{device}lines/order", "lines", do="save")


def _field(page: Answer, name: str) -> str:
    match = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    return unescape(match[1]) if match else ""


ACTS: dict[Callable[[Person], Any], int] = {
    lambda person: person.visit("group overview", person.choose_group()): 10,
    read_list: 20,
    search_list: 10,
    search_all: 10,
    read_device: 28,
    lambda person: person.visit("group history", f"{person.choose_group()}history/"): 3,
    lambda person: person.visit("history", "/history/"): 3,
    lambda person: person.visit("jobs", "/jobs/"): 2,
    lambda person: person.visit("tenants and groups", "/"): 3,
    edit: 7,
    reboot: 2,
    reorder_lines: 3,
}


def work(person: Person, delay: float, until: float, think: float) -> None:
    """Do one thing after another, with pauses as people make them."""
    sleep(delay)
    person.enter()
    while monotonic() < until:
        person.rng.choices(list(ACTS), list(ACTS.values()))[0](person)
        sleep(min(person.rng.expovariate(1 / think), _LONGEST_THOUGHT * think, max(until - monotonic(), 0)))
    person.close()


def run_job(owner: Person, until: float, pace: int) -> None:
    """Have all devices of the group edited, and look at the job until it is done. What is left then is cancelled."""
    owner.enter()
    devices = f"{owner.choose_group()}devices/"
    page = owner.visit("long device list", devices)
    fields = {"csrf_token": _field(page, "csrf_token"), "action": "edit", "all": "1"}
    job = owner.ask("POST", f"{devices}bulk", fields).location
    form = owner.visit("job, form", f"{job}plan")
    words = f"Edited {random.randrange(10**6)}"  # noqa: S311 - another text than in the run before
    owner.press("job, planned", form, f"{job}plan", description_do="set", description=words)
    look = partial(owner.look, "job", job)
    while 'data-job-state="draft"' not in look().text and monotonic() < until:
        sleep(_LOOK)
    owner.press("job, started", owner.ask("GET", job), job, canary="0", pace=str(pace), pause_after="0")
    while 'data-job-state="done"' not in look().text and monotonic() < until:
        sleep(_LOOK)
    if 'data-job-state="done"' not in look().text:
        owner.ask("POST", f"{job}cancel", {"csrf_token": fields["csrf_token"]})
    owner.close()


def main() -> None:
    folder = Path(sys.argv[1])
    orders = Orders.read(folder)
    began = monotonic()
    until, ramp = began + orders.seconds, min(RAMP, orders.seconds / 3)
    people = []
    for number in range(orders.people):
        account, groups = account_of(orders.world, number)
        people.append(Person(orders.nginx, account.username, groups=groups, rng=random.Random(number)))  # noqa: S311
    owner = Person(orders.nginx, JOB_OWNER, groups=[orders.world.group(0)])
    with ThreadPoolExecutor(len(people) + 1) as pool:
        lives = [
            pool.submit(work, person, ramp * n / len(people), until, orders.think) for n, person in enumerate(people)
        ]
        if orders.pace:
            lives.append(pool.submit(run_job, owner, until, orders.pace))
    errors = [repr(error) for life in lives if (error := life.exception())]
    people.append(owner)
    seen = {
        "seconds": monotonic() - began,
        "visits": [visit for person in people for visit in person.visits],
        "statuses": sum((person.statuses for person in people), Counter()),
        "failures": [*errors, *(failure for person in people for failure in person.failures)],
    }
    (folder / SEEN).write_text(json.dumps(seen))


if __name__ == "__main__":
    main()
