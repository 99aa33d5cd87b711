"""Gathers what each customer bought into a table that only this connection sees, reading the receipts once."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    MetaData,
    Select,
    SQLColumnExpression,
    Table,
    cast,
    func,
    insert,
    select,
)
from sqlalchemy.schema import CreateTable

from loyalty_core.customers.rows import CustomerTotals
from loyalty_core.database import table_of
from loyalty_core.till.purchases import Purchase
from segmenter.calendar import Calendar
from segmenter.compiler import customers
from segmenter.rfm.parts import Part
from segmenter.rfm.recency import days_since
from segmenter.rfm.rows import RfmCalculation
from segmenter.segments import segment
from segmenter.window_reading import read_window

# Beside the installation's own tables: no migration makes it.
VALUES = Table(
    "rfm_value",
    MetaData(),
    Column("customer_id", BigInteger, nullable=False),
    Column("days", Integer, nullable=False),
    Column("purchases", Integer, nullable=False),
    Column("amount", BigInteger, nullable=False),
    prefixes=["TEMPORARY"],
)


def gather(part: Part, calculation: RfmCalculation, calendar: Calendar) -> tuple[int, int]:
    """Fill `VALUES` with the customers of a part who bought; answers how many were looked at, and how many bought.

    Purchases count while something of them is left after returns, as in conditions.
    """
    session = part.session
    session.execute(CreateTable(VALUES))
    base = None
    if calculation.segment_id is not None:
        base = customers(session, segment(session, calculation.segment_id).tree, now=calendar.now)
    bought = _bought(part, calculation, calendar)
    if base is not None:
        bought = bought.where(bought.selected_columns.customer_id.in_(base))
    session.execute(insert(VALUES).from_select(list(VALUES.c.keys()), bought))
    everybody = (customers(session, {"all": []}, now=calendar.now) if base is None else base).subquery()
    looked_at = select(func.count()).where(*_inside(everybody.c[0], part))
    return session.scalars(looked_at).one(), session.scalars(select(func.count()).select_from(VALUES)).one()


def _inside(customer: SQLColumnExpression[int], part: Part) -> list[ColumnElement[bool]]:
    return [customer >= part.first, customer < part.end]


def _bought(part: Part, calculation: RfmCalculation, calendar: Calendar) -> Select[Any]:
    """Customer, days since the last purchase, how many there were, and their sum."""
    if calculation.period is None:
        totals = table_of(CustomerTotals).c
        mine = [totals.purchase_count > 0, *_inside(totals.customer_id, part)]
        first = part.session.scalar(select(func.min(totals.last_purchase_at)).where(*mine))
        days = days_since(part.session, totals.last_purchase_at, calendar, first or calendar.now)
        kept = (totals.customer_id, days, totals.purchase_count, totals.purchase_sum)
        return select(*kept).where(*mine)
    start, end = read_window(calculation.period).bounds(calendar)
    assert start is not None, "settings take no period without a beginning"
    within = [
        *_inside(Purchase.customer_id, part),
        Purchase.net_amount > 0,
        Purchase.at >= start,
        *([Purchase.at < end] if end is not None else []),
    ]
    last = func.max(Purchase.at)
    summed = (func.count(), cast(func.sum(Purchase.net_amount), BigInteger))
    columns: tuple[Any, ...] = (Purchase.customer_id, days_since(part.session, last, calendar, start), *summed)
    return select(*columns).where(*within).group_by(Purchase.customer_id)
