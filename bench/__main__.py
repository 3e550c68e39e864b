"""`python -m bench`: the README's table of medians, and their ratios to a bare view.

Page and bare view are requested in turns. Processor time is measured, so that other load hardly matters.
"""

from collections.abc import Callable, Mapping
from functools import partial
from statistics import median
from time import process_time

from flask.testing import FlaskClient

from bench.baseline import bare
from bench.portal import LIST, BenchPortal, bench_portal

SIZES = (100, 10_000, 100_000)
# Name and URL of a page at one of ten turns: a table keeps its last search, so each turn has another.
PAGES: Mapping[str, Callable[[int, int], str]] = {
    "warm": lambda size, turn: LIST,
    "search: a tenth": lambda size, turn: f"{LIST}?q=desk+{_tenth(size, turn)}",
    "a letter": lambda size, turn: f"{LIST}?q={'bdefgiklno'[turn]}",
    "a MAC": lambda size, turn: f"{LIST}?q=00:15:65:{turn}",
    "filtered": lambda size, turn: f"{LIST}?status=Offline&type=Yealink-T46G",
    "sorted": lambda size, turn: f"{LIST}?sort=-address",
    "filtered and sorted": lambda size, turn: f"{LIST}?status=Offline&type=Yealink-T46G&sort=-address",
    "last page": lambda size, turn: f"{LIST}?page=99999",
}
_HEADERS = {"Accept-Encoding": "gzip, deflate, br, zstd"}


def main() -> None:
    columns = []
    for size in SIZES:
        with bench_portal(size) as portal:
            columns.append(_column(portal, size))
    print("| Page of |", " | ".join(f"{size:,} devices" for size in SIZES), "|")
    print("|---|" + "--:|" * len(SIZES))
    names = ("cold", "… of it the reference API", *PAGES, "the bare view")
    for name, *cells in zip(names, *columns, strict=True):
        print(f"| {name} |", " | ".join(cells), "|")


def _column(portal: BenchPortal, size: int) -> list[str]:
    baseline = bare(portal.first_rows()).test_client()
    by_api: list[float] = []
    cold, floor = _medians(
        portal.browser, baseline, lambda turn: LIST, 30, portal.expire_list, lambda: by_api.append(portal.api_seconds)
    )
    cells = [_cell(cold, floor), _cell(median(by_api), floor)]
    for address in PAGES.values():
        page, floor = _medians(portal.browser, baseline, partial(address, size), 100)
        cells.append(_cell(page, floor))
    return [*cells, f"{floor * 1000:.2f} ms"]


def _medians(
    browser: FlaskClient,
    baseline: FlaskClient,
    address: Callable[[int], str],
    times: int,
    before: Callable[[], None] = lambda: None,
    after: Callable[[], None] = lambda: None,
) -> tuple[float, float]:
    """Return medians of the page and the baseline, without the first ten turns, which fill the caches."""
    pages, floors = [], []
    for turn in range(times + 10):
        before()
        pages.append(measure(browser, address(turn % 10)))
        floors.append(measure(baseline, "/"))
        after()
    return median(pages[10:]), median(floors[10:])


def measure(browser: FlaskClient, url: str) -> float:
    started = process_time()
    answer = browser.get(url, headers=_HEADERS)
    seconds = process_time() - started
    assert answer.status_code == 200, answer.text
    return seconds


def _cell(page: float, bare_view: float) -> str:
    return f"{page * 1000:.1f} ms, {page / bare_view:.1f} ×"


def _tenth(size: int, turn: int) -> str:
    """Return the first digits of a tenth of the six-digit desk numbers."""
    return f"{turn:0{8 - len(str(size))}}"


if __name__ == "__main__":
    main()
