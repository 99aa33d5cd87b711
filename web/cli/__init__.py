"""The command `catena`: each subcommand is a file here."""

import errno
import importlib
import sqlite3
import sys
from typing import NoReturn

import click

from loyalty_core.errors import Refused
from loyalty_core.settings import Settings
from web.cli import installation
from web.cli.installation import InUseError
from web.logs import set_up_logs
from web.processes.supervisor import ProgramError

# In the order of the help: the module in this folder, and what it does.
COMMANDS = {
    "demo": ("demo", "Sample data and everything running on it."),
    "up": ("up", "All processes on the configured database and Redis."),
    "web": ("web", "The web server alone."),
    "worker": ("worker", "One worker."),
    "clock": ("clock", "The clock."),
    "import": ("importing", "Customers, purchases or a list from a file."),
    "tick": ("tick", "By hand what the clock does at a moment."),
    "check": ("check", "Proofs that what is kept adds up."),
    "bench": ("bench", "The benchmarks."),
}


class CommandGroup(click.Group):
    """The subcommands, each imported when it is asked for: the help shows at once, `tick` does without Flask."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"web.cli.{COMMANDS[name][0]}").command
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_module, summary) in COMMANDS.items()])


@click.group(cls=CommandGroup)
@click.version_option(package_name=None, version="0.1.0", prog_name="catena")
def group() -> None:
    """Catena: trigger chains for loyalty marketing."""


def main() -> NoReturn:
    """Run the command line; what is wrong with the machine or the input is one line, not a traceback."""
    set_up_logs()
    try:
        _complete_environment()
        group.main(prog_name="catena", standalone_mode=False)
    except click.ClickException as error:
        _fail(error.format_message(), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except (InUseError, ProgramError, Refused) as error:
        _fail(str(error))
    except Exception as error:
        if _is_of_full_disk(error):
            _fail(f"the disk that holds {Settings.from_environment().data} is full: free some space, then start again.")
        if isinstance(error, OSError) and error.filename:
            _fail(f"{error.filename}: {error.strerror}")
        raise
    sys.exit(0)


def _complete_environment() -> None:
    try:
        installation.complete_environment()
    except ValueError as error:
        _fail(f"the environment: {error}")


def _is_of_full_disk(error: Exception) -> bool:
    if isinstance(error.__cause__, sqlite3.Error):
        return error.__cause__.sqlite_errorname == "SQLITE_FULL"
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def _fail(line: str, code: int = 1) -> NoReturn:
    click.echo(f"catena: {line}", err=True)
    sys.exit(code)
