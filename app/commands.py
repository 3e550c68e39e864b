"""The command `access-device-portal`: run, check, jobs, and the portal's own commands."""

import sys
from collections.abc import Sequence

import click
from flask.cli import ScriptInfo
from sqlalchemy.exc import SQLAlchemyError

from app import create_app, prepare, serving
from app.config import BadSettingError
from app.portal import check_backend, check_installation, cli


@click.group()
@click.version_option(package_name="access-device-portal")
def commands() -> None:
    """Web portal for the access devices of a telephony group. Settings are environment variables."""


@commands.command()
def run() -> None:
    """Prepare the databases, print the address, and serve until a signal."""
    settings = serving.prepare_with_settings(prepare, port=8000)
    click.echo(f"Access Device Portal: {settings.public_url or serving.local_url(settings)}")
    click.echo(f"Databases and keys: {settings.instance}")
    if settings.is_embedded:
        from app import demo

        serving.print_accounts(demo.accounts(), demo.password(settings))
    else:
        click.echo(f"Backend: {settings.backend_url}")
    if words := serving.describe_connections(settings):
        click.echo(words)
    serving.exec_server("app.__main__:serve()", settings)


@commands.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def jobs(options: tuple[str, ...]) -> None:
    """Run the background process alone, until a signal."""
    serving.exec_module("app.jobs", *options)


for command in (check_installation.command, check_backend.command, *cli.COMMANDS):
    commands.add_command(command)


def main(arguments: Sequence[str] | None = None, name: str | None = None) -> None:
    """Run the command that the arguments name, by default those of this process.

    An error of the settings or the database is one line.
    """
    try:
        commands(arguments, prog_name=name, obj=ScriptInfo(create_app=create_app, set_debug_flag=False))
    except BadSettingError as error:
        sys.exit(str(error))
    except SQLAlchemyError as error:
        sys.exit(f"The database cannot be used: {getattr(error, 'orig', error)}")
