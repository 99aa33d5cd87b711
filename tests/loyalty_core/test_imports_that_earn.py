"""Imports that move bonuses: purchases settled in the order of time, and returns of what was settled."""

import pytest
from sqlalchemy import select

from loyalty_core.customers.registration import find_customer
from loyalty_core.database import Database
from loyalty_core.imports import import_purchases
from loyalty_core.ledger.balance import balance
from loyalty_core.ledger.proof import proof
from loyalty_core.programmes.rows import Programme, Tier
from loyalty_core.till.purchases import Purchase
from tests.loyalty_core.test_imports import HEAD, NOW, purchases, write

__all__ = ["write"]


def test_a_return_under_the_number_of_its_purchase_takes_from_no_other(database: Database, write) -> None:
    bought = "1,A,2026-03-01 10:00,X,2,1.00\n2,A,2026-03-02 10:00,X,2,1.00\n"
    back = "1,A,2026-03-04 10:00,X,-2,-1.00\n1,A,2026-03-05 10:00,X,-2,-1.00\n"
    report = purchases(database, write(HEAD + bought + back))
    assert dict(report.refused) == {5: "Customer A bought no X before that could still come back"}
    with database.read() as session:
        assert dict(session.execute(select(Purchase.external_id, Purchase.net_amount)).all()) == {"1": 0, "2": 200}


@pytest.fixture
def earning(database: Database) -> Database:
    """A tenth in bonuses for everybody, a fifth above 100.00; bonuses pay up to a half."""
    with database.begin() as session:
        tiers = [Tier(above=0, bonus_rate=1_000), Tier(above=10_000, bonus_rate=2_000)]
        session.add(Programme(name="Tenth", payable_rate=5_000, is_default=True, tiers=tiers))
    return database


def active(database: Database, external_id: str) -> int:
    with database.read() as session:
        customer_id = find_customer(session, external_id=external_id) or 0
        assert proof(session) == []
        return balance(session, customer_id, NOW).active


def test_purchases_earn_in_the_order_of_time_wherever_they_stand(earning: Database, write) -> None:
    head = "receipt,customer,at,sku,quantity,price,redeem\n"
    lines = (
        "3,A,2026-03-03 10:00,X,1,20.00,most\n"
        "2,A,2026-03-02 10:00,X,1,50.00,\n"
        "1,A,2026-03-01 10:00,X,1,60.00,\n"
        "2,A,2026-03-02 10:00,Y,1,1.00,\n"
        "4,A,2026-03-04 10:00,X,1,8.00,4.01\n"
    )
    path = write(head + lines)
    report = import_purchases(earning, path, now=NOW, earn=True)
    assert dict(report.refused) == {6: "Bonuses may pay 3.10 of this purchase"}
    # 6.00 and 5.10, spent on half of the third; the rest of that, 10.00, earns a fifth.
    assert active(earning, "A") == 600 + 510 - 1000 + 200
    again = import_purchases(earning, path, now=NOW, earn=True)
    assert (again.unchanged, len(again.refused), active(earning, "A")) == (4, 1, 310)


def test_an_imported_return_of_a_purchase_that_earned_moves_its_bonuses_back(earning: Database, write) -> None:
    bought = HEAD + "1,A,2026-03-01 10:00,X,2,10.00\n1,A,2026-03-01 10:00,Y,1,10.00\n"
    import_purchases(earning, write(bought), now=NOW, earn=True)
    assert active(earning, "A") == 300
    purchases(earning, write(HEAD + "R,A,2026-03-05 10:00,X,-1,10.00\n"))
    assert active(earning, "A") == 200
    more = write(HEAD + "R,A,2026-03-05 10:00,X,-1,10.00\nR,A,2026-03-05 10:00,Y,-1,10.00\n")
    purchases(earning, more)
    assert active(earning, "A") == 100
    assert purchases(earning, more).imported == 0
    assert active(earning, "A") == 100


def test_what_bonuses_pay_is_an_amount_or_most_and_the_same_on_all_lines(earning: Database, write) -> None:
    head = "receipt,customer,at,sku,quantity,price,redeem\n"
    told = ("-1", "1.001", "all", "1e99", "NaN")
    lines = [f"{number},A,2026-03-01 10:00,X,1,1,{text}\n" for number, text in enumerate(told)]
    lines += ["9,A,2026-03-01 10:00,X,1,1,most\n", "9,A,2026-03-01 10:00,Y,1,1,0.50\n"]
    report = import_purchases(earning, write(head + "".join(lines)), now=NOW, earn=True)
    assert [note.line for note in report.refused] == list(range(2, 9))
    assert report.refused[-1].text == "The lines of this receipt say different things of what bonuses pay"
    without = purchases(earning, write(head + lines[-1]))
    assert (without.ignored_columns, without.imported) == (["redeem"], 1)
