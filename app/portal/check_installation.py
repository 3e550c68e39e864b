"""`access-device-portal check`: says whether this installation can serve. Only keys that are missing are made."""

import os
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from time import monotonic
from typing import NamedTuple

import click
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from app import telemetry
from app.config import BadSettingError, Settings, load
from app.database import connect, list_revisions, read_revision
from app.portal.api.client import ApiClient, Limits
from app.portal.api.deadline import DeadlineAdapter
from app.portal.api.errors import ApiError
from app.portal.services.backend_check import describe_error
from app.portal.services.health import ask_backend
from app.portal.store.encryption import Cipher
from app.portal.store.rotation import count_unreadable
from app.portal.store.schema import MIGRATIONS, VERSION_TABLE

_VALUES = 100  # of each encrypted column


class CheckVerdict(StrEnum):
    OK = "ok"
    NOTE = "note"
    FAILED = "failed"


class Finding(NamedTuple):
    verdict: CheckVerdict
    subject: str
    words: str


@click.command("check")
def command() -> None:
    """Check settings, folder, database, keys and platform. Ends with 1 where one of them fails."""
    try:
        settings = load()
    except BadSettingError as error:
        findings = [Finding(CheckVerdict.FAILED, "Settings", str(error))]
    else:
        findings = list(check(settings))
    for verdict, subject, words in findings:
        click.echo(f"{verdict:6}  {subject}: {words}")
    sys.exit(any(finding.verdict is CheckVerdict.FAILED for finding in findings))


def check(settings: Settings) -> Iterator[Finding]:
    yield Finding(CheckVerdict.OK, "Settings", "all can be used.")
    yield _check_address(settings)
    yield from (Finding(CheckVerdict.NOTE, "Reports", words) for words in telemetry.describe_missing(settings))
    yield _check_folder(settings.instance)
    yield from _check_database(settings)
    yield _check_platform(settings)


def _check_address(settings: Settings) -> Finding:
    if not settings.is_https:
        words = "PORTAL_PUBLIC_URL does not begin with https. Passwords and cookies travel unencrypted."
        return Finding(CheckVerdict.NOTE, "Address", words)
    if not settings.proxies:
        words = "PORTAL_PROXIES is 0. Behind a proxy that ends TLS it must be 1, or nobody can sign in."
        return Finding(CheckVerdict.NOTE, "Address", words)
    return Finding(CheckVerdict.OK, "Address", settings.public_url)


def _check_folder(folder: Path) -> Finding:
    is_needed = folder.is_dir()  # with keys in settings and PostgreSQL, nothing is written to it
    if is_needed and not os.access(folder, os.W_OK | os.X_OK):
        return Finding(
            CheckVerdict.FAILED, "Folder", f"{folder} cannot be written. Give it to the user of this process."
        )
    return Finding(CheckVerdict.OK, "Folder", str(folder) if is_needed else f"{folder} is not there, and not needed.")


def _check_database(settings: Settings) -> Iterator[Finding]:
    url = make_url(settings.database_url)
    name = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        yield Finding(CheckVerdict.NOTE, "Database", f"{name} is not there yet. The first start creates it.")
        return
    try:
        engine = connect(settings.database_url, settings.database_limits)
        revision = read_revision(engine, VERSION_TABLE)
        yield Finding(CheckVerdict.OK, "Database", f"{name} answers.")
        yield (schema := _check_schema(revision, list_revisions(MIGRATIONS)))
        if revision and schema.verdict is CheckVerdict.OK:
            yield _check_keys(engine, Cipher(settings.encryption_keys))
        engine.dispose()
    except SQLAlchemyError as error:
        yield Finding(
            CheckVerdict.FAILED, "Database", f"{name}: {' '.join(str(getattr(error, 'orig', error)).split())}"
        )


def _check_schema(revision: str | None, known: list[str]) -> Finding:
    newest = known[0]
    if revision is None:
        return Finding(CheckVerdict.NOTE, "Tables", "there are none yet. The first start creates them.")
    if revision not in known:
        words = f"they are of revision {revision}, which a newer version made. This one knows {newest} at most."
        return Finding(CheckVerdict.FAILED, "Tables", words)
    if revision != newest:
        return Finding(
            CheckVerdict.NOTE, "Tables", f"the next start upgrades them from revision {revision} to {newest}."
        )
    return Finding(CheckVerdict.OK, "Tables", f"revision {revision}, as this version needs them.")


def _check_keys(engine: Engine, cipher: Cipher) -> Finding:
    count, unreadable = count_unreadable(engine, cipher, _VALUES)
    if unreadable:
        words = (
            f"{unreadable} of {count} encrypted values cannot be decrypted."
            " Add the key that they were written with to PORTAL_ENCRYPTION_KEYS."
        )
        return Finding(CheckVerdict.FAILED, "Encryption", words)
    return Finding(CheckVerdict.OK, "Encryption", f"the keys decrypt what is stored ({count} values tried).")


def _check_platform(settings: Settings) -> Finding:
    if settings.is_embedded:
        words = "PORTAL_BACKEND_URL is empty. This is the demo, with the reference API in the same process."
        return Finding(CheckVerdict.NOTE, "Platform", words)
    address = f"{settings.backend_url}{settings.api_prefix}"
    seconds = settings.connect_timeout + settings.read_timeout
    limits = Limits(connect=settings.connect_timeout, read_total=seconds, write_total=seconds, max_bytes=1 << 16)
    began = monotonic()
    try:
        ask_backend(ApiClient(settings.backend_url, DeadlineAdapter(), limits, prefix=settings.api_prefix))
    except ApiError as error:
        words = f"{address}: {describe_error(error)}."
        if error.status is None:
            return Finding(CheckVerdict.FAILED, "Platform", f"{words} Check PORTAL_BACKEND_URL and the network.")
        return Finding(CheckVerdict.NOTE, "Platform", f"{words} The command check-backend tries each call.")
    return Finding(CheckVerdict.OK, "Platform", f"{address} answered in {monotonic() - began:.2f} s.")
