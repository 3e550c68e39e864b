"""Writes of all kinds, each struck by a fault that chance picks: none is lost, doubled or told otherwise than it is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.support import config_files
from tests.support.client import Page
from tests.support.faults import faults
from tests.support.faults.portal import Faulty
from tests.support.faults.server import Fault
from tests.support.faults.write_faults import ANSWERED, DONE, NOT_DONE
from tests.support.population import API_HQ, HQ
from tests.support.rounds import Rounds
from tests.support.world import SYSTEM_ADMIN

ADA, GRACE = "ada@acme.example", "grace@acme.example"
FAULTS: dict[str, Fault] = {
    **DONE,
    **ANSWERED,
    **NOT_DONE,
    "acts twice": faults.acts_twice,
    "arrives late": faults.arrives_late,
}
SLOW = {faults.hangs, faults.acts_then_hangs}
EACH_ROUND = 3


@dataclass(frozen=True)
class Struck:
    """`page` shows the form. `happened` asks the backend; None where it cannot tell this write from an earlier one.

    `looks` are the pages whose reading shows the outcome.
    """

    method: str
    path_end: str
    page: Page
    happened: Callable[[], bool] | None
    looks: list[str]
    typed: dict[str, str] = field(default_factory=dict)


def create(faulty: Faulty, name: str, _: Random) -> Struck:
    page = faulty.browser.get(f"{HQ}new?type=Generic%20SIP%20Phone")
    typed = {"device_name": name, "description": "x"}
    return Struck("POST", "/access_devices/", page, lambda: faulty.has_device(name), [f"{HQ}{name}/"], typed)


def edit(faulty: Faulty, name: str, _: Random) -> Struck:
    def happened() -> bool:
        return faulty.has_device("lobby", description=name)

    page = faulty.browser.get(f"{HQ}lobby/edit")
    return Struck("PUT", "/lobby/", page, happened, [f"{HQ}lobby/"], {"description": name})


def delete(faulty: Faulty, name: str, _: Random) -> Struck:
    faulty.world.tell_api("POST", API_HQ, {"deviceName": name, "deviceType": "Generic SIP Phone"})
    page = faulty.browser.get(f"{HQ}{name}/delete")
    return Struck("DELETE", f"/{name}/", page, lambda: not faulty.has_device(name), [f"{HQ}{name}/"])


def reboot(faulty: Faulty, *_: object) -> Struck:
    return Struck("PUT", "/reboot_phone/", faulty.browser.get(f"{HQ}Fax/reboot"), None, [f"{HQ}Fax/"])


def lines(faulty: Faulty, *_: object) -> Struck:
    before = faulty.ports("Reception")
    after = {ADA: before[GRACE], GRACE: before[ADA]}
    typed = {**{f"port:{line}": str(port) for line, port in after.items()}, "do": "save"}
    page, path = faulty.browser.get(f"{HQ}Reception/lines/"), "/Reception/connected_users/"
    return Struck("PUT", path, page, lambda: faulty.ports("Reception") == after, [f"{HQ}Reception/lines/"], typed)


def change_file(faulty: Faulty, name: str, _: Random) -> Struck:
    content = f"name = {name}\n".encode()
    page = config_files.upload(faulty.browser, content)
    path = "/config_files/%25BWMACADDRESS%25.cfg/"
    return Struck("PUT", path, page, lambda: config_files.content(faulty.world) == content, [config_files.FILES])


KINDS = (create, edit, delete, reboot, lines, change_file)


def told(page: Page) -> str:
    """Return what the user was told of a write, as the audit log calls it."""
    if page.status == 303:
        return "applied"
    return "unknown" if page.h1 == "Status unknown" else "refused"


def strike(faulty: Faulty, write: Struck, fault: Fault) -> Page:
    faulty.server.script(write.method, write.path_end, fault)
    if fault in SLOW:
        faulty.hurry_writes()
    page = faulty.browser.submit(write.page, **write.typed)
    faulty.server.heal()
    faulty.calm_writes()
    return page


def look(faulty: Faulty, write: Struck) -> None:
    for url in write.looks:
        faulty.browser.get(url)


def let_time_pass(faulty: Faulty) -> None:
    faulty.world.clock.advance(seconds=faulty.longest_write.total_seconds() + 1)


def outcome_in_the_end(faulty: Faulty, write: Struck, chance: Random) -> str:
    """Return the last outcome in the audit log, once all has arrived and its readers have looked."""
    if chance.random() < 0.5:  # somebody looks before it arrives
        let_time_pass(faulty)
        look(faulty, write)
    faulty.server.deliver()
    let_time_pass(faulty)
    look(faulty, write)
    return faulty.outcomes()[-1]


def test_struck_writes_are_told_as_they_are(faulty: Faulty, rounds: Rounds) -> None:
    for number, chance in enumerate(rounds):
        faulty.browser = faulty.world.browser(SYSTEM_ADMIN, faulty.browser.app)  # a day passes within a few rounds
        for part in range(EACH_ROUND):
            kind, fault = chance.choice(KINDS), chance.choice(list(FAULTS))
            what = f"{kind.__name__}: {fault}"
            write = kind(faulty, f"Struck-{number}-{part}", chance)
            before = len(faulty.server.seen(write.method, write.path_end))
            outcome = told(strike(faulty, write, FAULTS[fault]))
            assert len(faulty.server.seen(write.method, write.path_end)) == before + 1, what
            assert outcome in {"applied", "unknown"}, what
            assert not (write.happened and outcome == "applied") or write.happened(), what
            last = outcome_in_the_end(faulty, write, chance)
            if write.happened is None:
                assert last == outcome, what
            else:
                assert last == ("applied" if write.happened() else "not applied"), what
