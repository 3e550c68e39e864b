"""`python -m bench`: medians, and how many times the floor each is.

Page and floor are asked in turns, so that whatever else the machine does slows both.
"""

from collections.abc import Callable
from statistics import median
from time import perf_counter

from flask.testing import FlaskClient

from bench.floor import bare
from bench.house import LIST, House, house_of

SIZES = (100, 10_000, 100_000)
PAGES = {
    "warm": LIST,
    "searched": f"{LIST}?q=desk+0000",
    "a letter": f"{LIST}?q=e",
    "a MAC": f"{LIST}?q=00:15:65:0",
    "filtered": f"{LIST}?status=Offline&type=Yealink-T46G",
    "sorted": f"{LIST}?sort=-address",
    "last page": f"{LIST}?page=99999",
}
_BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}


def main() -> None:
    print(f"{'devices':>8}  {'page':<12}{'median':>10}{'floor':>12}")
    for size in SIZES:
        with house_of(size) as house:
            _measure(house, size)


def _measure(house: House, size: int) -> None:
    floor = bare(house.first_rows()).test_client()
    times = 5 if size > 10_000 else 15
    _tell(size, "cold", house, floor, LIST, times, house.forget)
    print(f"{size:8,}  {'… backend':<12}{house.backend.seconds / (times + 1) * 1000:7.2f} ms")
    for name, url in PAGES.items():
        _tell(size, name, house, floor, url, 100)


def _tell(
    size: int,
    name: str,
    house: House,
    floor: FlaskClient,
    url: str,
    times: int,
    before: Callable[[], None] = lambda: None,
) -> None:
    house.backend.seconds = 0
    ours, least = [], []
    for _ in range(times + 1):
        before()
        ours.append(_timed(house.browser, url))
        least.append(_timed(floor, "/"))
    ours, least = ours[1:], least[1:]  # the first one makes what the others find
    times_floor = median(ours) / median(least)
    print(f"{size:8,}  {name:<12}{median(ours) * 1000:7.2f} ms{times_floor:8.1f} ×", flush=True)


def _timed(browser: FlaskClient, url: str) -> float:
    started = perf_counter()
    answer = browser.get(url, headers=_BROWSER)
    taken = perf_counter() - started
    assert answer.status_code == 200, answer.text
    return taken


if __name__ == "__main__":
    main()
