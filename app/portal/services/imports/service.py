"""Imports as their pages see them: made of a file, read in another way, their rows and those to be mended."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from app.portal.api.client import ApiClient
from app.portal.domain.audit import Actor
from app.portal.domain.jobs import JobAction, JobState
from app.portal.domain.refs import GroupRef, Scope
from app.portal.domain.users import User
from app.portal.services.imports.checking import CheckedSheet, SheetCheck, SheetReport, options_of, report_of, to_plan
from app.portal.services.imports.column_names import ERRORS_LABEL, GROUP, ROW_LABEL, TENANT
from app.portal.services.imports.columns import ImportRow
from app.portal.services.imports.previews import from_plan, label_of
from app.portal.services.imports.sheets import SheetOptions
from app.portal.services.masking import SECRETS
from app.portal.store.jobs.imports import ImportStore
from app.portal.store.jobs.jobs import JobStore, NewJob
from app.portal.store.jobs.tables import Job

_FIND_OUT = SheetOptions()


class Imports:
    """`check` is what the background process does with a file; pages only wait for it."""

    def __init__(
        self,
        check: SheetCheck,
        jobs: JobStore,
        store: ImportStore,
        client: ApiClient,
        user: User,
        actor: Actor,
        now: Callable[[], datetime],
    ) -> None:
        self._check = check
        self._jobs = jobs
        self._store = store
        self._client = client
        self._user = user
        self._actor = actor
        self._now = now

    def create(self, group: GroupRef, filename: str, content: bytes, options: SheetOptions = _FIND_OUT) -> int:
        """Make the draft of an import, and return its id: the rows are read and checked in the background."""
        new = NewJob(
            action=JobAction.IMPORT,
            title=f"Import of {filename}",
            actor=self._actor,
            state=JobState.CHECKING,
            session_id=self._user.session_id,
            cookies=self._client.authentication.cookies,
            place=Scope(group.tenant_id, group.group_id),
            items=(),
            plan=to_plan(options),
            file=(filename, content),
        )
        return self._jobs.create(new, self._now())

    def check(self, content: bytes, options: SheetOptions, group: GroupRef) -> CheckedSheet:
        return self._check.check(content, options, group)

    def read_again(self, job: Job, options: SheetOptions | None = None) -> bool:
        """Have the file of a draft read as the options say, or as before; return False if it is no draft any more."""
        return self._store.read_again(job.id, to_plan(options or options_of(job.plan)))

    def report(self, job: Job) -> SheetReport | None:
        return report_of(job.plan)

    def adds_only(self, job: Job) -> bool:
        """Return True if devices that there are stay as they are."""
        return options_of(job.plan).only_new

    def failed_rows(self, job: Job) -> Iterator[Sequence[str | int]]:
        """Yield a row of column names, then the cells of each row that was refused, with its number and its errors.

        Read as a sheet again, what nobody mended has the same errors: a row of another group still says so, and a
        number that was no text still is one. Secrets stay out of the file: their cells are empty, and the errors of a
        row say which it had.
        """
        report, items = self.report(job), self._store.list_refused(job.id)
        names: Sequence[str] = report.fields if report else ()
        rows = [(item, from_plan(item.row or 0, item.plan or {})) for item in items]
        places = [name for name in (TENANT, GROUP) if any(row.place.get(name) for _, row in rows)]
        yield [ROW_LABEL, *map(label_of, names), *map(str.title, places), ERRORS_LABEL]
        for item, row in rows:
            of_place = (row.place.get(name, "") for name in places)
            cells = (_to_cell(row, name) for name in names)
            secrets = (
                f"{label_of(name)}: not in this file. Enter it again." for name in names if _is_secret(row, name)
            )
            yield [str(item.row), *cells, *of_place, " ".join([str(item.params.get("words", "")), *secrets])]


def _is_secret(row: ImportRow, name: str) -> bool:
    return name in SECRETS and bool(row.cells.get(name))


def _to_cell(row: ImportRow, name: str) -> str | int:
    text = "" if _is_secret(row, name) else row.cells.get(name, "")
    is_number = name in row.typed and text.isascii() and text.isdigit() and str(int(text)) == text
    return int(text) if is_number else text
