"""What promotions give, over the API: every effect, the order of discounts, and what returns take back of it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from loyalty_core.database import Database
from loyalty_core.ledger.proof import proof
from tests.web.api.conftest import Program
from tests.web.api.test_promotions import acted, goods, price, promote
from tests.web.api.test_returns import active, back
from tests.web.api.test_till import SAVINGS, basket, give, sale


@pytest.fixture
def ann(api: Program) -> int:
    """A customer whom no programme's rules hold for."""
    return int(api.post("/customers", {"external_id": "ann", "card": "1001"})["id"])


def test_an_extra_percent_is_of_what_money_pays(api: Program, ann: int, database: Database):
    api.post("/programmes", SAVINGS | {"name": "Savings"})
    promote(api, "Double", bonus_percent="10")
    give(database, ann, 5_000)
    settled = api.post("/till/settle", sale("ann", "1", "100.00", "50.00", redeem="50.00"))
    assert settled["accrued"] == "13.00"
    assert settled["promotions"] == [{"id": 1, "name": "Double", "discounted": "0.00", "accrued": "10.00"}]
    assert active(api, ann) == "13.00"


def test_fixed_bonuses_come_once_a_receipt_and_live_as_the_promotion_says(api: Program, ann: int):
    """kilbil: срок действия бонусов задаётся в программе или в акции."""
    api.put("/organisation", {"name": "Shop", "zone": "Europe/Moscow", "currency": "RUB", "leap_day": "feb28"})
    api.post("/programmes", SAVINGS | {"name": "Savings", "lifetime_days": 90})
    month = api.post("/bonus-types", {"name": "Late", "activation": "after_days", "activation_amount": 1})["id"]
    promote(api, "Two days", bonus_amount="50.00", lifetime_days=2)
    promote(api, "Late", bonus_amount="7.00", bonus_type=month)
    promote(api, "Plain", bonus_amount="1.00")
    bought = datetime(2023, 9, 15, 11, 45, 33, tzinfo=UTC)
    priced = price(api, basket("ann", "100.00", at=bought.isoformat()))
    assert [each["expires_at"] for each in (priced, *priced["promotions"])] == [
        "2023-12-14T20:59:59+00:00",
        "2023-09-17T20:59:59+00:00",
        None,
        "2023-12-14T20:59:59+00:00",
    ]
    settled = api.post("/till/settle", sale("ann", "1", "60.00", "40.00", at=bought))
    assert settled["accrued"] == "61.00"
    lots = api.get(f"/customers/{ann}/balance?spent=true")["lots"]
    found = {(lot["amount"], lot["active_at"], lot["expires_at"], lot["bonus_type"]) for lot in lots}
    at = bought.isoformat()
    assert found == {
        ("3.00", at, "2023-12-14T20:59:59+00:00", None),
        ("50.00", at, "2023-09-17T20:59:59+00:00", None),
        ("7.00", (bought + timedelta(days=1)).isoformat(), None, "Late"),
        ("1.00", at, "2023-12-14T20:59:59+00:00", None),
    }
    titles = [each["title"] for each in api.get(f"/customers/{ann}/activities")["items"]]
    assert "Promotion “Two days”" in titles


@pytest.mark.usefixtures("ann")
def test_a_discount_is_a_percent_or_an_amount_and_no_price_falls_below_0(api: Program):
    promote(api, "Tenth", discount_percent="10", priority=2)
    promote(api, "Seven off", discount_amount="7.00", priority=1)
    priced = price(api, basket("ann", "33.33", "66.66"))
    assert [each["discounted"] for each in priced["promotions"]] == ["10.00", "7.00"]
    assert [line["amount"] for line in priced["lines"]] == ["27.67", "55.32"]
    assert price(api, basket("ann", "5.00"))["to_pay"] == "0.00"
    free = price(api, basket("ann", "0.00"))
    assert (free["to_pay"], free["discounted"]) == ("0.00", "0.00")


@pytest.mark.usefixtures("ann")
def test_a_special_price_is_of_one_product_and_never_dearer(api: Program):
    promote(api, "Tea for 2.50", special_price="2.50", skus=["tea"])
    priced = price(api, goods(("tea", 2, "4.00"), ("tea", "0.5", "2.40"), ("jam", 1, "9.00")))
    assert [line["amount"] for line in priced["lines"]] == ["5.00", "1.20", "9.00"]
    assert priced["promotions"][0]["discounted"] == "3.00"


@pytest.mark.usefixtures("ann")
def test_an_effect_of_its_products_leaves_other_goods_alone(api: Program):
    promote(api, "Tea", skus=["tea"], of_products=True, discount_percent="50", bonus_amount="3.00", bonus_percent="10")
    lines = price(api, goods(("tea", 1, "10.00"), ("jam", 1, "10.00"), ("tea", 2, "10.00")))["lines"]
    assert [(line["amount"], line["accrued"]) for line in lines] == [
        ("5.00", "1.50"),
        ("10.00", "0.00"),
        ("10.00", "3.00"),
    ]


def test_bonuses_may_not_pay_where_a_promotion_forbids_it(api: Program, ann: int, database: Database):
    api.post("/programmes", SAVINGS | {"name": "Half", "payable_percent": "50"})
    give(database, ann, 100_000)
    promote(api, "No bonuses for tobacco", skus=["tobacco"], of_products=True, forbids_redemption=True)
    told = goods(("tobacco", 1, "100.00"), ("jam", 1, "30.00"))
    assert price(api, told)["redeemable"] == "15.00"
    assert [line["redeemed"] for line in price(api, told | {"redeem": "15.00"})["lines"]] == ["0.00", "15.00"]
    assert api.places("POST", "/till/price", told | {"redeem": "15.01"}) == ["redeem"]
    promote(api, "No bonuses at all", forbids_redemption=True)
    assert price(api, told)["redeemable"] == "0.00"
    assert price(api, told)["promotions"][1] == {
        "id": 2,
        "name": "No bonuses at all",
        "discounted": "0.00",
        "accrued": "0.00",
        "active_at": None,
        "expires_at": None,
    }


@pytest.mark.usefixtures("ann")
def test_special_prices_come_first_then_promotions_then_the_programme(api: Program):
    tiers = [{"above": "0.00", "bonus_percent": "10", "discount_percent": "10"}]
    api.post("/programmes", {"name": "Both", "kind": "both", "is_default": True, "tiers": tiers})
    promote(api, "Tenth", discount_percent="10", priority=5)
    promote(api, "Ten off", discount_amount="10.00", priority=3)
    promote(api, "Tea for 50", special_price="50.00", skus=["tea"], priority=1)
    priced = price(api, goods(("tea", 2, "100.00")))
    # 200 → 100 (special) → 90 (a tenth) → 80 (ten off) → 72 (the programme's tenth), which earns 7.20.
    assert [each["discounted"] for each in priced["promotions"]] == ["10.00", "10.00", "100.00"]
    assert (priced["amount"], priced["accrued"]) == ("72.00", "7.20")


@pytest.mark.usefixtures("ann")
def test_the_higher_priority_acts_first_and_of_equal_ones_the_older(api: Program):
    for name, priority in (("Old", 0), ("New", 0), ("Low", -5), ("High", 7)):
        promote(api, name, priority=priority, discount_amount="1.00")
    assert acted(api, basket("ann", "9.00")) == ["High", "Old", "New", "Low"]


@pytest.mark.usefixtures("ann")
def test_one_that_does_not_add_up_acts_alone(api: Program):
    alone = promote(api, "Alone", priority=5, adds_up=False, least_sum="50.00")
    promote(api, "Other", priority=3, discount_amount="1.00")
    promote(api, "Alone too", priority=1, adds_up=False)
    assert acted(api, basket("ann", "50.00")) == ["Alone"]
    assert acted(api, basket("ann", "49.00")) == ["Other"]
    api.put(f"/promotions/{alone}", {"name": "Alone", "priority": 2, "adds_up": False, "discount_amount": "1.00"})
    assert acted(api, basket("ann", "50.00")) == ["Other"]


def test_a_return_takes_back_what_promotions_gave_for_the_goods(api: Program, ann: int, database: Database):
    api.post("/programmes", SAVINGS | {"name": "Savings"})
    promote(api, "Fixed", bonus_amount="10.00", lifetime_days=5)
    promote(api, "Percent", bonus_percent="5")
    sold = api.post("/till/settle", sale("ann", "1", "75.00", "25.00"))
    assert (sold["accrued"], active(api, ann)) == ("18.00", "18.00")
    some = api.post(f"/purchases/{sold['id']}/returns", back("r1", ("p1", 1)))
    assert (some["taken_back"], active(api, ann)) == ("4.50", "13.50")
    lots = {(lot["amount"], lot["remaining"]) for lot in api.get(f"/customers/{ann}/balance")["lots"]}
    assert lots == {("3.00", "2.25"), ("10.00", "7.50"), ("5.00", "3.75")}
    rest = api.post(f"/purchases/{sold['id']}/returns", back("r2"))
    assert (rest["taken_back"], active(api, ann)) == ("13.50", "0.00")
    with database.read() as session:
        assert proof(session) == []


def test_parts_of_all_returns_add_up_with_promotions_too(api: Program, ann: int, database: Database):
    tiers = [{"above": "0.00", "bonus_percent": "3.33", "discount_percent": "7"}]
    api.post("/programmes", {"name": "Both", "kind": "both", "is_default": True, "tiers": tiers})
    give(database, ann, 9_000)
    promote(api, "A", bonus_amount="10.01", discount_amount="3.33")
    promote(api, "B", bonus_percent="1.11", discount_percent="1.11", skus=["p1"], of_products=True)
    promote(api, "C", bonus_amount="0.01", lifetime_days=1)
    sold = api.post("/till/settle", sale("ann", "1", "0.99", "33.33", "7.01", redeem="20.03"))
    parts = [("p0", "0.333"), ("p1", "0.1"), ("p1", "0.7"), ("p2", "0.999")]
    returns = [api.post(f"/purchases/{sold['id']}/returns", back(f"r{n}", part)) for n, part in enumerate(parts)]
    returns.append(api.post(f"/purchases/{sold['id']}/returns", back("rest")))
    for name, whole in (("amount", "amount"), ("given_back", "redeemed"), ("taken_back", "accrued")):
        assert sum(Decimal(each[name]) for each in returns) == Decimal(sold[whole]), name
    assert active(api, ann) == "90.00"
    with database.read() as session:
        assert proof(session) == []


@pytest.mark.usefixtures("ann")
def test_a_promotion_whose_bonuses_have_burned_already_does_not_stop_the_till(api: Program):
    past = {"name": "Till 2020", "burning": "on_date", "burning_date": "2020-01-31"}
    promote(api, "Late gift", bonus_amount="5.00", bonus_type=api.post("/bonus-types", past)["id"])
    settled = api.post("/till/settle", sale("ann", "1", "9.00"))
    assert (settled["accrued"], settled["promotions"]) == ("0.00", [])
