"""`catena worker`: one worker."""

import click

from campaigns.runtime.jobs import run_worker
from loyalty_core.settings import Settings


@click.command
def command() -> None:
    """Carry customers along their chains and deliver messages; start as many as there is work for."""
    run_worker(Settings.from_environment())
