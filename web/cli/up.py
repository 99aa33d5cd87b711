"""`catena up`: all processes on the configured database and Redis."""

from datetime import UTC, datetime

import click
from sqlalchemy import func, select

from loyalty_core.database import Database
from loyalty_core.settings import Settings
from web.accounts import User
from web.cli import addresses, installation
from web.cli.schema import migrate
from web.cli.terminal import say
from web.processes import programs
from web.processes.supervisor import Supervisor
from web.security import create_user, hash_password


@click.command
@addresses.host
@addresses.port
@click.option("--processes", type=click.IntRange(1), default=2, show_default=True, help="Web processes.")
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True, help="Worker processes.")
@click.option("--administrator", metavar="EMAIL", help="Make the first account, with a password that is asked for.")
def command(host: str, port: int, processes: int, workers: int, administrator: str | None) -> None:
    """Start web, workers and clock on DATABASE_URL and REDIS_URL; what is not set is embedded in CATENA_DATA."""
    settings = Settings.from_environment()
    with installation.held(settings.data):
        port = addresses.checked(host, port)
        migrate(settings.database_url)
        _see_to_accounts(settings, administrator)
        serving = [programs.web(host, port, processes), *(programs.worker(n + 1) for n in range(workers))]
        stages = [[*serving, programs.clock()]]
        if settings.redis_url == installation.embedded_redis_url(settings.data):
            stages.insert(0, [programs.embedded_valkey(settings.data)])
        supervisor = Supervisor(stages, installation.environment_of_processes(), None, say)
        supervisor.run(when_ready=lambda: say(f"Catena is running at {addresses.url(host, port)}. Ctrl+C stops it."))


def _see_to_accounts(settings: Settings, administrator: str | None) -> None:
    database = Database(settings.database_url)
    with database.read() as session:
        people = session.scalar(select(func.count()).select_from(User))
    if administrator:
        if people:
            raise click.ClickException("there are accounts already: --administrator makes the first one only.")
        password = click.prompt(f"Password for {administrator}", hide_input=True, confirmation_prompt=True, err=True)
        kept = hash_password(password)
        with database.begin() as session:
            create_user(session, administrator, kept, administrator, datetime.now(UTC))
    elif not people:
        say("Nobody can sign in yet: start once with --administrator EMAIL.")
    database.dispose()
