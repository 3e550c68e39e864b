"""The answer that a browser saves as a CSV file."""

from collections.abc import Iterable, Sequence

from flask import Response

from app.portal.lists.csv_export import Cell, csv_lines


def csv_download(file_name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Send the rows while they are read; `file_name` is plain ASCII without spaces."""
    return Response(
        csv_lines(head, rows),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={file_name}"},
    )
