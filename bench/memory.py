"""`python -m bench.memory`: the memory of a worker in which 80 people look at one list of 10,000 devices.

Each page is another query, so that rows, orders and searches are kept. To stay: under 250 MB, and level.
"""

import resource
from pathlib import Path

from bench.portal import LIST, bench_portal

PEOPLE, VIEWS, DEVICES = 80, 5_000, 10_000
_SORTS = ("name", "-name", "mac", "-address", "status", "version", "-ports", "type")


def main() -> None:
    with bench_portal(DEVICES) as portal:
        people = [portal.browser, *(portal.another_person() for _ in range(PEOPLE - 1))]
        for view in range(VIEWS + 1):
            if view % (VIEWS // 5) == 0:
                print(
                    f"{view:,} views: {resident_megabytes()} MB, {portal.copies} copies of {portal.copy_bytes >> 20} MB"
                )
            url = f"{LIST}?sort={_SORTS[view % 8]}&page={view % 200 + 1}&q={'desk' if view % 3 else ''}"
            answer = people[view % PEOPLE].get(url)
            assert answer.status_code == 200, answer.text
    print(f"most at any time: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB")


def resident_megabytes() -> int:
    """Return the memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() >> 20


if __name__ == "__main__":
    main()
