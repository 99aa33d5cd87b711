"""Why one customer is in or out, with the actual values."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from loyalty_core.errors import NotFound
from segmenter.explanation import Verdict, explain
from tests.segmenter.people import NOW, Person, receipts, settle

DAY = timedelta(days=1)


def told(session: Session, condition: str, op: str, value: Any, **within: Any) -> str:
    leaf = {"condition": condition, "op": op, "value": value, **({"within": within} if within else {})}
    (line,) = explain(session, {"all": [leaf]}, 1, NOW).lines
    return line.text.replace("\u00a0", " ")


def test_every_line_shows_the_actual_value_beside_the_wanted_one(session: Session) -> None:
    ada = Person(
        registered_at=NOW - 364 * DAY,
        birth_date=date(2000, 11, 22),
        sex="female",
        tags=[1, 2],
        purchases=receipts((NOW - DAY, 481_250), (NOW - 400 * DAY, 100)),
        lots=[(150_050, NOW, None)],
    )
    settle(session, [ada])
    year = {"last_days": 365}
    assert told(session, "days_since_registration", "ge", 365) == "days since registration 364 ≥ 365: no"
    assert told(session, "age", "eq", 25) == "age 25 = 25: yes"
    assert told(session, "age", "between", [18, 24]) == "age 25 between 18 and 24: no"
    assert told(session, "sex", "is", "male") == "sex female is any of male: no"
    assert told(session, "sex", "is", ["male", "female"]) == "sex female is any of female or male: yes"
    assert told(session, "tag", "has", [2, 3]) == "tag “Tag 2” is any of “Tag 2” or “Tag 3”: yes"
    assert told(session, "tag", "has", [3]) == "tag none of them is any of “Tag 3”: no"
    assert told(session, "purchase_count", "lt", 3) == "number of purchases 2 < 3: yes"
    assert told(session, "purchase_sum", "ge", "4813.50") == "sum of purchases 4 813.50 ≥ 4 813.50: yes"
    assert told(session, "bonus_balance", "gt", "1500.5") == "active bonuses 1 500.50 > 1 500.50: no"
    assert (
        told(session, "average_receipt", "ge", "5000", **year)
        == "average receipt in the last 365 days 4 812.50 ≥ 5 000.00: no"
    )


def test_what_is_not_known_is_said_so(session: Session) -> None:
    settle(session, [Person()])
    assert told(session, "age", "ge", 18) == "age not known ≥ 18: no"
    assert told(session, "sex", "is", "male") == "sex not known is any of male: no"
    assert told(session, "average_receipt", "ge", "0") == "average receipt not known ≥ 0.00: no"


def test_an_average_just_under_the_bound_is_not_rounded_up_to_it(session: Session) -> None:
    settle(session, [Person(purchases=receipts((NOW, 500_000), (NOW, 500_000), (NOW, 499_999)))])
    assert told(session, "average_receipt", "ge", "5000.00") == "average receipt 4 999.997 ≥ 5 000.00: no"
    assert told(session, "average_receipt", "ge", "4000.00") == "average receipt 5 000.00 ≥ 4 000.00: yes"


def test_the_answer_is_the_whole_trees_and_the_lines_stand_in_its_order(session: Session) -> None:
    settle(session, [Person(sex="male")])
    male = {"condition": "sex", "op": "is", "value": "male"}
    female = {"condition": "sex", "op": "is", "value": "female"}
    explained = explain(session, {"all": [{"any": [female, male]}, {"none": [female]}, male]}, 1, NOW)
    assert explained.met
    assert [(line.path, line.met) for line in explained.lines] == [
        ("all.0.any.0", False),
        ("all.0.any.1", True),
        ("all.1.none.0", False),
        ("all.2", True),
    ]
    assert explained.groups == [Verdict("", "all", True), Verdict("all.0", "any", True), Verdict("all.1", "none", True)]
    assert explain(session, {"all": []}, 1, NOW).met
    assert not explain(session, {"any": []}, 1, NOW).met


def test_a_customer_who_does_not_exist_is_not_explained(session: Session) -> None:
    settle(session, [Person()])
    with pytest.raises(NotFound):
        explain(session, {"all": []}, 2, NOW)


def test_the_programme_that_a_customer_follows_is_named(session: Session) -> None:
    settle(session, [Person(group=2)])
    assert told(session, "programme", "has", [1, 9]) == (
        "programme “Programme 2” is any of “Programme 1” or a programme that no longer exists: no"
    )
    assert told(session, "customer_group", "has", 2) == "customer group “Group 2” is any of “Group 2”: yes"
