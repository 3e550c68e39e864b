"""The answer that a browser saves as a CSV file."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from time import sleep

from flask import Response

from app.portal.lists.csv_export import Cell, csv_lines

_LINES = 20  # that are made and sent at once: in about a millisecond
_INCOMPLETE = "INCOMPLETE: the download broke off here, because of an error of the portal. Download the file again."


def csv_download(file_name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Send the rows while they are read; `file_name` is plain ASCII without spaces.

    What cannot be read at all is told on a page: the first lines are made before the answer begins. Where reading fails
    later, the last line says so, and the answer is cut off, so that browsers and programs count the download as failed.
    """
    chunks = _in_turns(csv_lines(head, rows))
    return Response(
        chain([next(chunks)], chunks),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={file_name}"},
    )


def _in_turns(lines: Iterable[str]) -> Iterator[str]:
    made: list[str] = []
    is_begun = False
    try:
        for line in lines:
            made.append(line)
            if len(made) == _LINES:
                yield "".join(made)
                is_begun = True
                made.clear()
                sleep(0)  # a browser takes lines as fast as they are made: others of the worker would wait for the last
    except Exception:
        if is_begun:
            yield "".join([*made, next(csv_lines([_INCOMPLETE], [])).removeprefix("\ufeff")])
        raise
    if made:
        yield "".join(made)
