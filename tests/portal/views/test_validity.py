"""Every kind of page and fragment, read by a checker that is not ours."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from app.portal.domain.audit import Action
from tests.support.adapters import UnreachableAdapter
from tests.support.boards import ADA, BASE, BEA, CYD, SAVE, add_device, press
from tests.support.client import HTMX, Page
from tests.support.config_files import CHANGE, FILES, MOST_BYTES, apply, back_to, edited, put_past_the_portal, upload
from tests.support.history import record_change
from tests.support.job_kinds import KINDS, add_job
from tests.support.population import ANNEX, HEADQUARTERS, HQ
from tests.support.world import DEPARTMENT_ADMIN, OWNER, SUPPORT, SYSTEM_ADMIN, World

ROOT = Path(__file__).resolve().parents[3]
CONFIG = ROOT / "tests" / "htmlvalidate.json"
BROUGHT = ROOT / ".venv" / "html-validate" / "node_modules" / ".bin"
RECEPTION = f"{HQ}Reception/"
FILE = "files/%25BWMACADDRESS%25.cfg/"
PAGES = (
    *("/", "/?q=nothing", "/tenants/acme/", "/account", "/help", "/nowhere"),
    *(HQ, f"{HQ}?q=desk&size=25&sort=-name&status=Online", f"{HQ}?q=nothing&type=none", ANNEX),
    *(f"{HQ}new", f"{HQ}new?copy=Reception&another=1", f"{HQ}new?type=Yealink-T46G", f"{HQ}new?type=Generic SIP Phone"),
    *(f"{ANNEX}copy", f"{ANNEX}copy?from_group=headquarters", f"{HQ}copy?from_group=annex"),
    *(RECEPTION, f"{RECEPTION}edit", f"{RECEPTION}replace", f"{RECEPTION}delete", f"{RECEPTION}reboot"),
    *(f"{RECEPTION}tags/", f"{RECEPTION}tags/?set=none", f"{RECEPTION}tags/?q=none&show=empty&level=Native"),
    *(f"{RECEPTION}files/", f"{RECEPTION}{FILE}", f"{RECEPTION}{FILE}?as=phone", f"{HQ}Softphone/files/"),
)
FRAGMENTS = (
    *(
        "/?q=acme",
        "/help",
        "/nowhere",
        HQ,
        f"{HQ}?q=nothing",
        f"{HQ}new?type=Yealink-T46G",
        f"{ANNEX}copy?from_group=headquarters&q=nothing",
        "/tenants/acme/groups/annex/counts",
    ),
    *(
        f"{HQ}check?field=mac_address&mac_address=001565A12B3C&type=Yealink-T46G",
        f"{RECEPTION}delete",
        f"{RECEPTION}reboot",
    ),
    *(f"{RECEPTION}tags/", f"{RECEPTION}tags/count"),
)


@pytest.fixture
def checker() -> str:
    found = shutil.which("html-validate", path=str(BROUGHT)) or shutil.which("html-validate")
    if found is None:
        pytest.skip("html-validate is not here; `make test-deps` brings it where there is npm")
    return found


def test_every_kind_of_page_is_valid_html(world: World, checker: str, tmp_path: Path) -> None:
    for number, page in enumerate(every_kind(world)):
        (tmp_path / f"{number:02}.html").write_text(f"<!-- {page.status} {page.url} -->\n{page.text}")
    report = subprocess.run(
        [checker, "--config", str(CONFIG), "--formatter", "text", "--ext", "html", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (report.returncode, report.stdout) == (0, ""), report.stdout + report.stderr


def every_kind(world: World) -> Iterator[Page]:
    admin, nobody = world.browser(SYSTEM_ADMIN), world.nobody()
    yield nobody.get("/login")
    yield nobody.sign_in("nobody@acme.example", "a wrong password")
    yield from (admin.get(url) for url in PAGES)
    yield from (admin.get(url, headers=HTMX) for url in FRAGMENTS)
    yield world.browser(DEPARTMENT_ADMIN).get("/")
    yield world.browser(SUPPORT).get(f"{HQ}new")
    yield from forms_that_come_back(world)
    yield from a_file_on_its_way(world)
    yield from jobs_of_every_kind(world)
    down = world.browser(OWNER, world.another_portal())
    world.held_by(down.app).__dict__["adapter"] = UnreachableAdapter()
    yield from (down.get(url, headers=headers) for url in (HQ, RECEPTION) for headers in ({}, HTMX))


def forms_that_come_back(world: World) -> Iterator[Page]:
    owner = world.browser(OWNER)
    yield owner.post(f"{HQ}new", device_type="Yealink-T46G", mac_address="1", device_name="a/b")
    yield owner.submit(owner.get(f"{RECEPTION}delete"), confirm_name="Reception")
    opened = owner.get(f"{RECEPTION}edit")
    owner.submit(opened, description="Theirs")
    yield owner.get(RECEPTION)  # with what was said of it
    yield owner.submit(opened, description="Mine")
    owner.submit(owner.get(f"{RECEPTION}reboot"))
    yield from (owner.get(f"{RECEPTION}reboot/progress", headers=headers) for headers in ({}, HTMX))
    yield from boards(world)


def boards(world: World) -> Iterator[Page]:
    owner = world.browser(OWNER)
    add_device(world, "Base", "Yealink-W60B", {ADA: 1, BEA: 2, CYD: 5}, department_name="Sales")
    add_device(world, "Fixed", "Generic SIP Phone", {"x@acme.example": 1})
    yield from (owner.get(url) for url in (f"{HQ}Fixed/lines/", f"{HQ}Fax/lines/", BASE, f"{BASE}?sort=-ext&q=a"))
    opened = owner.get(BASE)
    yield press(owner, opened, {ADA: "5"}, do="save")
    for typed in ({ADA: "x"}, {ADA: "9"}, {ADA: "7"}):
        form = {**opened.form(SAVE).fields, **{f"port:{line}": text for line, text in typed.items()}}
        yield from (owner.post(SAVE, headers, **form, do="show") for headers in ({}, HTMX))
        yield owner.post(SAVE, None, **form, sort="ext")
    yield press(owner, opened, {ADA: "9"}, do="save")
    press(owner, press(owner, owner.get(BASE), up=BEA), do="save")
    yield press(owner, opened, {ADA: "7"}, do="save")


def jobs_of_every_kind(world: World) -> Iterator[Page]:
    admin, engine, where = world.browser(SYSTEM_ADMIN), world.held_by().engine, asdict(HEADQUARTERS)
    urls = {name: add_job(engine, where, kind, "Reception") for name, kind in KINDS.items()}
    yield from (admin.get(url) for url in urls.values())
    opened = ("draft", "?view=change&open=waiting.." + KINDS["draft"].items[0]["difference"])
    for name, query in (opened, ("done", "?view=device&sort=-time"), ("draft", "?verdict=warnings"), ("file", "plan")):
        yield from (admin.get(urls[name] + query, headers=headers) for headers in ({}, HTMX))
    yield admin.get(f"{urls['file']}difference/1")
    yield admin.post(f"{urls['draft']}start", canary="x", start_at="x", pace="x")
    yield from (admin.get("/jobs/", headers=headers) for headers in ({}, HTMX))
    yield from (admin.get(f"{HQ}import"), admin.post(f"{HQ}import", rows="<p>"))


def a_file_on_its_way(world: World) -> Iterator[Page]:
    owner = world.browser(OWNER)
    yield owner.get(CHANGE)
    yield edited(owner, "x" * (MOST_BYTES + 1))
    yield upload(owner, b"\x89PNG\0")
    check = upload(owner, b"a = %NOBODY_KNOWS%\r\n\tb < 2 & c\n")
    yield check
    yield owner.get(f"{check.url}?view=unified")
    put_past_the_portal(world, b"a = 1\n")
    yield apply(owner, check)
    apply(owner, upload(owner, b"b = 1\n"))
    yield from (
        owner.get(f"{FILES}{page}") for page in ("versions/", "versions/1/", "versions/2/", "difference?a=1&b=2")
    )
    gone = {"file_format": "%BWMACADDRESS%.cfg", "version": 99}
    record_change(world, Action.FILE, device="Reception", after=gone)
    yield owner.get(f"{FILES}versions/99/")
    yield back_to(owner, "default")
