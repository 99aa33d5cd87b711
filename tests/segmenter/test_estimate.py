"""An estimate of a tree, from a sample of the customers."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from segmenter import estimate as estimates
from segmenter.estimate import estimate
from segmenter.preview import preview
from tests.segmenter.people import NOW, Person, receipts, settle

MALE = {"all": [{"condition": "sex", "op": "is", "value": "male"}]}


def people(number: int) -> list[Person]:
    bought = receipts((NOW - timedelta(days=1), 1000))
    return [Person(sex="male", purchases=bought) if each % 3 == 0 else Person() for each in range(number)]


def test_of_few_customers_the_estimate_is_the_count(session: Session) -> None:
    settle(session, people(30))
    told, exact = estimate(session, MALE, NOW), preview(session, MALE, NOW)
    assert (told.count, told.total, told.margin, exact.margin) == (10, 30, 0, None)
    assert (told.lines, told.bought, told.base, told.sentence) == (
        exact.lines,
        exact.bought,
        exact.base,
        exact.sentence,
    )


def test_of_many_it_is_near_the_count_and_the_same_each_time(session: Session, monkeypatch: Any) -> None:
    monkeypatch.setattr(estimates, "SAMPLED", 150)
    settle(session, people(600))
    told = estimate(session, MALE, NOW)
    assert told.margin is not None
    assert 0 < told.margin < 60
    assert abs(told.count - 200) <= told.margin
    assert told.lines[0].count == told.count
    # What they bought is that of all, too, and not of the sample alone.
    assert abs(told.bought.purchases - 200) <= told.margin
    assert told.bought.sum == told.base.sum == told.bought.purchases * 1000
    again = estimate(session, MALE, NOW)
    assert (again.count, again.margin) == (told.count, told.margin)


def test_what_the_sample_does_not_know_may_still_be_some(session: Session, monkeypatch: Any) -> None:
    monkeypatch.setattr(estimates, "SAMPLED", 100)
    settle(session, [Person()] * 300)
    told = estimate(session, MALE, NOW)
    assert (told.count, told.margin) == (0, 9)


def test_nobody_is_estimated_of_nobody(session: Session) -> None:
    settle(session, [])
    assert (estimate(session, MALE, NOW).count, estimate(session, MALE, NOW).margin) == (0, 0)
