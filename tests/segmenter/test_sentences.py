"""Trees in words: tree in, sentence out."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from loyalty_core.errors import Refused
from segmenter.sentences import sentence, short
from tests.segmenter.people import settle

LAST_YEAR = {"last_days": 365}
COUNT = {"condition": "purchase_count", "op": "ge", "value": 10, "within": LAST_YEAR}
AVERAGE = {"condition": "average_receipt", "op": "ge", "value": "5000.00", "within": LAST_YEAR}
FEMALE = {"condition": "sex", "op": "is", "value": "female"}
ADULT = {"condition": "age", "op": "between", "value": [18, 30]}
TAGGED = {"condition": "tag", "op": "has", "value": [1, 2]}
RICH = {"condition": "bonus_balance", "op": "gt", "value": "1500.50"}
OLD = {"condition": "days_since_registration", "op": "ge", "value": 365}
WEDDING = {"condition": "attribute_date", "of": 3, "op": "anniversary", "value": {"next_days": 7}}
SPENT = {"condition": "purchase_sum", "op": "lt", "value": "1", "within": {"from": "2026-01-01", "to": "2026-12-31"}}

SENTENCES: list[tuple[dict[str, Any], str, str]] = [
    ({"all": []}, "All customers", "everybody"),
    ({"none": []}, "All customers", "everybody"),
    ({"any": []}, "Nobody: the group has no conditions", "nobody"),
    (OLD, "Customers who registered 365 or more days ago", "registered ≥ 365 days ago"),
    (
        {"all": [COUNT, AVERAGE]},
        (
            "Customers who made 10 or more purchases in the last 365 days "
            "and whose average receipt there is £5 000.00 or more"
        ),
        "≥ 10 purchases, average ≥ £5 000",
    ),
    (
        {"all": [COUNT, AVERAGE | {"within": {"last_days": 30}}]},
        (
            "Customers who made 10 or more purchases in the last 365 days "
            "and whose average receipt in the last 30 days is £5 000.00 or more"
        ),
        "≥ 10 purchases, average ≥ £5 000",
    ),
    (
        {"any": [COUNT, AVERAGE]},
        (
            "Customers who made 10 or more purchases in the last 365 days "
            "or whose average receipt in the last 365 days is £5 000.00 or more"
        ),
        "≥ 10 purchases or average ≥ £5 000",
    ),
    (FEMALE | {"value": ["male", "female"]}, "Customers whose sex is female or male", "female or male"),
    (
        {"condition": "status", "op": "is", "value": ["blocked", "active"]},
        "Customers whose status is active or blocked",
        "active or blocked",
    ),
    (
        {"condition": "consent", "op": "is", "value": ["granted", "not_asked"], "of": ["email", "sms"]},
        "Customers whose consent to e-mail or SMS is granted or not asked",
        "e-mail or SMS granted or not asked",
    ),
    (
        {"condition": "consent", "op": "is", "value": ["granted"], "of": ["sms"]},
        "Customers who consent to SMS",
        "SMS granted",
    ),
    (
        {"none": [TAGGED]},
        "All customers without those who are tagged “Tag 1” or “Tag 2”",
        "not tagged “Tag 1” or “Tag 2”",
    ),
    (
        {"all": [OLD, {"any": [FEMALE, ADULT]}, {"none": [TAGGED, RICH]}]},
        (
            "Customers who registered 365 or more days ago, "
            "and either who are female or who are from 18 to 30 years old; "
            "without those who are tagged “Tag 1” or “Tag 2” and those who hold more than 1 500.50 active bonuses"
        ),
        "registered ≥ 365 days ago, (female or age 18 – 30), not (tagged “Tag 1” or “Tag 2” or > 1 500.50 bonuses)",
    ),
    (
        {"all": [{"any": [FEMALE]}, {"any": [ADULT, {"all": [SPENT, RICH]}]}]},
        (
            "Customers who are female, and either who are from 18 to 30 years old or "
            "(whose purchases from 1 Jan 2026 to 31 Dec 2026 come to less than £1.00 "
            "and who hold more than 1 500.50 active bonuses)"
        ),
        "female, (age 18 – 30 or (sum < £1, > 1 500.50 bonuses))",
    ),
    (
        {"any": [{"none": [FEMALE, ADULT]}, {"none": [OLD]}]},
        (
            "Customers (other than those who are female and those who are from 18 to 30 years old) "
            "or other than those who registered 365 or more days ago"
        ),
        "not (female or age 18 – 30) or not registered ≥ 365 days ago",
    ),
    (
        {"all": [COUNT | {"op": "eq", "value": 1, "within": {"last_days": 1}}]},
        "Customers who made exactly 1 purchase in the last 1 day",
        "= 1 purchase",
    ),
    (
        {"all": [WEDDING, WEDDING | {"op": "ge", "value": "2026-01-31"}]},
        "Customers whose “Date” has its anniversary within 7 days and whose “Date” is on or after 31 Jan 2026",
        "anniversary of “Date” within 7 days, “Date” ≥ 31 Jan 2026",
    ),
    (
        {"all": [{"condition": "tag", "op": "has", "value": [98, 99]}]},
        "Customers who are tagged a tag that no longer exists",
        "tagged a tag that no longer exists",
    ),
]


def test_a_tree_reads_as_a_sentence(session: Session) -> None:
    settle(session, [])
    for tree, said, briefly in SENTENCES:
        assert sentence(session, tree).replace("\u00a0", " ") == said
        assert short(session, tree).replace("\u00a0", " ") == briefly


def test_thousands_and_dates_hold_together(session: Session) -> None:
    settle(session, [])
    assert "£5\u00a0000.00" in sentence(session, AVERAGE)
    assert "1\u00a0Jan\u00a02026" in sentence(session, SPENT)


@pytest.mark.parametrize(("currency", "written"), [("GBP", "£5 000"), ("RUB", "5 000 ₽"), ("CHF", "5 000 CHF")])
def test_money_wears_the_organisations_currency(session: Session, currency: str, written: str) -> None:
    settle(session, [], currency=currency)
    assert short(session, AVERAGE).replace("\u00a0", " ") == f"average ≥ {written}"


def test_at_least_and_more_than_are_told_apart(session: Session) -> None:
    settle(session, [])
    quantities = {
        "ge": "2 or more",
        "gt": "more than 2",
        "le": "at most 2",
        "lt": "less than 2",
        "eq": "exactly 2",
        "ne": "other than 2",
        "between": "from 2 to 3",
    }
    for op, said in quantities.items():
        leaf = {"condition": "purchase_count", "op": op, "value": [2, 3] if op == "between" else 2}
        assert sentence(session, leaf) == f"Customers who made {said} purchases"


def test_a_wrong_tree_has_no_sentence(session: Session) -> None:
    with pytest.raises(Refused):
        sentence(session, {"all": [{"condition": "shoe_size"}]})
    with pytest.raises(Refused):
        short(session, None)
