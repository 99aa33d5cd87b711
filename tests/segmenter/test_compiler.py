"""Whom a compiled tree finds: every boundary, both ends of windows, what is unknown, and how the question is asked."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from loyalty_core.customers.merging import merge
from loyalty_core.customers.rows import Customer
from loyalty_core.database import dialect_of
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.lifetime import Lifetime
from segmenter.compiler import customers
from segmenter.sentences import sentence
from tests.segmenter.people import NOW, Person, Receipt, receipts, settle

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
LAST_YEAR = {"last_days": 365}


def found(session: Session, tree: dict[str, Any], now: datetime = NOW) -> list[int]:
    return sorted(session.scalars(customers(session, tree, now=now)))


def leaf(condition: str, op: str, value: Any, **within: Any) -> dict[str, Any]:
    return {"condition": condition, "op": op, "value": value, **({"within": within} if within else {})}


def bought(*amounts: int, at: datetime = NOW - DAY) -> Person:
    return Person(purchases=[Receipt(at, amount) for amount in amounts])


def test_an_empty_all_is_everybody_and_an_empty_any_nobody(session: Session) -> None:
    settle(session, [Person(), Person()])
    assert found(session, {"all": []}) == [1, 2]
    assert found(session, {"none": []}) == [1, 2]
    assert found(session, {"any": []}) == []


def test_who_registered_exactly_365_days_ago_is_in_and_364_is_out(session: Session) -> None:
    settle(session, [Person(NOW - days * DAY) for days in (364, 365, 366)])
    expected = {"ge": [2, 3], "gt": [3], "eq": [2], "ne": [1, 3], "le": [1, 2], "lt": [1]}
    assert {op: found(session, leaf("days_since_registration", op, 365)) for op in expected} == expected
    assert found(session, leaf("days_since_registration", "between", [364, 365])) == [1, 2]


def test_days_since_registration_are_calendar_days_in_the_organisations_zone(session: Session) -> None:
    # In Auckland the 20th ends at 11:00 UTC; now is 01:30 of the 22nd there.
    settle(session, [Person(datetime(2026, 11, 20, 10, 59, 59, tzinfo=UTC))], zone="Pacific/Auckland")
    assert found(session, leaf("days_since_registration", "eq", 2)) == [1]
    assert found(session, leaf("days_since_registration", "eq", 1)) == []


def test_nine_purchases_are_out_and_ten_are_in(session: Session) -> None:
    settle(session, [bought(*[100] * number) for number in (9, 10, 11)])
    for window in ({}, LAST_YEAR):
        assert found(session, leaf("purchase_count", "ge", 10, **window)) == [2, 3]
        assert found(session, leaf("purchase_count", "gt", 10, **window)) == [3]


def test_an_average_of_exactly_5000_is_at_least_but_not_more_than_5000(session: Session) -> None:
    settle(session, [bought(499_999), bought(500_000, 500_000), bought(500_001), bought(500_000, 500_001)])
    for window in ({}, LAST_YEAR):
        assert found(session, leaf("average_receipt", "ge", "5000.00", **window)) == [2, 3, 4]
        assert found(session, leaf("average_receipt", "gt", "5000.00", **window)) == [3, 4]
        assert found(session, leaf("average_receipt", "ge", "5000.01", **window)) == [3]
        assert found(session, leaf("average_receipt", "eq", "5000.00", **window)) == [2]


def test_the_last_365_days_begin_365_times_24_hours_ago(session: Session) -> None:
    edge = NOW - 365 * DAY
    settle(session, [bought(100, at=edge - SECOND), bought(100, at=edge), bought(100, at=edge + SECOND)])
    assert found(session, leaf("purchase_count", "ge", 1, last_days=365)) == [2, 3]


def test_text_is_found_letter_by_letter_as_it_was_written(session: Session) -> None:
    settle(session, [Person(attributes={"text": text}) for text in ("Leeds", "leeds", "L%ds", "York")])
    attribute = {"of": 2}
    assert found(session, leaf("attribute_text", "contains", "eeds") | attribute) == [1, 2]
    assert found(session, leaf("attribute_text", "contains", "L") | attribute) == [1, 3]
    assert found(session, leaf("attribute_text", "contains", "%") | attribute) == [3]


def test_an_anniversary_is_found_over_the_years_end_and_not_on_the_day_itself(session: Session) -> None:
    days = ["2020-11-28", "2026-11-28", "2020-11-29", "2000-02-29", "2025-01-02"]
    settle(session, [Person(attributes={"date": day}) for day in days] + [Person()])
    asked = {"condition": "attribute_date", "op": "anniversary", "of": 3}
    assert found(session, asked | {"value": {"next_days": 7}}) == [1]
    assert found(session, asked | {"value": {"next_days": 8}}) == [1, 3]
    assert found(session, asked | {"value": {"next_days": 50}}) == [1, 3, 5]
    march = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert found(session, asked | {"value": {"previous": "day"}}, march) == [4]
    assert found(session, {"none": [asked | {"value": {"this": "year"}}]}) == [2, 6]


def test_a_day_is_found_in_a_window_that_moves_on_with_today(session: Session) -> None:
    days = ["2026-11-14", "2026-11-21", "2026-11-22", "2026-10-31"]
    settle(session, [Person(attributes={"date": day}) for day in days] + [Person()])
    asked = {"condition": "attribute_date", "op": "within", "of": 3}
    assert found(session, asked | {"value": {"last_days": 7}}) == [1, 2]
    assert found(session, asked | {"value": {"next_days": 1}}) == [2, 3]
    assert found(session, asked | {"value": {"previous": "month"}}) == [4]
    assert found(session, asked | {"value": {"from": "2026-11-15"}}) == [2, 3]


def test_a_window_of_dates_takes_in_its_first_and_last_local_day(session: Session) -> None:
    # Summer time in London: 1 July begins at 23:00 UTC of 30 June.
    edges = ["2026-06-30T22:59:59", "2026-06-30T23:00:00", "2026-07-31T22:59:59", "2026-07-31T23:00:00"]
    settle(session, [bought(100, at=datetime.fromisoformat(edge).replace(tzinfo=UTC)) for edge in edges])
    july = {"from": "2026-07-01", "to": "2026-07-31"}
    assert found(session, leaf("purchase_count", "eq", 1, **july)) == [2, 3]


def test_a_purchase_that_was_wholly_returned_does_not_count(session: Session) -> None:
    settle(session, [bought(0, 200), bought(0)])
    for window in ({}, LAST_YEAR):
        assert found(session, leaf("purchase_count", "eq", 1, **window)) == [1]
        assert found(session, leaf("average_receipt", "eq", "2", **window)) == [1]
        assert found(session, leaf("purchase_count", "eq", 0, **window)) == [2]


def test_who_bought_nothing_has_a_sum_of_0_and_no_average(session: Session) -> None:
    settle(session, [Person()])
    for window in ({}, LAST_YEAR):
        assert found(session, leaf("purchase_sum", "le", "0", **window)) == [1]
        assert found(session, leaf("average_receipt", "ge", "0", **window)) == []
        assert found(session, leaf("average_receipt", "ne", "5", **window)) == []


def test_only_bonuses_active_now_are_counted(session: Session) -> None:
    lots = [
        (100, NOW, None),
        (100, NOW - DAY, NOW + SECOND),
        (100, NOW + SECOND, None),
        (100, NOW - DAY, NOW),
    ]
    settle(session, [Person(lots=[lot]) for lot in lots] + [Person()])
    assert found(session, leaf("bonus_balance", "ge", "1.00")) == [1, 2]
    assert found(session, leaf("bonus_balance", "eq", "0")) == [3, 4, 5]


def test_of_bonuses_that_are_bound_to_outlets_those_count_that_are_valid_at_one_of_the_chosen(
    session: Session,
) -> None:
    settle(session, [Person(lots=[(500, NOW - DAY, NOW + DAY)]), Person()])
    bound: dict[str, Any] = {"lifetime": Lifetime.days(3), "source": "api", "at": NOW - DAY, "outlet_ids": [1, 2]}
    accrue_to_many(session, [Recipient(1, "bound"), Recipient(2, "bound")], amount=700, **bound)
    session.commit()
    for condition in ("bonus_balance", "bonuses_burning"):
        assert found(session, leaf(condition, "eq", "12.00")) == [1]
        assert found(session, leaf(condition, "eq", "12.00") | {"outlets": [2, 3]}) == [1]
        assert found(session, leaf(condition, "eq", "7.00") | {"outlets": [1, 2]}) == [2]
        assert found(session, leaf(condition, "eq", "5.00") | {"outlets": [3]}) == [1]
        assert found(session, leaf(condition, "eq", "0") | {"outlets": 3}) == [2]
    both = {"all": [leaf("bonus_balance", "eq", "12.00"), leaf("bonus_balance", "eq", "5.00") | {"outlets": [3]}]}
    assert found(session, both) == [1]
    assert sentence(session, leaf("bonus_balance", "ge", "7.00") | {"outlets": [3]}) == (
        "Customers who hold 7 or more active bonuses valid at “Outlet 3”"
    )
    assert sentence(session, leaf("bonuses_burning", "ge", "7.00", next_days=7) | {"outlets": [1, 3]}) == (
        "Customers of whose bonuses valid at “Outlet 1” or “Outlet 3” 7 or more burn within 7 days"
    )


@pytest.mark.parametrize(("leap_day", "on_the_28th", "on_the_1st"), [("feb28", 19, 19), ("mar1", 18, 19)])
def test_who_was_born_on_29_february_ages_by_the_organisations_rule(
    session: Session, leap_day: str, on_the_28th: int, on_the_1st: int
) -> None:
    settle(session, [Person(birth_date=date(2004, 2, 29))], leap_day=leap_day)
    assert found(session, leaf("age", "eq", on_the_28th), datetime(2023, 2, 28, 12, tzinfo=UTC)) == [1]
    assert found(session, leaf("age", "eq", on_the_1st), datetime(2023, 3, 1, 12, tzinfo=UTC)) == [1]
    assert found(session, leaf("age", "eq", 19), datetime(2024, 2, 28, 12, tzinfo=UTC)) == [1]
    assert found(session, leaf("age", "eq", 20), datetime(2024, 2, 29, 12, tzinfo=UTC)) == [1]


def test_what_is_not_known_is_false_and_its_none_is_true(session: Session) -> None:
    settle(session, [Person()])
    for unknown in (
        leaf("age", "ge", 0),
        leaf("age", "ne", 30),
        leaf("sex", "is", "female"),
        leaf("average_receipt", "lt", "1"),
        leaf("tag", "has", [1]),
    ):
        assert found(session, unknown) == []
        assert found(session, {"none": [unknown]}) == [1]
        assert found(session, {"none": [{"none": [unknown]}]}) == []


def test_a_tag_is_worn_when_any_of_those_asked_for_is(session: Session) -> None:
    settle(session, [Person(tags=[1]), Person(tags=[2, 3]), Person()])
    assert found(session, leaf("tag", "has", [1, 3, 3])) == [1, 2]
    assert found(session, leaf("tag", "has", 2)) == [2]
    assert found(session, leaf("tag", "has", [999])) == []


def test_a_question_about_some_customers_answers_about_them_alone(session: Session) -> None:
    person = Person(sex="male", tags=[1], purchases=receipts((NOW, 100)), lots=[(100, NOW, None)])
    settle(session, [person] * 4)
    chosen = select(Customer.id).where(Customer.id > 2)
    for tree in (
        leaf("purchase_count", "ge", 1),
        leaf("purchase_count", "ge", 1, last_days=1),
        leaf("bonus_balance", "ge", "1"),
        leaf("tag", "has", 1),
        leaf("sex", "is", "male"),
    ):
        assert set(session.scalars(customers(session, tree, now=NOW, among=[1, 3, 99]))) == {1, 3}
        assert set(session.scalars(customers(session, tree, now=NOW, among=chosen))) == {3, 4}
        assert set(session.scalars(customers(session, tree, now=NOW, among=[]))) == set()


def test_the_largest_tree_is_one_statement_that_the_database_takes(session: Session) -> None:
    settle(session, [bought(100)])
    windowed = [leaf("purchase_count", "ge", 1, last_days=days) for days in range(2, 102)]
    tagged = [leaf("tag", "has", list(range(1, 101)))] * 100
    assert found(session, {"any": windowed + tagged}) == [1]


def test_the_largest_values_do_not_overflow(session: Session) -> None:
    settle(session, [bought(*[10**12] * 10)])
    assert found(session, leaf("average_receipt", "ge", "10000000000.00", last_days=2)) == [1]
    assert found(session, leaf("purchase_count", "lt", 1_000_000, last_days=36_500)) == [1]
    assert found(session, leaf("days_since_registration", "lt", 36_500)) == [1]
    for widest in ({"last_weeks": 5_200}, {"last_months": 1_200}, {"from": "1900-01-01"}, {"to": "2999-12-31"}):
        assert found(session, leaf("purchase_count", "eq", 10, **widest)) == [1]


def test_all_windows_share_one_pass_over_the_purchases(session: Session) -> None:
    tree = {
        "all": [
            leaf("purchase_count", "ge", 10, last_days=365),
            leaf("average_receipt", "ge", "5000.00", last_days=365),
            leaf("purchase_sum", "lt", "1", **{"from": "2026-01-01", "to": "2026-01-31"}),
        ]
    }
    assert str(customers(session, tree, now=NOW)).count("FROM purchase") == 1


def test_all_time_is_read_from_the_totals_and_never_from_the_purchases(session: Session) -> None:
    tree = {"all": [leaf("purchase_count", "ge", 10), leaf("average_receipt", "ge", "5000.00")]}
    query = str(customers(session, tree, now=NOW))
    assert "FROM purchase" not in query
    assert query.count("JOIN customer_totals") == 1


def test_a_question_about_a_batch_reads_the_batchs_purchases_by_their_index(session: Session) -> None:
    if dialect_of(session) != "sqlite":
        pytest.skip("PostgreSQL's plan depends on how many rows there are")
    windows = [leaf("purchase_count", "ge", 10, last_days=365), leaf("visit_count", "ge", 2, last_days=90)]
    tree = {"all": [*windows, leaf("bonus_balance", "ge", "1")]}
    query = customers(session, tree, now=NOW, among=[1, 2, 3])
    compiled = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    plan = [row.detail for row in session.execute(text(f"EXPLAIN QUERY PLAN {compiled}"))]
    assert any("USING COVERING INDEX ix_purchase_customer_at (customer_id=? AND at>?)" in step for step in plan)
    assert any("SEARCH lot USING" in step and "(customer_id=?" in step for step in plan)
    assert not any(re.match(r"SCAN (purchase|lot|customer)\b", step) for step in plan)


def test_a_programme_is_followed_by_group_else_by_choice_else_by_default(session: Session) -> None:
    people = [Person(), Person(group=3), Person(group=1, programme=2), Person(programme=1)]
    settle(session, people, default_group=2, default_programme=3)
    assert found(session, leaf("programme", "has", 2)) == [1]
    assert found(session, leaf("programme", "has", [1, 3])) == [3, 4]
    assert found(session, {"none": [leaf("programme", "has", [1, 2, 3])]}) == [2]
    assert found(session, leaf("customer_group", "has", 2)) == [1]
    assert found(session, {"none": [leaf("customer_group", "has", [1, 2, 3])]}) == [4]


def test_who_was_on_a_list_stays_on_it_when_two_customers_become_one(session: Session) -> None:
    settle(session, [Person(lists=[1]), Person(), Person(lists=[2])])
    on_list = leaf("customer_list", "has", 1)
    assert found(session, on_list) == [1]
    merge(session, 2, 1, NOW, "Ada")
    assert found(session, on_list) == [2]
    assert found(session, {"none": [on_list]}) == [3]
