"""`catena clock`: the clock."""

import click

from campaigns.runtime.jobs import run_clock
from loyalty_core.settings import Settings


@click.command
def command() -> None:
    """Tick: start what is due and ring for what is left undone. Two clocks do no harm."""
    run_clock(Settings.from_environment())
