"""`python -m bench.jobs`: jobs of 10,000 devices, with the reference API in the same process.

How long the background process works on a draft and on files of devices, and the server on the pages of a job.
Processor times, so that other load hardly matters.
"""

import csv
import io
import resource
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from statistics import median
from time import process_time

import openpyxl
from flask.testing import FlaskClient

from app.jobs.acts import JobActs
from app.jobs.importing import read_next_sheet
from app.jobs.working import JobLoop
from bench.memory import resident_megabytes
from bench.portal import LIST, BenchPortal, bench_portal, send_form

DEVICES = 10_000
_HEAD = ("Name", "Type", "MAC address", "IP address / host", "Description")
_PAGES = {"first page": "", "last page": "?page=99999", "filtered": "?verdict=new", "as CSV": "items.csv"}
_TURNS = 20


def main() -> None:
    with bench_portal(DEVICES) as portal:
        rows = list(_rows(portal))
        _print_memory("at the start")
        url = send_form(portal.browser, LIST, f"{LIST}bulk", action="edit", all="1")
        send_form(portal.browser, url, f"{url}plan", description_do="set", description="From a job")
        _measure("a draft is checked, each device read", portal, JobLoop(portal.portal).run_until_idle)
        _measure_pages(portal, url)
        for kind, content in (("csv", _to_csv(rows)), ("xlsx", _to_xlsx(rows))):
            file = io.BytesIO(content), f"devices.{kind}"
            url = send_form(portal.browser, LIST, f"{LIST}import", file=file)
            read = partial(read_next_sheet, portal.portal, JobActs(portal.portal))
            _measure(f"{kind} of {len(content) >> 10:,} KiB: rows parsed, matched and checked", portal, read)
            _measure(
                f"{kind}: devices read of which the list tells too little",
                portal,
                JobLoop(portal.portal).run_until_idle,
            )
        _measure_pages(portal, url)
    print(f"most memory at any time: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB")


def _rows(portal: BenchPortal) -> Iterator[Sequence[str]]:
    """Yield as many rows as there are devices: one half of them changes a device each, the other half are new."""
    for number, row in enumerate(portal.rows()[: DEVICES // 2]):
        yield row.device_name, row.device_type, row.mac_address or "", row.net_address or "", f"Cubicle {number}"
        yield f"New {number:05}", "Yealink-T46G", f"805EC0{number:06X}", "", f"Cubicle {number}"


def _to_csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([_HEAD, *rows])
    return text.getvalue().encode()


def _to_xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    book, content = openpyxl.Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    for row in (_HEAD, *rows):
        sheet.append(row)
    book.save(content)
    return content.getvalue()


def _measure(what: str, portal: BenchPortal, work: Callable[[], object]) -> None:
    by_api, began = portal.api_seconds, process_time()
    work()
    seconds = process_time() - began
    print(f"{what}: {seconds:.1f} s, of it the reference API {portal.api_seconds - by_api:.1f} s")
    _print_memory("after it")


def _measure_pages(portal: BenchPortal, url: str) -> None:
    for name, path in _PAGES.items():
        seconds = median(_load(portal.browser, f"{url}{path}") for _ in range(_TURNS))
        print(f"  {name}: {seconds * 1000:.0f} ms", flush=True)


def _load(browser: FlaskClient, url: str) -> float:
    """Return the processor time of an answer to its end: an export is made while it is sent."""
    began = process_time()
    with browser.get(url) as answer:
        assert answer.status_code == 200, answer.status
        answer.get_data()
    return process_time() - began


def _print_memory(when: str) -> None:
    print(f"  {when}: {resident_megabytes()} MB", flush=True)


if __name__ == "__main__":
    main()
