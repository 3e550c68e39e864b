"""`python -m app check-backend`: signs in to the platform, makes each read call once, and says what came of it."""

import sys
from typing import Any

import click
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter

from app.config import BadSettingError, Settings, load
from app.portal.api.client import ApiClient, Limits
from app.portal.api.deadline import DeadlineAdapter
from app.portal.api.errors import ApiError
from app.portal.domain.names import quote_name
from app.portal.domain.roles import UserLevel
from app.portal.models.sign_in_answer import SignInAnswer
from app.portal.services.backend_check import BackendCheck, CallReport, describe_error
from app.portal.services.sign_in import sign_in_to, sign_out_of


class StatusRecorder(BaseAdapter):
    """Keeps the status of the last answer; None without one."""

    def __init__(self, adapter: BaseAdapter) -> None:
        super().__init__()
        self._adapter = adapter
        self.status: int | None = None

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        self.status = None
        response = self._adapter.send(request, *args, **kwargs)
        self.status = response.status_code
        return response

    def close(self) -> None:
        self._adapter.close()


@click.command("check-backend")
@click.argument("tenant", required=False)
@click.argument("group", required=False)
@click.argument("device", required=False)
def command(tenant: str | None, group: str | None, device: str | None) -> None:
    """Try the read calls of the platform at PORTAL_BACKEND_URL, on a DEVICE of a GROUP of a TENANT.

    Without these, the first that the platform names are taken. Nothing is written.
    """
    try:
        settings = load()
    except BadSettingError as error:
        sys.exit(str(error))
    if settings.is_embedded:
        sys.exit("PORTAL_BACKEND_URL is empty: set it to the address of the platform, such as https://apio.example")
    names = {"tenant": tenant, "group": group, "device": device}
    sys.exit(check(settings, {name: text for name, text in names.items() if text}))


def check(settings: Settings, names: dict[str, str]) -> int:
    """Return the exit code: 1 where the portal cannot work with what came."""
    adapter = StatusRecorder(DeadlineAdapter())
    limits = Limits(
        connect=settings.connect_timeout,
        read_total=settings.read_timeout,
        write_total=settings.write_timeout,
        max_bytes=settings.max_answer_bytes,
    )
    api = ApiClient(settings.backend_url, adapter, limits, prefix=settings.api_prefix)
    click.echo(f"Platform: {settings.backend_url}{settings.api_prefix}")
    username = settings.service_username or _ask("User name")
    password = settings.service_password or _ask("Password", hide_input=True)
    try:
        account = sign_in_to(api, username, password)
    except ApiError as error:
        click.echo(f"failed  POST login/\n        {describe_error(error)}\n        Without it: Nothing works.")
        return 1
    try:
        return _check_as(account, api, adapter, names)
    finally:
        sign_out_of(api)
        adapter.close()


def _ask(question: str, *, hide_input: bool = False) -> str:
    if not sys.stdin.isatty():
        sys.exit("Set PORTAL_SERVICE_USERNAME and PORTAL_SERVICE_PASSWORD, or start this on a terminal.")
    answer: str = click.prompt(question, hide_input=hide_input)
    return answer


def _check_as(account: SignInAnswer, api: ApiClient, adapter: StatusRecorder, names: dict[str, str]) -> int:
    level = account.level
    click.echo(f"ok      POST login/\n        {adapter.status}, level {account.profile.user_level}")
    if level < UserLevel.GROUP_ADMIN:
        click.echo(f"Level {account.profile.user_level} may not use the portal: it needs 8, 12 or 16.")
        return 1
    own = {"tenant": account.ids.tenant_id, "group": account.ids.group_id}
    reports = []
    for report in BackendCheck(api, {name: text for name, text in own.items() if text} | names, level).run():
        reports.append(report)
        click.echo(_describe(report, adapter.status))
    tried = [report for report in reports if report.path]
    failed = [report for report in reports if report.error]
    is_usable = all(report.path and not report.error for report in reports if report.call.is_needed)
    click.echo(f"\n{len(tried) - len(failed)} of {len(tried)} reads without an error.", nl=False)
    click.echo(" The portal can work with this platform." if is_usable else " The portal cannot work like this.")
    return 0 if is_usable else 1


def _describe(report: CallReport, status: int | None) -> str:
    if not report.path:
        return f"-       GET {report.call.path}/\n        {report.words}"
    path = "/".join(quote_name(name) for name in report.path)
    if report.error:
        words = f"{report.words}\n        Without it: {report.call.without}"
    else:
        words = ", ".join(filter(None, [str(status), report.words]))
    return f"{'failed' if report.error else 'ok    '}  GET {path}/\n        {report.seconds:.2f} s, {words}"
