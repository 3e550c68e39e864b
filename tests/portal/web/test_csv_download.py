"""A long export is sent while it is made, and lets the other requests of its worker run meanwhile."""

import csv
import io
from collections.abc import Iterator

import gevent
import pytest
from sqlalchemy.exc import OperationalError

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


@pytest.mark.parametrize("sent", [20, 45])
def test_broken_export_says_so_in_its_last_line(sent: int) -> None:
    def make_rows() -> Iterator[tuple[str]]:
        for number in range(sent):
            yield (f"row {number} \ufeff",)
        raise OperationalError("SELECT 1", {}, Exception("the database is away"))

    answer = csv_download.csv_download("history.csv", ["Time"], make_rows())
    received: list[bytes] = []
    with pytest.raises(OperationalError):  # which cuts the connection, where the server sends it
        received.extend(answer.iter_encoded())
    rows = list(csv.reader(io.StringIO(b"".join(received).decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:-1]] == [f"row {number} \ufeff" for number in range(sent)]
    assert rows[-1] == [
        "INCOMPLETE: the download broke off here, because of an error of the portal. Download the file again."
    ]


def test_export_that_fails_at_once_is_no_file() -> None:
    def make_rows() -> Iterator[tuple[str]]:
        yield ("row",)
        raise OperationalError("SELECT 1", {}, Exception("the database is away"))

    with pytest.raises(OperationalError):
        csv_download.csv_download("history.csv", ["Time"], make_rows())
