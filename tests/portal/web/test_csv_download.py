"""A long export is sent while it is made, and lets the other requests of its worker run meanwhile."""

from collections.abc import Iterator

import gevent
import pytest

from app.portal.lists.csv_export import csv_lines
from app.portal.web import csv_download


def test_others_run_while_a_file_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_download, "sleep", gevent.sleep)  # as the server does it
    made: list[int] = []
    seen: list[int] = []

    def make_rows() -> Iterator[tuple[str]]:
        for number in range(1_000):
            made.append(number)
            yield (f"row {number}",)

    def send() -> bytes:
        return csv_download.csv_download("devices.csv", ["Name"], make_rows()).get_data()

    def look() -> None:
        while len(made) < 1_000:
            seen.append(len(made))
            gevent.sleep(0)

    sending, looking = gevent.spawn(send), gevent.spawn(look)
    gevent.joinall([sending, looking], timeout=30)
    assert sending.value == "".join(csv_lines(["Name"], make_rows())).encode()
    assert len(set(seen)) > 20, "others waited for many rows"
