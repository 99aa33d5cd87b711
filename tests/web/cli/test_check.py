"""`catena check ledger` proves the ledger, and says what differs where it cannot."""

from click.testing import CliRunner
from sqlalchemy import text

from loyalty_core.database import Database, dialect_of
from loyalty_core.settings import Settings
from tests.support.members import grant, join
from web.cli import group


def test_a_ledger_that_adds_up_is_said_to(settings: Settings, database: Database) -> None:
    with database.begin() as session:
        grant(session, join(session)[0], 500, "a")
    ended = CliRunner().invoke(group, ["check", "ledger"])
    assert ended.exit_code == 0, ended.output
    assert "The ledger adds up: no difference among 1 entries." in ended.output


def test_what_differs_is_named_and_the_command_fails(settings: Settings, database: Database) -> None:
    with database.begin() as session:
        lot = grant(session, join(session)[0], 50_000, "a")
        if dialect_of(session) == "postgresql":
            session.execute(text("ALTER TABLE lot DISABLE TRIGGER USER"))
        else:
            session.execute(text("DROP TRIGGER lot_remaining_is_the_sum_of_entries"))
        session.execute(text("UPDATE lot SET remaining = 49999"))
    ended = CliRunner().invoke(group, ["check", "ledger"])
    assert ended.exit_code == 1
    assert f"lot {lot.id} of customer {lot.customer_id}: remaining is 499.99, the entries say 500.00" in ended.output
