"""The answer that a browser saves as a CSV file."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from time import sleep

from flask import Response

from app.portal.domain.sequences import take_chunks
from app.portal.lists.csv_export import Cell, csv_lines

_LINES = 20  # that are made and sent at once: in about a millisecond


def csv_download(file_name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Send the rows while they are read; `file_name` is plain ASCII without spaces.

    What cannot be read at all is told on a page: the first lines are made before the answer begins.
    """
    chunks = _in_turns(csv_lines(head, rows))
    return Response(
        chain([next(chunks)], chunks),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={file_name}"},
    )


def _in_turns(lines: Iterable[str]) -> Iterator[str]:
    for chunk in take_chunks(lines, _LINES):
        yield "".join(chunk)
        sleep(0)  # a browser takes lines as fast as they are made: other requests of the worker would wait for the last
