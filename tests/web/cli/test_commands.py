"""The commands do their work on the configured database and speak plainly of what is wrong."""

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from loyalty_core.customers.rows import Customer
from loyalty_core.database import Database
from loyalty_core.settings import Settings
from segmenter.lists import members
from segmenter.rows import CustomerList, ListFile
from web.cli import COMMANDS, group

NOW = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
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


def test_a_list_is_made_of_whom_a_file_names(settings: Settings, database: Database, tmp_path: Path) -> None:
    people = tmp_path / "customers.csv"
    people.write_text("external_id,first_name,email\nC1,Ann,ann@example.test\nC2,Bob,bob@example.test\n")
    run("import", "customers", str(people))
    guests = tmp_path / "guests.csv"
    guests.write_text("table;who;mail\n1;C1;=nobody@example.test\n2;C9;bob@example.test\n3;C1;ann@example.test\n")
    told = run("import", "list", str(guests), "--name", " Guests  of 2026 ", "--column", "Who")
    assert told.exit_code == 0, told.output
    assert "Lines read: 3, found: 1, doubles: 1, not found: 1" in told.output
    assert "line 3: C9: " in told.output
    assert "“Guests of 2026” has 1 customer" in told.output
    (table,) = tmp_path.glob("import-list-*.csv")
    assert table.read_text("utf-8-sig").splitlines()[2] == "4,C1,double,The same customer as in line 2"
    assert run("import", "list", str(guests), "--name", "By mail").exit_code == 0
    assert run("import", "list", str(guests), "--name", "By number", "--column", "2").exit_code == 0
    with database.read() as session:
        lists = {each.name: sorted(session.scalars(members(each.id))) for each in session.scalars(select(CustomerList))}
    assert lists == {"Guests of 2026": [1], "By mail": [1, 2], "By number": [1]}


@pytest.mark.parametrize(
    ("options", "complaint", "code"),
    [
        (["--name", "Taken"], "There is a list “Taken” already", 1),
        (["--name", " "], "Write a name", 1),
        (["--name", "New", "--column", "phone"], "There is no column “phone”: the file has 1 table, 2 who", 1),
        (["--name", "New", "--column", "3"], "There is no column “3”", 1),
        (["--name", "New", "--column", "table"], "Nobody is found by this column", 1),
        ([], "a list needs a --name", 2),
        (["--name", "New", "--day-first"], "--day-first is for customers and purchases", 2),
        (["--name", "New", "--earn"], "--earn is for purchases", 2),
    ],
)
def test_a_list_that_cannot_be_made_leaves_nothing_behind(
    settings: Settings, database: Database, tmp_path: Path, options: list[str], complaint: str, code: int
) -> None:
    with database.begin() as session:
        session.add_all([Customer(external_id="C1", registered_at=NOW), CustomerList(name="Taken", created_at=NOW)])
    file = tmp_path / "guests.csv"
    file.write_text("table,who\nx,C1\n")
    ended = run("import", "list", str(file), *options)
    assert (ended.exit_code, complaint in ended.output) == (code, True), ended.output
    with database.read() as session:
        assert session.scalars(select(CustomerList.name)).all() == ["Taken"]
        assert session.scalars(select(ListFile.id)).all() == []


def test_only_a_list_has_a_name_and_a_column(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text(CUSTOMERS)
    assert "--name and --column are for a list" in run("import", "customers", str(file), "--name", "New").output


def test_a_tick_at_a_moment_says_what_it_did(settings: Settings) -> None:
    ended = run("tick", "--now", "2026-12-31T09:00:00+00:00", "--drain")
    assert ended.exit_code == 0, ended.output
    assert "started: 0" in ended.output
    assert "batches: 0" in ended.output


def test_a_tick_at_no_moment_is_refused(settings: Settings) -> None:
    assert "tomorrow is not a moment like 2026-12-31T09:00" in run("tick", "--now", "tomorrow").output
    assert "is not between 1900 and 2200" in run("tick", "--now", "9999-12-31T23:59").output
