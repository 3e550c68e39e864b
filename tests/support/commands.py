"""Run the commands of the portal."""

from flask import Flask


def run_command(app: Flask, *arguments: str) -> str:
    done = app.test_cli_runner().invoke(args=arguments)
    assert done.exit_code == 0, done.output
    return str(done.output)
