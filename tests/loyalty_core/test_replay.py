"""The retail case study: 23,053 rows of three years, replayed as if a programme had held then.

Its files must not be shipped; the tests read them beside this tree, in ../shared/data.
"""

import csv
import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from loyalty_core.customers.blocks import Block
from loyalty_core.database import Database
from loyalty_core.events import Event
from loyalty_core.imports import Report, import_customers, import_purchases
from loyalty_core.ledger.proof import proof
from loyalty_core.ledger.rows import Lot, Operation
from loyalty_core.organisation import Organisation
from loyalty_core.programmes.rows import Programme, Tier
from loyalty_core.till.purchases import Purchase

FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "retail_case_study"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="the retail case study is not in ../shared/data")


@pytest.fixture
def earning(database: Database) -> Database:
    """A programme with tiers whose bonuses pay up to a half and burn after 180 days."""
    with database.begin() as session:
        tiers = [Tier(above=above, bonus_rate=rate, discount_rate=100) for above, rate in TIERS.items()]
        session.add(Organisation(id=1, name="Replay", zone="Asia/Kolkata"))
        session.add(
            Programme(
                name="Replay",
                kind="both",
                payable_rate=5_000,
                delay_days=14,
                lifetime_days=180,
                is_default=True,
                tiers=tiers,
            )
        )
    return database


TIERS = {0: 200, 300_000: 300, 1_000_000: 500}


def rows(share: int = 1) -> list[dict[str, str]]:
    """The rows of every customer, or of one in so many."""
    with (FOLDER / "Transactions.csv").open(newline="") as file:
        return [row for row in csv.DictReader(file) if int(row["customer_Id"]) % share == 0]


def product_of(row: dict[str, str]) -> str:
    return f"{row['prod_cat_code']}/{row['prod_subcat_code']}"


def written(path: Path, rows: list[dict[str, str]]) -> Path:
    """The rows as a file to import: the product is named by two columns, and of every third receipt bonuses pay."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("transaction_id", "customer_Id", "tran_date", "sku", "Qty", "Rate", "redeem"))
        for row in rows:
            redeem = "most" if int(row["transaction_id"]) % 3 == 0 else ""
            same = [row[name] for name in ("transaction_id", "customer_Id", "tran_date")]
            writer.writerow([*same, product_of(row), row["Qty"], row["Rate"], redeem])
    return path


def replayed(database: Database, path: Path) -> Report:
    report = import_purchases(database, path, now=NOW, day_first=True, earn=True)
    assert report.read == report.imported + report.unchanged + len(report.refused)
    return report


class Expected:
    """What must become of the rows, counted without the product. All lines have one purchase, and come back whole."""

    def __init__(self, rows: list[dict[str, str]]) -> None:
        self.bought: dict[tuple[str, str], dict[str, str]] = {}
        self.back: set[tuple[str, str]] = set()
        self.unmatched: list[dict[str, str]] = []
        self.repeated = 0
        strays = []
        seen = set()
        for row in sorted(rows, key=lambda row: int(row["Qty"]) < 0):
            receipt, cells = (row["transaction_id"], row["customer_Id"]), tuple(row.values())
            if cells in seen:
                self.repeated += 1
            elif int(row["Qty"]) > 0:
                self.bought[receipt] = row
            elif receipt not in self.bought:
                strays.append(row)
            elif receipt in self.back:
                self.unmatched.append(row)
            else:
                self.back.add(receipt)
            seen.add(cells)
        self.strays = len(strays)

    @property
    def worth(self) -> int:
        """What was bought, in minor units, before discounts."""
        return sum(100 * int(row["Qty"]) * int(row["Rate"]) for row in self.bought.values())


# A third of the customers is enough here; `./catena import purchases --earn` replays all of them in the same way.
SHARE = int(os.environ.get("CATENA_REPLAY_SHARE", "3"))


def test_the_retail_case_study_replays_and_the_ledger_adds_up(earning: Database, tmp_path: Path):
    """Programme with tiers, bonuses that pay a half; receipts and refunds in the order of time, each at its moment."""
    customers = import_customers(earning, FOLDER / "Customer.csv", now=NOW, day_first=True)
    assert (customers.imported, customers.refused) == (5_647, [])
    lines = rows(SHARE)
    counts = Expected(lines)
    path = written(tmp_path / "receipts.csv", lines)
    report = replayed(earning, path)
    assert (report.read, report.purchases) == (len(lines), len(counts.bought))
    # A refund under no purchase's number may have found an earlier purchase of the same goods.
    assert 0 <= report.returns - len(counts.back) <= counts.strays
    reasons = Counter(note.text.split()[0] for note in report.refused)
    lost = counts.strays - (report.returns - len(counts.back))
    assert reasons == Counter(Repeats=counts.repeated, Customer=len(counts.unmatched) + lost)
    with earning.read() as session:
        assert proof(session) == []
        assert session.scalar(select(func.min(Lot.remaining))) == 0
        assert session.scalar(select(func.count(Event.id))) == 0
        assert session.scalar(select(func.count(Block.customer_id))) == 0
        worth = session.scalar(select(func.sum(Purchase.amount + Purchase.discounted)))
        assert worth == counts.worth
        kinds = dict(session.execute(select(Operation.kind, func.count()).group_by(Operation.kind)).all())
        assert {"accrue", "redeem", "reverse"} <= kinds.keys()
        gone = select(func.sum(Purchase.redeemed)).where(Purchase.net_amount == 0).scalar_subquery()
        given = select(func.sum(Operation.amount)).where(Operation.kind == "reverse", Operation.amount > 0)
        partly = (Purchase.net_amount > 0) & (Purchase.net_amount < Purchase.amount)
        some = select(func.coalesce(func.sum(Purchase.redeemed), 0)).where(partly).scalar_subquery()
        back, spent, at_most = session.execute(select(given.scalar_subquery(), gone, some)).one()
        # Of a purchase that came back in part, by a refund under another number, a part is given back.
        assert 0 < spent <= back <= spent + at_most
        rates = {
            amount * 100 // paid
            for amount, paid in session.execute(
                select(Purchase.accrued, Purchase.amount - Purchase.redeemed).where(Purchase.amount > Purchase.redeemed)
            )
        }
        assert rates >= {2, 3, 5}
    report.write(tmp_path / "report.csv")
    with (tmp_path / "report.csv").open(newline="") as file:
        told = {int(row["line"]): row["reason"] for row in csv.DictReader(file) if row["outcome"] == "refused"}
    assert told == dict(report.refused)


def test_a_replay_that_starts_again_goes_on_where_it_was(earning: Database, tmp_path: Path):
    some = rows(150)
    half = [row for row in some if row["tran_date"].endswith("2011")]
    first = replayed(earning, written(tmp_path / "half.csv", half))
    path = written(tmp_path / "all.csv", some)
    whole = replayed(earning, path)
    assert (whole.unchanged, whole.imported > 0) == (first.imported, True)
    with earning.read() as session:
        before = session.execute(select(Operation.idempotency_key, Operation.amount).order_by(Operation.id)).all()
    again = replayed(earning, path)
    assert (again.imported, again.refused) == (0, whole.refused)
    with earning.read() as session:
        after = session.execute(select(Operation.idempotency_key, Operation.amount).order_by(Operation.id)).all()
        assert (after, proof(session)) == (before, [])
