"""`python -m bench`: the README's table of medians, and of how many times the bare view each of them is.

Page and bare view are asked in turns. What counts is the processor's time: the clock's on a machine that does nothing
else, and much the same on one that does.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from statistics import median
from time import process_time

from flask.testing import FlaskClient

from bench.floor import bare, bare_compiled
from bench.house import LIST, House, house_of

SIZES = (100, 10_000, 100_000)
# By what the page is called, its address at one of ten turns: a table remembers its last search, so each is another.
PAGES: Mapping[str, Callable[[int, int], str]] = {
    "warm": lambda size, turn: LIST,
    "search: a tenth": lambda size, turn: f"{LIST}?q=desk+{_tenth(size, turn)}",
    "a letter": lambda size, turn: f"{LIST}?q={'bdefgiklno'[turn]}",
    "a MAC": lambda size, turn: f"{LIST}?q=00:15:65:{turn}",
    "filtered": lambda size, turn: f"{LIST}?status=Offline&type=Yealink-T46G",
    "sorted": lambda size, turn: f"{LIST}?sort=-address",
    "last page": lambda size, turn: f"{LIST}?page=99999",
}
_BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}


def main() -> None:
    columns = []
    for size in SIZES:
        with house_of(size) as house:
            columns.append(_column(house, size))
    print("| Page of |", " | ".join(f"{size:,} devices" for size in SIZES), "|")
    print("|---|" + "--:|" * len(SIZES))
    names = ("cold", "… of it the reference API", *PAGES, "the bare view", "… compiled before")
    for name, *cells in zip(names, *columns, strict=True):
        print(f"| {name} |", " | ".join(cells), "|")


def _column(house: House, size: int) -> list[str]:
    rows = house.first_rows()
    floors = (bare(rows).test_client(), bare_compiled(rows).test_client())
    by_api: list[float] = []
    cold = _medians(
        house.browser, floors, lambda turn: LIST, 30, house.forget, lambda: by_api.append(house.taken_by_api)
    )
    cells = [_cell(*cold), _cell(median(by_api), *cold[1:])]
    for address in PAGES.values():
        page, *bare_views = _medians(house.browser, floors, partial(address, size), 100)
        cells.append(_cell(page, *bare_views))
    return cells + [f"{each * 1000:.2f} ms" for each in bare_views]


def _medians(
    browser: FlaskClient,
    floors: Sequence[FlaskClient],
    address: Callable[[int], str],
    times: int,
    before: Callable[[], None] = lambda: None,
    after: Callable[[], None] = lambda: None,
) -> list[float]:
    """Of the page and of each floor, without the first turns: they make what the others find."""
    taken = []
    for turn in range(times + 10):
        before()
        taken.append([_timed(browser, address(turn % 10)), *(_timed(floor, "/") for floor in floors)])
        after()
    return [median(each) for each in zip(*taken[10:], strict=True)]


def _timed(browser: FlaskClient, url: str) -> float:
    started = process_time()
    answer = browser.get(url, headers=_BROWSER)
    taken = process_time() - started
    assert answer.status_code == 200, answer.text
    return taken


def _cell(page: float, bare_view: float, *_: float) -> str:
    return f"{page * 1000:.1f} ms, {page / bare_view:.1f} ×"


def _tenth(size: int, turn: int) -> str:
    """How the numbers of a tenth of the desks begin, which have six digits."""
    return f"{turn:0{8 - len(str(size))}}"


if __name__ == "__main__":
    main()
