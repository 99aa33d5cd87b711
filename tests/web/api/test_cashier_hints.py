""" "Подсказки кассиру" (kilbil): the favourite goods of the customer whose card is read at the till."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from loyalty_core.customers.rows import Customer
from loyalty_core.database import Database, insert_rows
from loyalty_core.till.cashier_hints import CashierHint
from loyalty_core.till.favourites import hints_for
from loyalty_core.till.purchases import Product, Purchase, PurchaseLine
from tests.web.api.conftest import Program

NOW = datetime.now(UTC)
START = NOW - timedelta(days=30)


@pytest.fixture
def ann(api: Program) -> int:
    return int(api.post("/customers", {"external_id": "ann", "card": "1001"})["id"])


def hint(**more: Any) -> dict[str, Any]:
    return {"name": "Любимые товары", "starts_at": START.isoformat(), **more}


def buy(api: Program, number: str, ago: timedelta, *goods: tuple[str, Any], outlet: str | None = None) -> int:
    lines = [
        {"sku": sku, "name": sku.title(), "category": "Drinks" if sku in ("tea", "coffee") else "", "price": "10.00"}
        | {"quantity": quantity}
        for sku, quantity in goods
    ]
    told = {"external_id": number, "customer": {"external_id": "ann"}, "at": (NOW - ago).isoformat(), "lines": lines}
    return int(api.post("/purchases", told | ({"outlet": outlet} if outlet else {}))["id"])


def favourites(api: Program, query: str = "") -> list[str]:
    shown = api.get(f"/till/customer?card=1001{query}")["hints"]
    return [each["sku"] for found in shown for each in found["goods"]]


DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def test_kilbil_the_favourite_is_what_was_bought_most_often(api: Program, ann: int):
    """ "Любимые товары клиента – это товары, которые клиент чаще всего покупал." """
    api.post("/cashier-hints", hint(goods_shown=3))
    buy(api, "1", 3 * DAY, ("jam", 9), ("tea", 1))
    buy(api, "2", 2 * DAY, ("tea", 1), ("coffee", 2))
    buy(api, "3", 1 * DAY, ("tea", 1), ("milk", 2), ("bread", 1))
    found = api.get("/till/customer?card=1001")["hints"]
    tea = {"sku": "tea", "name": "Tea", "receipts": 3, "quantity": "3"}
    # Then by pieces; of two with as many, the latest.
    assert found[0]["name"] == "Любимые товары"
    assert (found[0]["goods"][0], favourites(api)) == (tea, ["tea", "jam", "milk"])
    priced = api.post(
        "/till/price", {"customer": {"card": "1001"}, "lines": [{"sku": "x", "quantity": 1, "price": "1"}]}, 200
    )
    assert priced["hints"] == found


def test_kilbil_only_purchases_since_the_hint_was_set_up_count(api: Program, ann: int):
    """ "Учитываются только те продажи, которые были совершены после настройки подсказки": at least one."""
    api.post("/cashier-hints", hint(starts_at=(NOW - 2 * DAY).isoformat()))
    assert favourites(api) == []
    buy(api, "1", 2 * DAY + timedelta(seconds=1), ("jam", 1))
    assert favourites(api) == []
    buy(api, "2", 2 * DAY, ("tea", 1))
    assert favourites(api) == ["tea"]


def test_kilbil_a_hint_shows_an_hour_after_the_purchase(api: Program, ann: int):
    """ "Подсказка появится через 1 час после совершения покупки." """
    api.post("/cashier-hints", hint())
    buy(api, "1", timedelta(0), ("tea", 1))
    for wait, goods in ((HOUR - timedelta(seconds=1), 0), (HOUR, 1)):
        at = (NOW + wait).isoformat()
        told = {"customer": {"card": "1001"}, "at": at, "lines": [{"sku": "x", "quantity": 1, "price": "1"}]}
        assert len(api.post("/till/price", told, 200)["hints"]) == goods, wait


def test_kilbil_a_hint_is_limited_to_products_outlets_and_a_sum(api: Program, ann: int):
    soho = api.post("/outlets", {"name": "Soho", "external_id": "soho"})["id"]
    api.post("/outlets", {"name": "Bow", "external_id": "bow"})
    told = hint(skus=["milk"], categories=["Drinks"], outlets=[soho], least_sum="20.00", goods_shown=20)
    saved = api.post("/cashier-hints", told)
    assert {name: saved[name] for name in told if name != "starts_at"} == {
        n: v for n, v in told.items() if n != "starts_at"
    }
    buy(api, "1", 3 * DAY, ("jam", 2), ("milk", 1))
    buy(api, "2", 2 * DAY, ("tea", 2), outlet="bow")
    buy(api, "3", 1 * DAY, ("coffee", 1))
    assert favourites(api, "&outlet=soho") == ["tea", "milk"]
    assert favourites(api, "&outlet=bow") == favourites(api) == []
    api.put(f"/cashier-hints/{saved['id']}", told | {"active": False})
    assert favourites(api, "&outlet=soho") == []
    api.put(f"/cashier-hints/{saved['id']}", told | {"outlets": [], "categories": []})
    assert favourites(api) == ["milk"]
    assert api.get("/cashier-hints")["items"] == [api.get(f"/cashier-hints/{saved['id']}")]


def test_what_came_back_is_no_favourite(api: Program, ann: int):
    api.post("/cashier-hints", hint())
    first = buy(api, "1", 3 * DAY, ("jam", 2), ("tea", 1))
    buy(api, "2", 2 * DAY, ("jam", 2), ("milk", 5))
    api.post(f"/purchases/{first}/returns", {"external_id": "r1", "at": NOW.isoformat()})
    assert favourites(api) == ["milk", "jam"]
    told = {"external_id": "r2", "at": NOW.isoformat(), "lines": [{"sku": "milk", "quantity": 4}]}
    api.post(
        f"/purchases/{buy(api, '3', DAY, ('bread', 3))}/returns", told | {"lines": [{"sku": "bread", "quantity": 3}]}
    )
    assert favourites(api) == ["milk", "jam"]


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"starts_at": "yesterday"}, "starts_at"),
        ({"goods_shown": 0}, "goods_shown"),
        ({"goods_shown": 21}, "goods_shown"),
        ({"least_sum": "-1"}, "least_sum"),
        ({"outlets": [404]}, "outlets"),
        ({"outlets": [2**63]}, "outlets.0"),
        ({"skus": [""]}, "skus.0"),
        ({"skus": ["\0"]}, "skus.0"),
        ({"skus": "tea"}, "skus"),
        ({"categories": ["x" * 101]}, "categories.0"),
    ],
)
def test_what_a_hint_cannot_be_is_told_at_its_field(api: Program, told: dict[str, Any], where: str):
    assert api.places("POST", "/cashier-hints", hint(**told)) == [where]
    api.post("/cashier-hints", hint())
    assert api.places("POST", "/cashier-hints", hint()) == ["name"]
    assert api.places("GET", "/cashier-hints/404", status=404) == ["cashier_hint"]


def test_a_customer_with_1000_receipts_is_hinted_through_indexes(database: Database):
    with database.begin() as session:
        session.add_all([Customer(id=each, registered_at=START) for each in (1, 2)])
        session.add_all([Product(id=each, sku=f"p{each}", name="") for each in range(1, 51)])
        session.add(CashierHint(name="Usual", starts_at=START, goods_shown=3))
        session.flush()
        same = {"external_id": None, "outlet_id": None, "amount": 100, "net_amount": 100}
        parts = {"discounted": 0, "redeemed": 0, "accrued": 0}
        at = NOW - 2 * HOUR
        rows: list[dict[str, Any]] = [
            {"id": each, "customer_id": 1 + each % 2, "at": at, **same, **parts} for each in range(1, 2001)
        ]
        insert_rows(session, Purchase, rows)
        line = {"quantity": 1000, "price": 100, "amount": 100, "returned": 0, **parts}
        insert_rows(
            session,
            PurchaseLine,
            [
                {"purchase_id": row["id"], "customer_id": row["customer_id"], "product_id": 1 + row["id"] % 50, **line}
                for row in rows
            ],
        )
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    asked: list[tuple[str, Any]] = []
    event.listen(
        database.engine, "before_cursor_execute", lambda _c, _k, sql, values, *_more: asked.append((sql, values))
    )
    with database.read() as session:
        (found,) = hints_for(session, 1, None, NOW)
        assert [(each.receipts, each.quantity) for each in found.goods] == [(40, 40_000)] * 3
        assert len([sql for sql, _values in asked if sql.startswith("SELECT")]) == 2
        if session.get_bind().dialect.name == "sqlite":
            sql, values = asked[-1]
            steps = [row[3] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
            assert any("ix_purchase_customer_at" in step for step in steps), steps
            assert any("ix_purchase_line_purchase_id" in step for step in steps), steps
            assert not [step for step in steps if step.startswith("SCAN")], steps
