"""`catena demo`: sample data and all processes on the embedded default."""

import json
import os
import secrets
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import select

from campaigns.messages.samples import sample_templates
from campaigns.messages.tracking import set_tracking, tracking
from loyalty_core import sample
from loyalty_core.database import Database
from loyalty_core.settings import Settings
from segmenter.samples import sample_segments
from web.accounts import User
from web.cli import addresses, installation
from web.cli.installation import Demo
from web.cli.schema import migrate
from web.cli.terminal import progress, say
from web.processes import ports, programs
from web.processes.supervisor import Supervisor
from web.security import create_api_key, create_user, hash_password

READY = """
Catena is running. Ctrl+C stops it.

  Address    {url}
  E-mail     {email}
  Password   {password}
  API key    {api_key}

  Letters are kept in {data}/letters, all data in {data}.
"""


@click.command
@addresses.host
@addresses.port
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder for all that the demo keeps.")
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True, help="Worker processes.")
@click.option("--json", "as_json", is_flag=True, help="Print the address and the account as one line of JSON.")
def command(host: str, port: int, data: Path | None, workers: int, as_json: bool) -> None:
    """Fill a folder with sample data, start everything on it, print the address and how to sign in."""
    settings = _embedded(data)
    with installation.held(settings.data):
        port = addresses.checked(host, port)
        demo = _prepared(settings)
        url = addresses.url(host, port)
        environment = installation.environment_of_processes(
            PUBLIC_URL=url,
            SMTP_URL=f"smtp://127.0.0.1:{demo.smtp_port}",
            MAIL_FROM="Harbour Gifts <loyalty@example.test>",
        )
        stages = [
            [programs.embedded_valkey(settings.data), programs.mail_catcher(demo.smtp_port, settings.data / "letters")],
            [programs.web(host, port, 1), *(programs.worker(n + 1) for n in range(workers)), programs.clock()],
        ]
        supervisor = Supervisor(stages, environment, _empty_logs(settings.data), say)
        supervisor.run(when_ready=lambda: _announce(url, demo, settings.data, as_json))


def _embedded(data: Path | None) -> Settings:
    """The settings of a demo: everything in its folder, whatever the environment says about servers."""
    if data:
        os.environ["CATENA_DATA"] = str(data.absolute())
    for name in ("DATABASE_URL", "REDIS_URL", "SMTP_URL"):
        os.environ.pop(name, None)
    installation.complete_environment()
    return Settings.from_environment()


def _prepared(settings: Settings) -> Demo:
    """The folder with its schema, sample data and account; a second start finds them there."""
    migrate(settings.database_url)
    database = Database(settings.database_url)
    now = datetime.now(UTC)
    with progress("Sample data") as show:
        is_new = sample.load(database, now, show)
    with database.begin() as session:
        if is_new:
            sample_segments(session, now)
        sample_templates(session, now)
        if not tracking(session).key:
            set_tracking(session, is_on=True)
    demo = _account(database, settings.data, now)
    database.dispose()
    if ports.is_free("127.0.0.1", demo.smtp_port):
        return demo
    demo = replace(demo, smtp_port=ports.some_free())
    demo.write(settings.data)
    return demo


def _account(database: Database, data: Path, now: datetime) -> Demo:
    kept = Demo.read(data)
    with database.begin() as session:
        taken = set(session.scalars(select(User.email)))
        if kept and kept.email in taken:
            return kept
        email = "demo@example.test"
        if email in taken:
            email = f"demo-{secrets.token_hex(3)}@example.test"
        password = secrets.token_urlsafe(9)
        user = create_user(session, email, hash_password(password), "Demo", now)
        key = create_api_key(session, user, "demo", now)
        demo = Demo(email, password, key, ports.some_free())
        # Before the commit: an account whose password nobody knows must not stay.
        demo.write(data)
    return demo


def _empty_logs(data: Path) -> Path:
    logs = data / "logs"
    shutil.rmtree(logs, ignore_errors=True)
    logs.mkdir()
    return logs


def _announce(url: str, demo: Demo, data: Path, as_json: bool) -> None:
    account = {"email": demo.email, "password": demo.password, "api_key": demo.api_key}
    click.echo(json.dumps({"url": url, **account}) if as_json else READY.format(url=url, data=data, **account))
