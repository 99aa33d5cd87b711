"""Customers in parts: each in one, and all parts at one moment."""

from itertools import chain

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Customer, CustomerTotals
from loyalty_core.database import Database
from segmenter.rfm.parts import in_parts
from tests.segmenter.rfm.buyers import ago, calculate, scores, settle


@pytest.mark.parametrize("count", [1, 2, 4])
@pytest.mark.parametrize("people", [0, 1, 8, 9, 35, 36, 37])
def test_each_customer_is_in_one_part_and_each_block_too(
    database: Database, session: Session, people: int, count: int
) -> None:
    settle(session, [[]] * people)
    with in_parts(database, count) as parts:
        ends = [(part.first, part.end) for part in parts.parts]
        found = parts.each(
            lambda part: part.session.scalars(
                select(Customer.id).where(Customer.id >= part.first, Customer.id < part.end)
            ).all()
        )
    assert sorted(chain(*found)) == list(range(1, people + 1))
    assert all(end % 9 == 0 for _, end in ends)
    assert [first for first, _ in ends] == [0, *(end for _, end in ends[:-1])]


def test_all_parts_see_the_rows_of_one_moment_whatever_is_written_meanwhile(
    database: Database, session: Session
) -> None:
    settle(session, [[(ago(n), 100)] for n in range(1, 5)])
    with in_parts(database, 3) as parts:
        with database.begin() as writing:
            writing.execute(update(CustomerTotals).values(purchase_sum=CustomerTotals.purchase_sum + 1))
        sums = parts.each(lambda part: part.session.scalar(select(func.sum(CustomerTotals.purchase_sum))))
        again = parts.each(lambda part: part.session.scalar(select(func.sum(CustomerTotals.purchase_sum))))
    assert sums == [400] * 3
    assert again == [404] * 3, "what was gathered is committed, and the moment is over"


@pytest.mark.parametrize("convention", ["breaks", "ranks"])
def test_everybody_scores_the_same_in_any_number_of_parts(
    database: Database, session: Session, monkeypatch: pytest.MonkeyPatch, convention: str
) -> None:
    settle(session, [[(ago(n % 7), 1_000 * (n % 5 + 1))] * (n % 3 + 1) for n in range(40)])
    found = []
    for count in (1, 2, 4):
        monkeypatch.setattr("segmenter.rfm.parts.PARTS", count)
        calculate(database, convention=convention, period=None)
        found.append(scores(database))
    assert len(found[0]) == 40
    assert found[0] == found[1] == found[2]
