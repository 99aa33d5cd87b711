"""Fills an empty database with the demonstration data, as if its last day of business had been yesterday."""

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypedDict
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from loyalty_core.customers.registration import CustomerData, register_many
from loyalty_core.customers.rows import Customer, CustomerTag, CustomerTotals
from loyalty_core.database import Database, insert_rows
from loyalty_core.imports.matching import Back, match_returns
from loyalty_core.local_time import moment_at
from loyalty_core.sample.people import people
from loyalty_core.sample.shops import ZONE, found_organisation, found_tags, outlet_of
from loyalty_core.till.checkout import LineData, PurchaseData, place_many
from loyalty_core.till.purchases import Product, PurchaseLine

FILE = Path(__file__).with_name("online_retail.json.gz")
SET = 1000
Progress = Callable[[int, int], None]


class Source(TypedDict):
    """The file: products (code, name, category), customers (number, country) and receipts.

    A receipt is its number, the place of its customer, the minutes since the beginning of the first day, and product,
    quantity and price of each line one after another.
    """

    days: int
    products: list[tuple[str, str, str]]
    customers: list[tuple[str, str]]
    receipts: list[tuple[str, int, int, list[int]]]


@dataclass(frozen=True)
class Receipt:
    """A receipt of the file: `at` is its moment now, `lines` are of whole pieces, below 0 where they came back."""

    number: str
    customer: int
    at: datetime
    lines: list[tuple[int, int, int]]


def load(database: Database, now: datetime, progress: Progress | None = None) -> bool:
    """Fill the database, unless it has customers already; answers whether it did.

    One transaction: all of it, or nothing. The same `now` gives the same data. No chain is told.
    `progress(done, total)` counts receipts.
    """
    with database.begin() as session:
        if session.scalar(select(Customer.id).limit(1)) is not None:
            return False
        data: Source = json.loads(gzip.decompress(FILE.read_bytes()))
        today = now.astimezone(ZoneInfo(ZONE)).date()
        receipts = _receipts(data, today)
        outlets = found_organisation(session)
        customers = _customers(session, data, receipts, outlets, now)
        insert_rows(
            session,
            Product,
            [{"sku": sku, "name": name, "category": category} for sku, name, category in data["products"]],
        )
        bought = [receipt for receipt in receipts if any(quantity > 0 for _sku, quantity, _price in receipt.lines)]
        back = [receipt for receipt in receipts if any(quantity < 0 for _sku, quantity, _price in receipt.lines)]
        report = progress or _silent
        for done, some in _in_sets(bought):
            place_many(session, [_purchase(data, each, customers) for each in some], now, events=False)
            report(done, len(receipts))
        for done, some in _in_sets(back):
            match_returns(session, [line for each in some for line in _back(data, each, customers)])
            report(len(bought) + done, len(receipts))
        _tag_customers(session)
        return True


def _silent(_done: int, _total: int) -> None:
    pass


def _in_sets(receipts: Sequence[Receipt]) -> Iterator[tuple[int, Sequence[Receipt]]]:
    for start in range(0, len(receipts), SET):
        some = receipts[start : start + SET]
        yield start + len(some), some


def _receipts(data: Source, today: date) -> list[Receipt]:
    """The receipts in the order of their moments, on the clocks of the organisation, the last of them yesterday."""
    first_day = today - timedelta(days=1 + data["days"])
    zone = ZoneInfo(ZONE)
    receipts = []
    for number, customer, minute, values in data["receipts"]:
        day, minutes = divmod(minute, 24 * 60)
        clock = time(minutes // 60, minutes % 60)
        lines = list(zip(values[::3], values[1::3], values[2::3], strict=True))
        receipts.append(Receipt(number, customer, moment_at(first_day + timedelta(days=day), clock, zone), lines))
    return sorted(receipts, key=lambda receipt: receipt.at)


def _customers(
    session: Session, data: Source, receipts: Sequence[Receipt], outlets: dict[str, int], now: datetime
) -> list[tuple[int, int]]:
    """Register everybody; answers the ids of each and of their outlet, in the order of the file."""
    firsts: dict[int, datetime] = {}
    for receipt in receipts:
        firsts.setdefault(receipt.customer, receipt.at)
    numbers = [number for number, _country in data["customers"]]
    today = now.astimezone(ZoneInfo(ZONE)).date()
    persons = people([(number, firsts[place]) for place, number in enumerate(numbers)], today)
    at = [outlets[outlet_of(country, place)] for place, (_number, country) in enumerate(data["customers"])]
    registered = register_many(
        session,
        [
            CustomerData(
                external_id=person.number,
                first_name=person.first_name,
                last_name=person.last_name,
                email=person.email,
                phone=person.phone,
                card=person.card,
                birth_date=person.birth_date,
                sex=person.sex,
                registered_at=person.registered_at,
                outlet_id=outlet,
                consents={"email": True, "sms": not person.refuses_sms},
            )
            for person, outlet in zip(persons, at, strict=True)
        ],
        now,
        events=False,
    )
    return [(registered.ids[place], outlet) for place, outlet in enumerate(at)]


def _purchase(data: Source, receipt: Receipt, customers: list[tuple[int, int]]) -> PurchaseData:
    customer_id, outlet_id = customers[receipt.customer]
    lines = [
        LineData(*data["products"][product], Decimal(quantity), price)
        for product, quantity, price in receipt.lines
        if quantity > 0
    ]
    return PurchaseData(receipt.number, customer_id, outlet_id, receipt.at, lines)


def _back(data: Source, receipt: Receipt, customers: list[tuple[int, int]]) -> list[Back]:
    customer_id, _outlet_id = customers[receipt.customer]
    return [
        Back(receipt.number, customer_id, data["products"][product][0], receipt.at, -quantity * 1000)
        for product, quantity, _price in receipt.lines
        if quantity < 0
    ]


def _tag_customers(session: Session) -> None:
    tags = found_tags(session)
    best = select(CustomerTotals.customer_id).order_by(CustomerTotals.purchase_sum.desc()).limit(50)
    tea = (
        select(PurchaseLine.customer_id)
        .join(Product, Product.id == PurchaseLine.product_id)
        .where(Product.category == "Kitchen and tea")
        .group_by(PurchaseLine.customer_id)
        .having(func.count(PurchaseLine.purchase_id.distinct()) >= 10)
    )
    staff = select(Customer.id).where(Customer.id % 200 == 0)
    for name, whom in (("VIP", best), ("Tea lover", tea), ("Staff", staff)):
        chosen = [{"customer_id": customer_id, "tag_id": tags[name]} for customer_id in session.scalars(whom)]
        insert_rows(session, CustomerTag, chosen)
