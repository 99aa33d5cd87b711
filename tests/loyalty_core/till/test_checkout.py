"""What checkout promises: purchases and returns, and totals in step with both."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from loyalty_core.customers.registration import CustomerData, register
from loyalty_core.customers.rows import CustomerTotals
from loyalty_core.database import Database
from loyalty_core.errors import Conflict, NotFound, Refused
from loyalty_core.events import Event
from loyalty_core.till.checkout import LineData, PurchaseData, ReturnedLine, place, place_many, take_back
from loyalty_core.till.purchases import Product, Purchase, PurchaseLine, PurchaseReturn, ReturnLine

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.fixture
def anna(session: Session) -> int:
    return register(session, CustomerData(external_id="A-1"), NOW).id


def line(sku: str = "85123A", quantity: str = "1", price: int = 1000, name: str = "Lantern") -> LineData:
    return LineData(sku, name, "", Decimal(quantity), price)


def receipt(customer_id: int, *lines: LineData, number: str = "1", at: datetime = NOW) -> PurchaseData:
    return PurchaseData(number, customer_id, None, at, lines or [line()])


def totals(session: Session, customer_id: int) -> tuple[int, int, datetime | None, datetime | None]:
    row = session.get_one(CustomerTotals, customer_id, populate_existing=True)
    return row.purchase_count, row.purchase_sum, row.first_purchase_at, row.last_purchase_at


def events(session: Session) -> list[str]:
    return list(session.scalars(select(Event.kind).where(Event.kind.not_like("customer.%")).order_by(Event.id)))


def test_a_purchase_is_the_sum_of_its_lines_each_half_up(session: Session, anna: int) -> None:
    bought = place(
        session, receipt(anna, line(quantity="0.333", price=1000), line("X", "0.5", 1), line("Y", "3", 0)), NOW
    )
    amounts = session.scalars(select(PurchaseLine.amount).order_by(PurchaseLine.id)).all()
    assert list(amounts) == [333, 1, 0]
    assert (bought.amount, bought.net_amount) == (334, 334)
    assert totals(session, anna) == (1, 334, NOW, NOW)


def test_a_purchase_tells_the_chains_once(session: Session, anna: int) -> None:
    first = place(session, receipt(anna), NOW)
    again = place(session, receipt(anna), NOW + timedelta(hours=1))
    assert first.id == again.id
    assert events(session) == ["purchase.placed"]
    told = session.scalars(select(Event).where(Event.kind == "purchase.placed")).one()
    assert (told.customer_id, told.at) == (anna, NOW)
    assert told.properties == {"purchase_id": first.id, "amount": 1000}
    assert totals(session, anna)[:2] == (1, 1000)


def test_the_same_receipt_with_another_amount_is_a_conflict(session: Session, anna: int) -> None:
    place(session, receipt(anna), NOW)
    with pytest.raises(Conflict):
        place(session, receipt(anna, line(price=999)), NOW)
    assert totals(session, anna)[:2] == (1, 1000)


def test_two_customers_may_have_receipts_of_the_same_number(session: Session, anna: int) -> None:
    boris = register(session, CustomerData(external_id="B-2"), NOW).id
    placed = place_many(session, [receipt(anna), receipt(boris), receipt(anna)], NOW)
    assert len(placed.new) == 2
    assert totals(session, anna)[0] == totals(session, boris)[0] == 1


def test_history_is_told_to_no_chain(session: Session, anna: int) -> None:
    place_many(session, [receipt(anna)], NOW, events=False)
    assert events(session) == []


@pytest.mark.parametrize(
    ("lines", "where"),
    [
        ([], "lines"),
        ([line(), line(quantity="0")], "lines.1.quantity"),
        ([line(quantity="-1")], "lines.0.quantity"),
        ([line(quantity="0.0001")], "lines.0.quantity"),
        ([line(quantity="NaN")], "lines.0.quantity"),
        ([line(quantity="1e30")], "lines.0.quantity"),
        ([line(price=-1)], "lines.0.price"),
        ([line(price=10**30)], "lines.0.price"),
        ([line(sku="")], "lines.0.sku"),
        ([line(name="x" * 301)], "lines.0.name"),
    ],
)
def test_what_cannot_be_a_receipt_is_refused_with_its_place(
    session: Session, anna: int, lines: Sequence[LineData], where: str
) -> None:
    with pytest.raises(Refused) as refused:
        place(session, PurchaseData("1", anna, None, NOW, lines), NOW)
    assert refused.value.where == where
    assert session.scalar(select(func.count()).select_from(Purchase)) == 0


def test_nobody_and_nowhere_are_not_found(session: Session, anna: int) -> None:
    with pytest.raises(NotFound) as customer:
        place(session, receipt(anna + 1), NOW)
    with pytest.raises(NotFound) as outlet:
        place(session, PurchaseData("1", anna, 999, NOW, [line()]), NOW)
    assert (customer.value.where, outlet.value.where) == ("customer", "outlet")


def test_a_product_keeps_its_first_name_and_gets_one_where_it_had_none(session: Session, anna: int) -> None:
    place(session, receipt(anna, line("N", name=""), number="1"), NOW)
    place(session, receipt(anna, line("N", name="Nutcracker"), number="2"), NOW)
    place(session, receipt(anna, line("N", name="wrong code?"), number="3"), NOW)
    assert session.scalars(select(Product.name)).all() == ["Nutcracker"]


def test_all_that_is_left_comes_back_and_the_purchase_no_longer_counts(session: Session, anna: int) -> None:
    bought = place(session, receipt(anna, line(quantity="3", price=333), line("X", price=1)), NOW)
    one = take_back(session, bought.id, "R1", NOW, [ReturnedLine("85123A", Decimal(1))], NOW)
    assert one.amount == 333
    assert totals(session, anna) == (1, 667, NOW, NOW)
    rest = take_back(session, bought.id, "R2", NOW, None, NOW)
    assert rest.amount == 667
    assert session.get_one(Purchase, bought.id, populate_existing=True).net_amount == 0
    assert totals(session, anna) == (0, 0, None, None)
    assert events(session) == ["purchase.placed", "purchase.returned", "purchase.returned"]
    with pytest.raises(Refused):
        take_back(session, bought.id, "R3", NOW, None, NOW)


def test_the_same_return_again_changes_nothing(session: Session, anna: int) -> None:
    bought = place(session, receipt(anna, line(quantity="3")), NOW)
    wanted = [ReturnedLine("85123A", Decimal(1))]
    first = take_back(session, bought.id, "R1", NOW, wanted, NOW)
    again = take_back(session, bought.id, "R1", NOW, wanted, NOW)
    assert (again.id, again.amount) == (first.id, 1000)
    assert totals(session, anna)[1] == 2000
    with pytest.raises(Conflict):
        take_back(session, bought.id, "R1", NOW, [ReturnedLine("85123A", Decimal(2))], NOW)


def test_more_than_was_bought_does_not_come_back(session: Session, anna: int) -> None:
    bought = place(session, receipt(anna, line(quantity="2"), line(quantity="1")), NOW)
    with pytest.raises(Refused) as refused:
        take_back(session, bought.id, "R1", NOW, [ReturnedLine("85123A", Decimal("3.001"))], NOW)
    assert refused.value.where == "lines.0.quantity"
    assert refused.value.message == "Only 3 of 85123A can still come back"
    assert take_back(session, bought.id, "R1", NOW, [ReturnedLine("85123A", Decimal(3))], NOW).amount == 3000


def test_goods_do_not_come_back_before_they_are_bought_nor_from_nowhere(session: Session, anna: int) -> None:
    bought = place(session, receipt(anna), NOW)
    with pytest.raises(Refused):
        take_back(session, bought.id, "R1", NOW - timedelta(seconds=1), None, NOW)
    with pytest.raises(NotFound):
        take_back(session, bought.id + 1, "R1", NOW, None, NOW)


def test_two_tills_at_once_lose_nothing(database: Database) -> None:
    with database.begin() as session:
        anna = register(session, CustomerData(external_id="A-1"), NOW).id

    def till(number: int) -> None:
        with database.begin() as session:
            bought = place(session, receipt(anna, line(quantity="2"), number=str(number // 2)), NOW)
        with database.begin() as session:
            take_back(session, bought.id, "R", NOW, [ReturnedLine("85123A", Decimal(1))], NOW)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(till, range(32)))
    with database.begin() as session:
        assert totals(session, anna)[:2] == (16, 16_000)


steps = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(0, 5),
        st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 4000), st.integers(0, 999)), min_size=1, max_size=4),
        st.integers(0, 4000),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_totals_and_what_is_left_equal_sums_counted_anew(database: Database, steps: list) -> None:
    with database.session(writing=True) as session:
        customers = [register(session, CustomerData(), NOW).id for _ in range(3)]
        paid: dict[tuple[int, int], int] = {}
        for turn, (who, number, lines, back) in enumerate(steps):
            at = NOW + timedelta(hours=number)
            goods = [line(sku, str(Decimal(quantity) / 1000), price) for sku, quantity, price in lines]
            try:
                bought = place(session, receipt(customers[who], *goods, number=str(number), at=at), NOW)
            except Conflict:
                continue
            paid.setdefault((who, number), bought.amount)
            if back:
                try:
                    asked = [ReturnedLine(lines[0][0], Decimal(back) / 1000)]
                    taken = take_back(session, bought.id, f"R{turn}", at, asked, NOW)
                    paid[who, number] -= taken.amount
                except Refused:
                    pass
        for who, customer_id in enumerate(customers):
            left = {number: amount for (whose, number), amount in paid.items() if whose == who and amount}
            moments: list[Any] = [NOW + timedelta(hours=number) for number in left] or [None]
            expected = (len(left), sum(left.values()), min(moments), max(moments))
            assert totals(session, customer_id) == expected
        of_lines = select(func.sum(ReturnLine.amount)).where(ReturnLine.line_id == PurchaseLine.id).scalar_subquery()
        whole = (PurchaseLine.returned == PurchaseLine.quantity) & (of_lines != PurchaseLine.amount)
        assert session.scalar(select(func.count()).select_from(PurchaseLine).where(whole)) == 0
        assert session.scalar(select(func.coalesce(func.sum(PurchaseReturn.amount), 0))) == session.scalar(
            select(func.coalesce(func.sum(ReturnLine.amount), 0))
        )
        session.rollback()
