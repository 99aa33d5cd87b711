"""The limit of purchases in a shift day holds however many tills sell to one card at the same moment."""

import threading
from datetime import UTC, datetime, time
from decimal import Decimal

from sqlalchemy import func, select

from loyalty_core.customers.blocks import block_of
from loyalty_core.customers.rows import Customer
from loyalty_core.database import Database
from loyalty_core.ledger.proof import proof
from loyalty_core.ledger.rows import Operation
from loyalty_core.programmes.rows import Programme, Tier
from loyalty_core.till.purchases import Purchase
from loyalty_core.till.receipts import LineData, PurchaseData
from loyalty_core.till.settlement import settle

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ALLOWED, TILLS = 5, 12


def test_as_many_purchases_earn_as_are_allowed_however_many_come_at_once(database: Database) -> None:
    with database.begin() as session:
        tiers = [Tier(above=0, bonus_rate=1_000)]
        limit = {"shift_starts": time(6), "shift_purchases_max": ALLOWED}
        session.add(Programme(name="Tenth", is_default=True, tiers=tiers, **limit))
        session.add(Customer(id=1, registered_at=NOW, activated_at=NOW))
    failed: list[Exception] = []
    together = threading.Barrier(TILLS)

    def sell(number: int) -> None:
        together.wait()
        try:
            with database.begin() as session:
                line = LineData("tea", "Tea", "", Decimal(1), 1_000)
                settle(session, PurchaseData(f"till-{number}", 1, None, NOW, [line]), 0, NOW)
        except Exception as error:
            failed.append(error)

    tills = [threading.Thread(target=sell, args=(number,)) for number in range(TILLS)]
    for till in tills:
        till.start()
    for till in tills:
        till.join()
    assert failed == []
    with database.read() as session:
        assert session.scalar(select(func.count(Purchase.id))) == TILLS
        assert session.scalar(select(func.count(Purchase.id)).where(Purchase.accrued > 0)) == ALLOWED
        assert session.scalar(select(func.sum(Operation.amount))) == ALLOWED * 100
        assert block_of(session, 1) is not None
        assert proof(session) == []
