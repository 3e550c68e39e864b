"""Imports as their pages see them: made of a file, read in another way, their rows and those to be mended."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from app.portal.api.client import ApiClient
from app.portal.domain.audit import Actor
from app.portal.domain.jobs import JobAction, JobState, Verdict
from app.portal.domain.refs import GroupRef, Scope
from app.portal.domain.users import User
from app.portal.services.imports.checking import CheckedSheet, SheetCheck, SheetReport, options_of, report_of, to_plan
from app.portal.services.imports.column_names import ERRORS_LABEL, ROW_LABEL
from app.portal.services.imports.previews import label_of
from app.portal.services.imports.sheets import SheetOptions
from app.portal.services.masking import SECRETS
from app.portal.store.jobs.imports import ImportStore
from app.portal.store.jobs.jobs import JobStore, NewJob
from app.portal.store.jobs.tables import Job, JobItem


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

    def create(self, group: GroupRef, filename: str, content: bytes) -> int:
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
            plan=to_plan(SheetOptions()),
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

    def list_rows(self, job: Job, verdicts: Sequence[Verdict], limit: int, after: int = 0) -> Sequence[JobItem]:
        """Return rows behind the one with this number, of all verdicts where none is given."""
        return self._store.list_rows(job.id, verdicts, limit, after)

    def failed_rows(self, job: Job) -> Iterator[Sequence[str]]:
        """Yield a row of column names, then the cells of each row that was refused, with its number and its errors."""
        report = self.report(job)
        names = [name for name in (report.fields if report else ()) if name not in SECRETS]
        yield [ROW_LABEL, *map(label_of, names), ERRORS_LABEL]
        for item in self._store.list_refused(job.id):
            cells = (item.plan or {})["cells"]
            yield [str(item.row), *(cells.get(name, "") for name in names), str(item.params.get("words", ""))]
