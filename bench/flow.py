"""Customers a second of the New-Year chain, beside bare SQL that writes the same rows, and a loop through the ORM.

The chain: date reached → filter (≥ 10 purchases in 365 days, average receipt ≥ 5 000) → accrue 500 → send letter;
letters are queued, not delivered. Bare SQL writes the same rows into the same tables and indexes in one transaction,
without the ledger's triggers, leases and counts. The loop does one customer a transaction, as a plain program would.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import click
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bench import ground
from campaigns.editing import create
from campaigns.messages.rows import Message
from campaigns.publication import newest_version, publish
from campaigns.runtime.intake import open_run
from campaigns.runtime.rows import Enrollment, Run
from campaigns.runtime.starting import start_by_hand
from campaigns.runtime.work import work_once
from loyalty_core.customers.rows import Customer
from loyalty_core.database import Database
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.ledger.rows import Entry, Lot, Operation
from loyalty_core.organisation import zone_of
from loyalty_core.till.purchases import Purchase

THRESHOLD = "5000.00"
TREE = {
    "all": [
        {"condition": "purchase_count", "op": "ge", "value": 10, "within": {"last_days": 365}},
        {"condition": "average_receipt", "op": "ge", "value": THRESHOLD, "within": {"last_days": 365}},
    ]
}
GRAPH = {
    "nodes": [
        {"id": "n1", "type": "date_reached", "settings": {"at": "2026-12-25T10:00"}, "position": {"x": 0, "y": 0}},
        {"id": "n2", "type": "filter_customers", "settings": {"tree": TREE}, "position": {"x": 0, "y": 120}},
        {
            "id": "n3",
            "type": "accrue_bonuses",
            "settings": {"amount": "500.00", "bonus_type": 1, "legal_entity": 1},
            "position": {"x": 0, "y": 240},
        },
        {
            "id": "n4",
            "type": "send_letter",
            "settings": {"subject": "500 for you", "body": "Dear {{ customer.first_name }}, {{ bonuses }} bonuses."},
            "position": {"x": 0, "y": 360},
        },
    ],
    "edges": [
        {"source": "n1", "port": "out", "target": "n2"},
        {"source": "n2", "port": "yes", "target": "n3"},
        {"source": "n3", "port": "out", "target": "n4"},
    ],
}
YEAR_AGO = ground.NOW - timedelta(days=365)


class Measured(NamedTuple):
    """What a subject did in how many seconds."""

    seconds: float
    customers: int
    paid: int


def _campaign(database: Database) -> int:
    with database.begin() as session:
        campaign = create(session, "New Year", ground.NOW, GRAPH)
        publish(session, campaign.id, ground.NOW - timedelta(days=1), "bench")
        return campaign.id


def catena(database: Database, batch_size: int, customers: int) -> Measured:
    """The product: start the run, then work off its batches, in this process."""
    campaign = _campaign(database)
    started = perf_counter()
    with database.begin() as session:
        start_by_hand(session, campaign, ground.NOW, batch_size)
    while work_once(database, ground.NOW, lease_s=60):
        pass
    return Measured(perf_counter() - started, customers, _paid(database))


BARE = Path(__file__).with_name("flow.sql").read_text().partition("\n\n")[2].split(";\n")


def bare_sql(database: Database, customers: int) -> Measured:
    """The floor: the same rows, each table in one statement, one transaction, no triggers."""
    campaign = _campaign(database)
    with database.begin() as session:
        for trigger, table in _ledger_triggers(session):
            session.execute(text(f"DROP TRIGGER {trigger}" + (f" ON {table}" if table else "")))
    lifetime = Lifetime(burning="day_of_year", burning_month=1, burning_day=0)
    burns = {name: lifetime.expires_at(ground.NOW, ZoneInfo(f"Europe/{name.title()}")) for name in ("london", "paris")}
    started = perf_counter()
    with database.begin() as session:
        moments = {"now": ground.NOW, "year_ago": YEAR_AGO, **burns}
        values = {name: _as_stored(session, moment) for name, moment in moments.items()}
        for statement in BARE:
            _bare(session, statement, values | {"campaign": campaign, "version": 1})
    return Measured(perf_counter() - started, customers, _paid(database))


def _bare(session: Session, statement: str, values: dict[str, Any]) -> None:
    named = {name: value for name, value in values.items() if re.search(rf"(?<!\\):{name}\b", statement)}
    session.execute(text(statement), named)


def _as_stored(session: Session, moment: Any) -> Any:
    return moment if session.get_bind().dialect.name == "postgresql" else moment.strftime("%Y-%m-%d %H:%M:%S.000000")


def _ledger_triggers(session: Session) -> list[tuple[str, str]]:
    if session.get_bind().dialect.name == "postgresql":
        found = text("SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        return [(name, table) for name, table in session.execute(found)]
    return [(name, "") for (name,) in session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))]


def naive_loop(database: Database, customers: int) -> Measured:
    """One customer a transaction, through the ORM: look, decide, write."""
    campaign = _campaign(database)
    lifetime = Lifetime(burning="day_of_year", burning_month=1, burning_day=0)
    with database.begin() as session:
        version = newest_version(session, campaign)
        assert version is not None
        run, _ = open_run(session, version, "naive", ground.NOW, ground.NOW)
    started = perf_counter()
    for number in range(1, customers + 1):
        with database.begin() as session:
            _one(session, run, number, lifetime)
    return Measured(perf_counter() - started, customers, _paid(database))


def _one(session: Session, run: Run, number: int, lifetime: Lifetime) -> None:
    customer = session.get_one(Customer, number)
    enrollment = Enrollment(
        run_id=run.id,
        campaign_id=run.campaign_id,
        customer_id=customer.id,
        entry_key="naive",
        batch_number=0,
        entered_at=ground.NOW,
    )
    session.add(enrollment)
    session.flush()
    receipts = session.scalars(
        select(Purchase).where(Purchase.customer_id == customer.id, Purchase.at >= YEAR_AGO, Purchase.net_amount > 0)
    ).all()
    passed = len(receipts) >= 10 and sum(each.net_amount for each in receipts) >= 500_000 * len(receipts)
    if passed:
        operation = Operation(
            customer_id=customer.id,
            idempotency_key=f"enrollment:{enrollment.id}:n3",
            input_hash="0" * 32,
            kind="accrue",
            amount=50_000,
            at=ground.NOW,
            source="enrollment",
            source_id=enrollment.id,
            source_node="n3",
        )
        session.add(operation)
        session.flush()
        expires_at = lifetime.expires_at(ground.NOW, zone_of(session, customer.outlet_id))
        session.add(
            Lot(
                customer_id=customer.id,
                operation_id=operation.id,
                bonus_type_id=1,
                legal_entity_id=1,
                amount=50_000,
                remaining=50_000,
                accrued_at=ground.NOW,
                active_at=ground.NOW,
                expires_at=expires_at,
            )
        )
        session.add(
            Message(
                customer_id=customer.id,
                enrollment_id=enrollment.id,
                run_id=run.id,
                node="n4",
                channel="email",
                created_at=ground.NOW,
            )
        )
    enrollment.status = "finished"
    enrollment.trail = " n1:out n2:yes n3:out n4:out " if passed else " n1:out n2:no "
    enrollment.ended_at = ground.NOW


def _paid(database: Database) -> int:
    with database.read() as session:
        lots, entries, letters = (
            session.scalar(select(func.count()).select_from(table)) or 0 for table in (Lot, Entry, Message)
        )
    assert lots == entries == letters, f"{lots} lots, {entries} entries, {letters} letters"
    return lots


@click.command()
@click.option("--customers", default=100_000, show_default=True, help="How many made customers.")
@click.option("--receipts", default=1_000_000, show_default=True, help="How many made receipts.")
@click.option("--loop", default=2_000, show_default=True, help="How many customers the naive loop does.")
@click.option("--batch", default=5_000, show_default=True, help="Customers a batch.")
@click.option("--repeat", default=3, show_default=True, help="Runs of each subject; the median counts.")
def command(customers: int, receipts: int, loop: int, batch: int, repeat: int) -> None:
    """Customers a second of the New-Year chain, as ratios."""
    click.echo(
        f"New-Year chain, {customers:,} customers, {receipts:,} receipts, batches of {batch:,}, median of {repeat}"
    )
    click.echo(f"{'':12}{'paid':>8}{'bare SQL/s':>14}{'Catena/s':>12}{'loop/s':>10}{'of bare SQL':>14}{'× loop':>9}")
    for name, prepared in (("SQLite", ground.sqlite), ("PostgreSQL", ground.postgresql)):
        with prepared(customers, receipts) as copy:
            bare = _median(lambda copy=copy: bare_sql(copy(), customers), repeat)
            ours = _median(lambda copy=copy: catena(copy(), batch, customers), repeat)
            slow = _median(lambda copy=copy: naive_loop(copy(), loop), 1)
        assert bare.paid == ours.paid, "the two paid different customers"
        rates = [each.customers / each.seconds for each in (bare, ours, slow)]
        click.echo(
            f"{name:12}{ours.paid:8,}{rates[0]:14,.0f}{rates[1]:12,.0f}{rates[2]:10,.0f}"
            f"{rates[1] / rates[0]:14.2f}{rates[1] / rates[2]:9.1f}"
        )


def _median(measure: Callable[[], Measured], repeat: int) -> Measured:
    return sorted(measure() for _ in range(repeat))[repeat // 2]
