"""Read the table of a list page."""

from tests.support.client import Page


def list_row_headings(page: Page) -> list[str]:
    """Return the text that names each row, in the order shown."""
    rows = [row for body in page.document.iter("tbody") for row in body.iter("tr")]
    return ["".join(heading.itertext()).strip() for row in rows for heading in row.iter("th")]
