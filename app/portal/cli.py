"""Commands of the portal: support, second factors, keys, history, backup and index."""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from app.portal.domain.audit import by_itself
from app.portal.services.index.status import describe_status
from app.portal.store.backup import NoBackupError, back_up
from app.portal.store.index.pruning import clear_index
from app.portal.store.retention import prune
from app.portal.store.rotation import rotate
from app.portal.store.schema import require_known_schema
from app.portal.store.tasks import INDEX_TASK
from app.portal.web.context import portal

P = ParamSpec("P")

COMMAND_LINE = by_itself("command line")


def with_portal(command: Callable[P, None]) -> Callable[P, None]:
    """Run a command within the application. An error of the database, or tables of a later version, are one line."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            require_known_schema(portal().engine)
            command(*args, **kwargs)
        except SQLAlchemyError as error:
            sys.exit(f"The database cannot be used: {getattr(error, 'orig', error)}")

    return with_appcontext(run)


support = AppGroup("support", help="Manage the support role.")


@support.command("add")
@click.argument("username")
@with_portal
def add_support(username: str) -> None:
    """Give USERNAME the support role: view, edit and reboot all devices, but not add or delete them."""
    is_new = portal().support_roles.give(username, COMMAND_LINE)
    click.echo(f"Support role given to {username}." if is_new else f"{username} already has the support role.")


@support.command("remove")
@click.argument("username")
@with_portal
def remove_support(username: str) -> None:
    """Remove the support role from USERNAME."""
    was_support = portal().support_roles.remove(username, COMMAND_LINE)
    click.echo(
        f"Support role removed from {username}." if was_support else f"{username} does not have the support role."
    )


@support.command("list")
@with_portal
def list_support() -> None:
    """List the accounts with the support role."""
    for member in portal().support_roles.list():
        click.echo(f"{member.username}  added {member.added_at:%Y-%m-%d} by {member.added_by}")


second_factor = AppGroup("second-factor", help="Manage the second factors of accounts.")


@second_factor.command("list")
@with_portal
def list_second_factors() -> None:
    """List the accounts that have one."""
    for username, created_at in portal().second_factors.list():
        click.echo(f"{username}  set up {created_at:%Y-%m-%d}")


@second_factor.command("remove")
@click.argument("username")
@with_portal
def remove_second_factor(username: str) -> None:
    """Remove the second factor of USERNAME, who lost the phone. The history tells of it."""
    was_there = portal().second_factors.remove_of(username, COMMAND_LINE)
    click.echo(f"Second factor removed from {username}." if was_there else f"{username} has no second factor.")


keys = AppGroup("keys", help="Manage the encryption keys.")


@keys.command("rotate")
@with_portal
def rotate_keys() -> None:
    """Re-encrypt all stored secrets with the first of PORTAL_ENCRYPTION_KEYS, so that older keys can be removed."""
    done, lost = rotate(portal().engine, portal().cipher)
    click.echo(f"{done} values are encrypted with the newest key.")
    if lost:
        click.echo(f"{lost} values cannot be decrypted with any of the keys. They were not changed.")


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def backup(file: Path) -> None:
    """Back up the portal's SQLite database to FILE. The portal may be running."""
    try:
        size = back_up(portal().engine, file)
    except NoBackupError as error:
        raise click.ClickException(str(error)) from None
    click.echo(
        f"Backup written to {file} ({size:,} bytes). Keep the portal's keys separately: it cannot be read without."
    )


history = AppGroup("history", help="Manage the history.")


@history.command("prune")
@with_portal
def prune_history() -> None:
    """Delete history entries older than PORTAL_HISTORY_DAYS; each start does the same."""
    settings = portal().settings
    days, is_exported = settings.history_days, bool(settings.audit_log)
    dropped = prune(portal().engine, days, COMMAND_LINE, portal().now(), is_exported=is_exported)
    kept = f"Entries are kept for {days} days." if days else "Entries are kept without limit."
    click.echo(f"{dropped} entries deleted. {kept}")


index = AppGroup("index", help="Manage the search index.")


@index.command("status")
@with_portal
def show_index_status() -> None:
    """Show how much was read and when, and what could not be read."""
    tasks = {state.name: state for state in portal().tasks.list_states()}
    settings, progress = portal().settings, portal().index.progress.read()
    if not settings.index_days:
        click.echo("The index is turned off: PORTAL_INDEX_DAYS is 0.")
        return
    username, pace = settings.service_username, settings.index_calls_per_minute
    for line in describe_status(username, pace, progress, tasks.get(INDEX_TASK)):
        click.echo(line)


@index.command("rebuild")
@with_portal
def rebuild_index() -> None:
    """Have the background process rebuild the index. What it holds stays until then."""
    portal().index.progress.mark_unread()
    portal().tasks.make_due(INDEX_TASK)
    click.echo("The index will be rebuilt. What it holds stays until then.")
    if not portal().settings.service_username:
        click.echo("Without PORTAL_SERVICE_USERNAME only pages fill the index.")


@index.command("clear")
@with_portal
def empty_index() -> None:
    """Empty the index. It is filled again by pages and by the background process."""
    clear_index(portal().engine)
    portal().tasks.make_due(INDEX_TASK)
    click.echo("The index is empty.")


COMMANDS: tuple[click.Command, ...] = (support, second_factor, keys, backup, history, index)


def init_app(app: Flask) -> None:
    for command in COMMANDS:
        app.cli.add_command(command)
