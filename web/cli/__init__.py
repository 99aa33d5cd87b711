"""The command `catena`: each subcommand is a file here."""

import errno
import importlib
import sys
from typing import NoReturn

import click
from sqlalchemy.exc import OperationalError

from loyalty_core.errors import Refused
from loyalty_core.settings import Settings
from web.cli import installation
from web.cli.installation import InUseError
from web.processes.supervisor import ProgramError

# In the order of the help. A module is imported when its command is asked for: `catena tick` does without Flask.
COMMANDS = {
    "demo": "demo",
    "up": "up",
    "web": "web",
    "worker": "worker",
    "clock": "clock",
    "import": "importing",
    "tick": "tick",
    "bench": "bench",
}


class CommandGroup(click.Group):
    """The subcommands, each from the file `web/cli/<name>.py` that defines `command`."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"web.cli.{COMMANDS[name]}").command
        return command


@click.group(cls=CommandGroup)
@click.version_option(package_name=None, version="0.1.0", prog_name="catena")
def group() -> None:
    """Catena: trigger chains for loyalty marketing."""


def main() -> NoReturn:
    """Run the command line; what is wrong with the machine or the input is one line, not a traceback."""
    try:
        _complete_environment()
        group.main(prog_name="catena", standalone_mode=False)
    except click.ClickException as error:
        _fail(error.format_message(), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except (InUseError, ProgramError, Refused) as error:
        _fail(str(error))
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            _fail(_full_disk())
        _fail(f"{error.strerror}: {error.filename}" if error.filename else str(error))
    except OperationalError as error:
        if "disk is full" in str(error.orig):
            _fail(_full_disk())
        raise
    sys.exit(0)


def _complete_environment() -> None:
    try:
        installation.complete_environment()
    except ValueError as error:
        _fail(f"the environment: {error}")


def _full_disk() -> str:
    return f"the disk that holds {Settings.from_environment().data} is full: free some space, then start again."


def _fail(line: str, code: int = 1) -> NoReturn:
    click.echo(f"catena: {line}", err=True)
    sys.exit(code)
