"""Ids of another tenant or another person in every place that takes one: they answer as ids that do not exist."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from app.database import reading
from app.portal.domain.files import Origin, Upload
from app.portal.domain.jobs import JobState
from app.portal.domain.refs import FileRef, GroupRef
from app.portal.store.jobs.tables import JobItem
from app.portal.store.list_settings import SavedView
from tests.support.boards import CYD, add_device
from tests.support.client import Browser
from tests.support.config_files import FILE, THE_FILE, send_version
from tests.support.index import listed, recorder
from tests.support.jobs import add_job
from tests.support.population import AMSTERDAM, HQ
from tests.support.world import COLLEAGUE, OWNER, STRANGER, TENANT_ADMIN, World

CANARY = "zyxcanary"
FOREIGN_GROUP = GroupRef("globex", "amsterdam")
OWN = {"tenant": "acme", "group": "headquarters", "device": "Reception", "file": FILE, "number": 1}
ABSENT_NUMBER, ABSENT_TOKEN, ABSENT_NAME = 2_000_000_000, "A" * 43, "Qqqqqqq"
# Rows that a refused request may add, and what each request may renew: what was refused, and lists that were read.
NOTED = {"portal_changes", "portal_outcomes", "portal_audit_queue", "portal_repeated_refusals", "portal_sessions"}
NOTED |= {"portal_confirmations", "portal_device_lists"}
OWN_ROWS = {"portal_uploads", "portal_jobs", "portal_job_items"}  # some of the requests make such rows
DIFFERS = re.compile(
    r'name="(csrf_token|form_token|opened)" (type="hidden" )?value="[^"]*"'
    r'|Reference: <span class="mono">[0-9A-F]{8}|(item|device|job)-[0-9]+|[Jj]obs?[ /][0-9]+'
    r"|/check/[\w-]{43}|upload=[\w-]{43}"
)

NAMES_OF_DEVICES: Sequence[tuple[str, str, Mapping[str, str]]] = (
    ("GET", f"{HQ}new?copy={{}}&device_type=", {}),
    ("GET", f"{HQ}?q={{}}", {}),
    ("GET", "/search?q={}", {}),
    ("POST", "/search", {"q": "{}\nx"}),
    ("POST", "/search/export.csv", {"device": "globex/amsterdam/{}"}),
    ("GET", "/history/export.csv?device={}", {}),
    ("POST", f"{HQ}bulk", {"action": "reboot", "device": "{}"}),
    ("POST", f"{HQ}bulk/check", {"device": "{}"}),
    ("POST", "/jobs/", {"action": "reboot", "device": "globex/amsterdam/{}"}),
)


@dataclass(frozen=True)
class Swap:
    """A request with an id in it, written `{}`: `real` is somebody else's, `absent` of the same kind and nobody's."""

    method: str
    url: str
    real: object
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def absent(self) -> object:
        if isinstance(self.real, int):
            return ABSENT_NUMBER
        return ABSENT_TOKEN if len(str(self.real)) == len(ABSENT_TOKEN) else ABSENT_NAME


def prepare(world: World, app: Flask) -> dict[str, Any]:
    """Make one of each kind for somebody else; return their ids by the name that addresses have for them."""
    stranger, colleague = world.browser(STRANGER), world.browser(COLLEAGUE, app)
    held, now = world.held_by(), world.clock()
    foreign = {"tenant_id": "globex", "group_id": "amsterdam", "username": STRANGER.username, "title": CANARY}
    whole_tenant = {"group_id": "", "username": TENANT_ADMIN.username, "title": CANARY}
    stranger.submit(stranger.get(f"{AMSTERDAM}Foreign/edit"), description=CANARY)
    colleague.submit(colleague.get(f"{HQ}Fax/edit"), description="new")
    foreign_change, own_change = (change.id for change, _ in world.changes())
    foreign_file, other_file = FileRef(FOREIGN_GROUP, "Reception", FILE), FileRef(THE_FILE.group, "Lobby", FILE)
    versions = [send_version(world, file, CANARY.encode()) for file in (foreign_file, other_file)]
    upload = Upload(origin=Origin.UPLOAD, detail="", content=CANARY.encode(), opened=b"", opened_state="")
    uploads = [
        held.pending_uploads.keep(member.username, file, upload, now)
        for member, file in ((STRANGER, foreign_file), (COLLEAGUE, THE_FILE), (OWNER, other_file))
    ]
    for browser, path in ((stranger, AMSTERDAM), (colleague, HQ)):
        browser.post(f"{path}views", name=CANARY, query=f"q={CANARY}")
    with reading(held.engine) as db:
        views = list(db.scalars(select(SavedView.id)))
    jobs = [
        add_job(world, "Foreign", state=JobState.DRAFT, **foreign),
        add_job(world, "Foreign", state=JobState.DRAFT, action="import", **foreign),
        add_job(world, "Dock", state=JobState.DRAFT, **whole_tenant),
    ]
    sessions = [row.id for member in (STRANGER, COLLEAGUE) for row in held.sessions.list_alive(member.username, now)]
    index = recorder(world)
    index.record_directory("globex", f"{CANARY} Ltd", {"amsterdam": CANARY})
    index.record_list(FOREIGN_GROUP, [listed("Foreign", version=CANARY)])
    drafts = [
        held.saved_drafts.keep(member.username, f"{path}Reception/edit", [("description", CANARY)], now)
        for member, path in ((COLLEAGUE, HQ), (STRANGER, AMSTERDAM))
    ]
    with reading(held.engine) as db:
        items = list(db.scalars(select(JobItem.id)))
    add_device(world, "Base", "Yealink-W60B", {CYD: 1})
    [board] = {form.fields.get("opened") for form in colleague.get(f"{HQ}Base/lines/").forms if "opened" in form.names}
    return {
        "job_id": jobs,
        "item": items,
        "draft": drafts,
        "board": board,
        "view": views,
        "change": [foreign_change, own_change],
        "version": versions,
        "upload": uploads,
        "session_id": sessions,
    }


def swaps_of_paths(app: Flask, ids: Mapping[str, Any]) -> Iterator[list[Swap]]:
    """Yield requests to each address that has an id in its path, with each id that it could be."""
    urls = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        for name in ids.keys() & rule.arguments:
            url = urls.build(rule.endpoint, {key: OWN.get(key) for key in rule.arguments} | {name: 7_777})
            for method in methods_of(rule):
                yield [Swap(method, url.replace("7777", "{}"), real) for real in ids[name]]


def methods_of(rule: Rule) -> list[str]:
    return sorted({"GET", "POST"} & (rule.methods or set()))


def swaps_elsewhere(world: World, ids: Mapping[str, Any], own_job: int) -> Iterator[list[Swap]]:
    """Yield requests with an id in the query, the form, or a field that is sealed."""
    file, job = f"{HQ}Reception/files/%25BWMACADDRESS%25.cfg/", f"/jobs/{own_job}/"
    typed = {"upload": "{}", "content": "x", "opened": ""}
    yield [Swap("GET", f"{file}change?upload={{}}", upload) for upload in ids["upload"]]
    yield [Swap("POST", f"{file}change", upload, typed) for upload in ids["upload"]]
    yield [Swap("GET", f"{file}difference?a={{}}&b=now", version) for version in ids["version"]]
    yield [Swap("GET", f"{file}difference?a=default&b={{}}", version) for version in ids["version"]]
    yield [Swap("POST", f"{file}back", version, {"version": "{}"}) for version in ids["version"]]
    yield [Swap("GET", f"{HQ}Reception/edit?draft={{}}", draft) for draft in ids["draft"]]
    yield [Swap("GET", f"{job}?difference=item.{{}}", item) for item in ids["item"]]
    yield [Swap("GET", f"{job}?view=change&open=item.{{}}", item) for item in ids["item"]]
    yield [Swap("POST", f"{job}leave-out", item, {"difference": "item.{}"}) for item in ids["item"]]
    yield [Swap("POST", f"{HQ}Reception/lines/order", ids["board"], {"opened": "{}", "shown": "{}", "do": "save"})]
    yield [Swap("GET", "/search?q=e&in=globex%2F{}", "amsterdam")]
    yield [Swap("GET", "/history/?who={}", STRANGER.username)]
    for method, url, fields in NAMES_OF_DEVICES:
        yield [Swap(method, url, "Foreign", fields)]


def ask(browser: Browser, swap: Swap, value: object) -> tuple[int, str, str]:
    """Return status, where it leads, and the text there, without what differs between any two answers."""
    id_ = str(value)
    url = swap.url.replace("{}", quote(id_))
    fields = {"csrf_token": browser.token(), **{name: text.replace("{}", id_) for name, text in swap.fields.items()}}
    answer = browser.client.open(url, method=swap.method, data=fields if swap.method == "POST" else None)
    location = answer.headers.get("Location", "")
    text = (browser.client.get(location) if location else answer).text
    assert CANARY not in text, (swap, text)
    text = DIFFERS.sub("", text).replace(DIFFERS.sub("", escape(url)), "URL")
    if len(id_) > 6:  # a short one stands in other words too
        text, location = text.replace(quote(id_), "ID").replace(id_, "ID"), location.replace(id_, "ID")
    return answer.status_code, DIFFERS.sub("", location), text


def contents(world: World, *, but: set[str]) -> Mapping[str, list[Any]]:
    """Return all rows except those of some tables and of the index, which learns from each page."""
    rows = world.contents()
    return {name: rows[name] for name in rows.keys() - but if not name.startswith("portal_index_")}


def walk(world: World, choose: Callable[[int, list[Swap]], list[Swap]]) -> None:
    """Send those of the requests that `choose` takes of each address, which it is given with its number."""
    app = world.another_portal(index_days=30)
    ids = prepare(world, app)
    browser = world.browser(OWNER, app)
    own_job = add_job(world, "Reception", state=JobState.DRAFT, action="edit")
    of_paths, elsewhere = list(swaps_of_paths(app, ids)), list(swaps_elsewhere(world, ids, own_job))
    assert len(of_paths) > 25
    for swaps, noted in ((of_paths, NOTED), (elsewhere, NOTED | OWN_ROWS)):
        before = contents(world, but=noted)
        for number, alike in enumerate(swaps):
            for swap in choose(number, alike):
                real, absent = ask(browser, swap, swap.real), ask(browser, swap, swap.absent)
                assert real == absent, swap
                assert real[0] in {404, 303, 403} or swaps is elsewhere, (real[0], swap)
        assert contents(world, but=noted) == before


@pytest.mark.both_databases
def test_id_of_someone_else_answers_as_absent(world: World) -> None:
    """Each database answers a third of the addresses, each of them with one of the ids."""
    part = 0 if world.held_by().engine.dialect.name == "sqlite" else 1
    walk(world, lambda number, alike: [alike[number // 3 % len(alike)]] if number % 3 == part else [])


@pytest.mark.long
@pytest.mark.both_databases
def test_each_id_of_someone_else_answers_as_absent(world: World) -> None:
    walk(world, lambda _, alike: alike)
