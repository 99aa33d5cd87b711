"""What else is known of the benchmarks' customers: totals, lots, tags, consents, and lines of receipts."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench import ground
from loyalty_core.customers.totals import refresh_totals
from loyalty_core.database import Database, dialect_of
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.till.purchases import PurchaseLine

BATCH = 50_000
MADE = (
    "INSERT INTO tag (id, name, description, active) VALUES (1, 'Bench', '', {true})",
    "INSERT INTO customer_tag (customer_id, tag_id) SELECT id, 1 FROM customer WHERE id % 10 = 0",
    """
    INSERT INTO consent (customer_id, channel, granted, at)
    SELECT id, 'email', id % 4 = 0, registered_at FROM customer WHERE id % 2 = 0
    """,
    """
    INSERT INTO product (id, sku, name, category)
    SELECT id, 'p' || id, 'Product ' || id, CASE WHEN id % 5 = 0 THEN 'Coffee' ELSE 'Other' END
    FROM customer WHERE id <= 100
    """,
)
# A line for every fifth receipt.
LINES = """
    INSERT INTO purchase_line (purchase_id, customer_id, product_id, quantity, price, amount, returned)
    SELECT id, customer_id, 1 + amount % 100, 1000, amount, amount, 0 FROM purchase WHERE id % 5 = 0
"""


def enrich(database: Database, customers: int) -> None:
    """Write them; every fifth customer has bonuses that burn in 20 days."""
    with database.begin() as session:
        for statement in MADE:
            session.execute(text(statement.format(true="true" if dialect_of(session) == "postgresql" else "1")))
        with ground.without_indexes(session, PurchaseLine):
            session.execute(text(LINES))
        refresh_totals(session, range(1, customers + 1))
    for first in range(5, customers + 1, 5 * BATCH):
        with database.begin() as session:
            _accrue(session, range(first, min(first + 5 * BATCH, customers + 1), 5))
    ground.analyze(database)


def _accrue(session: Session, people: range) -> None:
    accrue_to_many(
        session,
        [Recipient(each, f"bench:{each}", each) for each in people],
        amount=50_000,
        lifetime=Lifetime.days(20),
        source="api",
        at=ground.NOW,
    )
