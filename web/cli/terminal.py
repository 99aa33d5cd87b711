"""What commands show while they work: lines and progress, on stderr, so that stdout carries results only."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

Progress = Callable[[int, int], None]


def say(line: str) -> None:
    click.echo(line, err=True)


@contextmanager
def progress(label: str) -> Iterator[Progress]:
    """A bar for `callback(done, total)`; in a log its label alone."""
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def show(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield show
