"""The commands do their work on the configured database and speak plainly of what is wrong."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from loyalty_core.customers.rows import Customer
from loyalty_core.database import Database
from loyalty_core.settings import Settings
from web.cli import COMMANDS, group

ROOT = Path(__file__).parents[3]
CUSTOMERS = """external_id,first_name,email,birth_date
C1,Ann,ann@example.test,1980-02-29
C2,Bob,bob@example.test,the first of May
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(group, arguments)


def complaint(*arguments: str, **environment: str) -> str:
    """What the command line says on stderr when it does not do what was asked."""
    command = [sys.executable, "-m", "web.cli", *arguments]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode != 0
    return ended.stderr


def test_the_help_names_every_command() -> None:
    help_text = run("--help").output
    assert all(re.search(rf"^  {name} ", help_text, re.MULTILINE) for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    assert f"Usage: catena {name}" in CliRunner().invoke(group, [name, "--help"], prog_name="catena").output


def test_an_unknown_option_and_a_bad_setting_are_one_line(tmp_path: Path) -> None:
    assert complaint("tick", "--nwo", CATENA_DATA=str(tmp_path)).count("\n") == 1
    bad = complaint("tick", CATENA_DATA=str(tmp_path), CATENA_BATCH_SIZE="many")
    assert bad == "catena: the environment: CATENA_BATCH_SIZE must be a whole number above 0, not 'many'\n"


def test_an_import_tells_what_it_did_and_lists_what_it_refused(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "customers.csv"
    file.write_text(CUSTOMERS)
    first = run("import", "customers", str(file))
    assert first.exit_code == 0, first.output
    assert "2 lines read, 1 imported, 0 were here already, 1 refused" in first.output
    assert "line 3: " in first.output
    (listed,) = tmp_path.glob("import-customers-*.csv")
    assert "3,refused," in listed.read_text()
    assert "0 imported, 1 were here already" in run("import", "customers", str(file)).output
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Customer)) == 1


def test_an_import_prices_purchases_where_that_is_asked_for(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "purchases.csv"
    file.write_text("receipt,customer,at,sku,quantity,price\n1,A,20-02-2013,X,1,10.00\n")
    assert "--earn is for purchases" in run("import", "customers", str(file), "--earn").output
    told = run("import", "purchases", str(file), "--earn", "--day-first")
    assert (told.exit_code, "1 lines read, 1 imported" in told.output) == (0, True), told.output


def test_a_tick_at_a_moment_says_what_it_did(settings: Settings) -> None:
    ended = run("tick", "--now", "2026-12-31T09:00:00+00:00", "--drain")
    assert ended.exit_code == 0, ended.output
    assert "started: 0" in ended.output
    assert "batches: 0" in ended.output


def test_a_tick_at_no_moment_is_refused(settings: Settings) -> None:
    assert "tomorrow is not a moment like 2026-12-31T09:00" in run("tick", "--now", "tomorrow").output
    assert "is not between 1900 and 2200" in run("tick", "--now", "9999-12-31T23:59").output
