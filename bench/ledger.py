"""Lots a second that the ledger accrues, burns and redeems from: in sets, beside one customer at a time."""

from collections.abc import Iterable
from datetime import timedelta
from time import perf_counter

import click

from bench import ground
from loyalty_core.database import Database
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.burning import burn_due
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.ledger.proof import proof
from loyalty_core.ledger.redemption import redeem

AMOUNT = 50_000
LIFETIME = Lifetime.days(30)


def accrue(database: Database, customers: Iterable[int], batch: int, key: str) -> float:
    """Seconds to accrue to the customers in transactions of `batch`; both time zones of the ground are among them."""
    recipients = [Recipient(customer, f"{key}:{customer}", customer) for customer in customers]
    started = perf_counter()
    for first in range(0, len(recipients), batch):
        with database.begin() as session:
            accrue_to_many(
                session,
                recipients[first : first + batch],
                amount=AMOUNT,
                lifetime=LIFETIME,
                bonus_type_id=1,
                legal_entity_id=1,
                source="enrollment",
                source_node="n3",
                at=ground.NOW,
            )
    return perf_counter() - started


def spend(database: Database, customers: Iterable[int]) -> float:
    """Seconds to redeem half of a lot from each customer, a transaction each."""
    started = perf_counter()
    for customer in customers:
        with database.begin() as session:
            redeem(session, customer, amount=AMOUNT // 2, key="till", at=ground.NOW, source="api")
    return perf_counter() - started


def burn(database: Database) -> tuple[int, float]:
    """Lots burned, and seconds to burn all that there are."""
    burned, started = 0, perf_counter()
    while True:
        with database.begin() as session:
            done = burn_due(session, ground.NOW + timedelta(days=60))
        if not done:
            return burned, perf_counter() - started
        burned += done


@click.command()
@click.option("--customers", default=100_000, show_default=True, help="How many made customers.")
@click.option("--loop", default=1_000, show_default=True, help="How many customers are done one at a time.")
@click.option("--batch", default=2_000, show_default=True, help="Customers a batch.")
def command(customers: int, loop: int, batch: int) -> None:
    """Lots a second of the ledger, in sets and one at a time."""
    click.echo(f"Ledger, {customers:,} customers, batches of {batch:,}")
    click.echo(f"{'':12}{'accrued/s':>12}{'one by one/s':>14}{'× one by one':>14}{'redeemed/s':>12}{'burned/s':>10}")
    for name, prepared in (("SQLite", ground.sqlite), ("PostgreSQL", ground.postgresql)):
        with prepared(customers, 0) as copy:
            database = copy()
            in_sets = customers / accrue(database, range(1, customers + 1), batch, "sets")
            singly = loop / accrue(database, range(1, loop + 1), 1, "one")
            redeemed = loop / spend(database, range(1, loop + 1))
            burned, seconds = burn(database)
            with database.read() as session:
                assert proof(session) == [], "the ledger does not add up"
            database.dispose()
        ratio = in_sets / singly
        click.echo(f"{name:12}{in_sets:12,.0f}{singly:14,.0f}{ratio:14.1f}{redeemed:12,.0f}{burned / seconds:10,.0f}")
