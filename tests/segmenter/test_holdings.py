"""What the customers of a tree hold."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import or_
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Customer
from loyalty_core.errors import Refused
from segmenter import estimate as estimates
from segmenter.holdings import estimate_holdings, holdings
from tests.segmenter.communication import Trip
from tests.segmenter.people import NOW, Person, settle

DAY = timedelta(days=1)
MALE = {"all": [{"condition": "sex", "op": "is", "value": "male"}]}
FIRST = {"first": Customer.id == 1, "odd": Customer.id % 2 == 1, "all": or_(Customer.id > 0)}


def test_bonuses_that_can_be_spent_now_are_added_up_beside_the_questions(session: Session) -> None:
    lots = [(500, NOW, None), (700, NOW + DAY, None), (40, NOW - 3 * DAY, NOW - DAY), (3, NOW - DAY, NOW + DAY)]
    settle(session, [Person(sex="male", lots=lots), Person(lots=lots), Person(sex="male"), Person(sex="male")])
    told = holdings(session, MALE, NOW, FIRST)
    assert (told.count, told.bonuses, told.average_bonuses, told.estimated) == (3, 503, 168, False)
    assert told.yes == {"first": 1, "odd": 2, "all": 3}


def test_of_few_customers_an_estimate_is_exact(session: Session) -> None:
    settle(session, [Person(sex="male", lots=[(500, NOW, None)]), Person(given_up=[Trip(1, NOW)]), Person()])
    exact, told = (ask(session, MALE, NOW, FIRST) for ask in (holdings, estimate_holdings))
    assert (told.count, told.bonuses, told.yes, told.estimated) == (exact.count, exact.bonuses, exact.yes, False)


def test_of_many_an_estimate_is_brought_up_from_a_sample(session: Session, monkeypatch: Any) -> None:
    monkeypatch.setattr(estimates, "SAMPLED", 150)
    settle(session, [Person(sex="male", lots=[(500, NOW, None)])] * 600)
    told = estimate_holdings(session, MALE, NOW, FIRST)
    assert (told.count, told.bonuses, told.average_bonuses, told.estimated) == (600, 300_000, 500, True)
    assert told.yes["all"] == 600
    assert 200 < told.yes["odd"] < 400


def test_nobody_holds_nothing(session: Session) -> None:
    settle(session, [])
    for ask in (holdings, estimate_holdings):
        told = ask(session, MALE, NOW, FIRST)
        assert (told.count, told.bonuses, told.average_bonuses, told.estimated) == (0, 0, None, False)


def test_a_wrong_tree_is_refused(session: Session) -> None:
    settle(session, [Person()])
    for ask in (holdings, estimate_holdings):
        with pytest.raises(Refused):
            ask(session, {"all": [{"condition": "nonsense"}]}, NOW, FIRST)
