"""Files of devices as spreadsheet programs write them: see tests/data/README.md."""

from collections.abc import Sequence

from app.portal.services.imports.columns import ImportRow, match_columns, read_rows
from app.portal.services.imports.reading import read_sheet
from app.portal.services.imports.sheets import Sheet, SheetLimits, SheetOptions
from tests.support.source import ROOT

FILES = ROOT / "tests" / "data" / "imports"
LIMITS = SheetLimits(rows=10_000)
AS_FOUND = SheetOptions()


def read_file(name: str, options: SheetOptions = AS_FOUND) -> Sheet:
    return read_sheet((FILES / name).read_bytes(), options, LIMITS)


def rows_of(sheet: Sheet) -> Sequence[ImportRow]:
    return list(read_rows(sheet, match_columns(sheet.header)))
