"""Segments as ratios: the New-Year segment beside hand-written SQL and DuckDB, a batch of it beside everybody, one
customer beside a look-up by key, a tree of twenty conditions beside the sum of each alone.

All that answer the same question must find the same customers. The best time of several runs counts, so that a busy
machine blurs the ratios less; what is hand-written is asked in several ways, of which the fastest is the measure.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import click
from sqlalchemy import Select, bindparam, func, select, text
from sqlalchemy.orm import Session

from bench import duck, ground
from bench.people import enrich
from bench.upkeep import upkeep
from loyalty_core.customers.rows import Customer
from loyalty_core.database import Database, Moment, dialect_of
from segmenter.compiler import customers

LAST_YEAR = {"within": {"last_days": 365}}
NEW_YEAR: dict[str, Any] = {
    "all": [
        {"condition": "purchase_count", "op": "ge", "value": 10, **LAST_YEAR},
        {"condition": "average_receipt", "op": "ge", "value": "5000.00", **LAST_YEAR},
    ]
}
BY_HAND = """
    SELECT count(*), coalesce(sum(customer_id), 0) FROM (
        SELECT customer_id FROM purchase WHERE {moment} >= {since} {left}
        GROUP BY customer_id HAVING count(*) >= 10 AND sum({amount}) >= 500000 * count(*)) AS met
"""
# The planner's own choice, and those that it may have been wrong to leave: settings for one question.
PLANS: dict[str, Sequence[Sequence[str]]] = {
    "postgresql": (
        (),
        ("enable_hashagg = off", "enable_seqscan = off"),
        ("enable_hashagg = off", "enable_seqscan = off", "max_parallel_workers_per_gather = 0"),
        ("max_parallel_workers_per_gather = 0",),
    ),
    "sqlite": ((),),
}
TWENTY: list[dict[str, Any]] = [
    *NEW_YEAR["all"],
    {"condition": "purchase_sum", "op": "gt", "value": "300.00", "within": {"last_days": 90}},
    {"condition": "purchase_count", "op": "le", "value": 40, "outlets": [1], **LAST_YEAR},
    {"condition": "visit_count", "op": "ge", "value": 3, "within": {"this": "year"}},
    {"condition": "purchased", "op": "is", "value": "yes", "within": {"previous": "month"}},
    {"condition": "purchase_count", "op": "ge", "value": 12},
    {"condition": "purchase_sum", "op": "between", "value": ["100.00", "9000000.00"]},
    {"condition": "days_since_last_purchase", "op": "le", "value": 200},
    {"condition": "days_since_first_purchase", "op": "ge", "value": 100},
    {"condition": "goods_sum", "op": "ge", "value": "1000.00", "of": ["category:Coffee"], **LAST_YEAR},
    {"condition": "bonus_balance", "op": "lt", "value": "900.00"},
    {"condition": "bonuses_burning", "op": "ge", "value": "100.00", "within": {"next_days": 30}},
    {"condition": "days_since_registration", "op": "ge", "value": 365},
    {"condition": "outlet", "op": "has", "value": [1, 2]},
    {"condition": "age", "op": "between", "value": [18, 80]},
    {"condition": "days_to_birthday", "op": "le", "value": 90},
    {"condition": "sex", "op": "is", "value": "female"},
    {"condition": "tag", "op": "has", "value": [1]},
    {"condition": "consent", "op": "is", "value": "granted", "of": "email"},
]
# All of the first ten, and any of the others but for two.
MIXED = {"all": [*TWENTY[:10], {"any": TWENTY[10:18]}, {"none": TWENTY[18:]}]}


class Found(NamedTuple):
    """How many customers, and the sum of their ids: whether two found the same ones."""

    customers: int
    ids: int


def counted(session: Session, met: Select[Any]) -> Found:
    """Whom a query finds; the database hands over two numbers, so that the driver's work does not count."""
    found = met.subquery()
    column = found.c[0]
    return Found(*session.execute(select(func.count(), func.coalesce(func.sum(column), 0)).select_from(found)).one())


def new_year(session: Session, repeat: int, rows: Any) -> float:
    """Print the segment of everybody beside what is written by hand; answers its seconds."""
    plans = PLANS[dialect_of(session)]
    works = [lambda plan=plan: by_hand(session, plan) for plan in plans]
    ours, duckdb, *hand = ground.in_turn(
        repeat, [lambda: _everybody(session, NEW_YEAR), lambda: with_duckdb(rows), *works]
    )
    (seconds, found), (on_duck, ducks) = ours, duckdb
    assert {found, ducks, *(each for _, each in hand)} == {found}, "they find different customers"
    row("New Year, everybody", seconds, "hand-written SQL", min(hand)[0], 1.5, f"{found.customers:,} customers")
    row("", seconds, "DuckDB", on_duck)
    return seconds


def _everybody(session: Session, tree: Any) -> Found:
    session.rollback()
    return counted(session, customers(session, tree, now=ground.NOW))


def by_hand(session: Session, plan: Sequence[str]) -> Found:
    """The New-Year segment as one would write it for this database alone."""
    session.rollback()
    for setting in plan:
        session.execute(text(f"SET LOCAL {setting}"))
    written = BY_HAND.format(moment="at", since=":since", left="AND net_amount > 0", amount="net_amount")
    since = text(written).bindparams(bindparam("since", _year_ago(), type_=Moment()))
    return Found(*session.execute(since).one())


def with_duckdb(rows: Any) -> Found:
    """The same in DuckDB, from the same receipts."""
    written = BY_HAND.format(moment="moment", since="$since", left="AND amount > 0", amount="amount")
    return Found(*rows.execute(written, {"since": _year_ago().replace(tzinfo=None)}).fetchone())


def few(session: Session, repeat: int, size: int, everybody: float) -> None:
    """Print the segment asked about a batch, as runs cut them, and about one customer."""
    batch = range(size // 2, size // 2 + 1_000)
    ((seconds, _),) = ground.in_turn(repeat * 5, [lambda: counted(session, _asked(session, batch))])
    row(f"New Year, a batch of {len(batch):,}", seconds, "everybody", everybody, 0.01)
    some = range(1, size, max(1, size // 200))
    (one, _), (key, _) = ground.in_turn(
        repeat,
        [
            lambda: [session.scalars(_asked(session, [each])).all() for each in some],
            lambda: [session.scalars(select(Customer.id).where(Customer.id == each)).all() for each in some],
        ],
    )
    row("New Year, one customer", one / len(some), "look-up by key", key / len(some), 10)


def _asked(session: Session, among: Sequence[int]) -> Select[Any]:
    return customers(session, NEW_YEAR, now=ground.NOW, among=among)


def mixed(session: Session, repeat: int) -> None:
    """Print a tree of all the twenty beside the sum of each alone."""
    trees = [MIXED, *TWENTY]
    whole, *parts = ground.in_turn(repeat, [lambda tree=tree: _everybody(session, tree) for tree in trees])
    alone = sum(seconds for seconds, _ in parts)
    row(
        f"a tree of {len(TWENTY)} conditions",
        whole[0],
        "sum of its parts",
        alone,
        1,
        f"{whole[1].customers:,} customers",
    )


def row(name: str, seconds: float, beside: str, measure: float, most: float | None = None, told: str = "") -> None:
    """One line of the table: what was measured, beside what, and whether the promise holds in this run."""
    ratio = seconds / measure
    promise = "" if most is None else f"at most {most:g}: {'holds' if ratio <= most else 'does not hold'}"
    times = f"{seconds * 1000:12,.2f} ms{ratio:10.3f} × {beside:18}{measure * 1000:12,.2f} ms"
    click.echo(f"  {name:28}{times}  {promise:30}{told}".rstrip())


def _year_ago() -> datetime:
    return ground.NOW - timedelta(days=365)


@click.command()
@click.option("--customers", "people", default=100_000, show_default=True, help="How many made customers.")
@click.option("--receipts", default=1_000_000, show_default=True, help="How many made receipts.")
@click.option("--repeat", default=3, show_default=True, help="Runs of each subject; the best counts.")
@click.option("--on", type=click.Choice(["both", "sqlite", "postgresql"]), default="both", show_default=True)
def command(people: int, receipts: int, repeat: int, on: str) -> None:
    """Segments of everybody, of a batch and of one customer, as ratios; what the totals cost."""
    click.echo(f"Segments, {people:,} customers, {receipts:,} receipts, best of {repeat}")
    for name, prepared in (("SQLite", ground.sqlite), ("PostgreSQL", ground.postgresql)):
        if on not in ("both", name.lower()):
            continue
        with prepared(people, receipts) as copy:
            database = copy()
            enrich(database, people)
            measure(name, database, people, repeat)
            database.dispose()


def measure(name: str, database: Database, people: int, repeat: int) -> None:
    """Print the rows of one database."""
    click.echo(name)
    rows = duck.receipts(database)
    with database.read() as session:
        everybody = new_year(session, repeat, rows)
        few(session, repeat, people, everybody)
        mixed(session, repeat)
    rows.close()
    kept, bare = upkeep(database, people, 200)
    row("a purchase", kept, "without its totals", bare, told=f"they add {(kept / bare - 1):.0%}")
