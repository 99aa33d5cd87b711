"""`catena bench`: the benchmarks of the folder bench/."""

import importlib
from pathlib import Path

import click

BENCHMARKS = Path(__file__).parents[2] / "bench"


class Benchmarks(click.Group):
    """Each file of bench/ that defines `command`."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted(file.stem for file in BENCHMARKS.glob("*.py") if "def command(" in file.read_text())

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(context):
            return None
        command: click.Command = importlib.import_module(f"bench.{name}").command
        return command


@click.group(cls=Benchmarks)
def command() -> None:
    """Run a benchmark and print a table of ratios."""
