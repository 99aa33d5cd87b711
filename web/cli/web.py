"""`catena web`: the web server alone."""

import os

import click

from web.cli import addresses, installation
from web.processes import programs


@click.command
@addresses.host
@addresses.port
@click.option("--processes", type=click.IntRange(1), default=2, show_default=True, help="Web processes.")
def command(host: str, port: int, processes: int) -> None:
    """Serve the pages and the API."""
    program = programs.web(host, addresses.checked(host, port), processes)
    os.execve(program.command[0], program.command, installation.environment_of_processes())  # noqa: S606
